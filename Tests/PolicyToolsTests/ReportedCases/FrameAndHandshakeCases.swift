import PolicyDocument
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Reported cases of sizes, frames and malformed handshakes, each by its id.
struct FrameAndHandshakeCases {
    private static let origins = "origins: { allow: [https://app.example] }\n"

    private static func frames(_ limits: String, _ frames: [String]) throws -> [String] {
        var trial = try Trial(origins + "limits: { \(limits) }")
        trial.handshake()
        for frame in frames { trial.frame(frame) }
        return Array(trial.words().dropFirst())
    }

    @Test func `D37 without a size 64 KiB holds, and the header alone refuses`() throws {
        #expect(Trial.findings(Self.origins).contains { $0.id == "default-message-size" })
        #expect(try Self.frames("idleTimeout: 60s", [#""opcode":"text","length":1073741824"#]) == ["frameTooLarge"])
        #expect(try Self.frames("idleTimeout: 60s", [#""opcode":"text","length":65536"#]) == ["wait"])
        #expect(try Self.frames("idleTimeout: 60s", [#""opcode":"text","length":65537"#]) == ["frameTooLarge"])
    }

    @Test func `D38 a sum cannot overflow past the limit`() throws {
        let words = try Self.frames(
            "messageSize: 1MiB, frameSize: unlimited",
            [
                #""opcode":"text","fin":false,"text":"\#(String(repeating: "x", count: 524_288))""#,
                #""opcode":"continuation","length":9223372036854775807"#,
            ]
        )
        #expect(words == ["wait", "messageTooLarge"])
        #expect(
            try Self.frames("messageSize: 1MiB", [#""opcode":"text","length":9223372036854775808"#]) == [
                "protocolError"
            ]
        )
    }

    @Test func `D39 fragments add up`() throws {
        let part = String(repeating: "x", count: 400)
        let words = try Self.frames(
            "messageSize: 1000",
            [
                #""opcode":"text","fin":false,"text":"\#(part)""#,
                #""opcode":"continuation","fin":false,"text":"\#(part)""#,
                #""opcode":"continuation","length":400"#,
            ]
        )
        #expect(words == ["wait", "wait", "messageTooLarge"])
    }

    @Test func `D40 zero is no limit`() throws {
        let findings = Trial.findings(Self.origins + "limits: { messageSize: 0 }")
        let zero = try #require(findings.first { $0.id == "zero-limit" })
        #expect(zero.severity == .error)
        #expect(zero.help?.contains("`unlimited`") == true)
    }

    @Test func `D45 tiny fragments are counted`() throws {
        let frames =
            [#""opcode":"text","fin":false,"text":"x""#]
            + Array(repeating: #""opcode":"continuation","fin":false,"text":"x""#, count: 64)
        let words = try Self.frames("fragments: 64", frames)
        #expect(words == Array(repeating: "wait", count: 64) + ["tooManyFragments"])
    }

    @Test(arguments: [
        #""opcode":"text","masked":false,"text":"Hi""#, #""opcode":"text","rsv":2,"text":"""#,
        #""opcode":"text","rsv":4,"text":"""#, #""opcode":3,"text":"""#, #""opcode":"ping","fin":false,"text":"""#,
        #""opcode":"ping","length":126"#, #""opcode":"continuation","text":"""#,
    ])
    func `D46 and D47 what RFC 6455 forbids is a protocol error`(_ frame: String) throws {
        #expect(try Self.frames("messageSize: 1KiB", [frame]) == ["protocolError"])
    }

    @Test func `D48 a character may be split between fragments`() throws {
        let words = try Self.frames(
            "messageSize: 1KiB",
            [
                #""opcode":"text","fin":false,"base64":"8J8=""#, #""opcode":"ping","text":"hello""#,
                #""opcode":"continuation","base64":"mIA=""#,
            ]
        )
        #expect(words == ["wait", "forward", "forward"])
        #expect(
            try Self.frames("messageSize: 1KiB", [#""opcode":"text","base64":"8J8=""#]) == ["invalidUTF8"]
        )
    }

    @Test(arguments: ["\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}"])
    func `D54 no control character splits a field`(_ character: String) throws {
        var trial = try Trial(Self.origins)
        trial.handshake(origin: nil, headers: [("X-A", "1\(character)Origin: https://app.example")])
        #expect(trial.words() == ["badHandshake"])
    }

    @Test func `D55 a handshake has a largest size`() throws {
        var trial = try Trial(Self.origins + "limits: { handshakeSize: 1KiB }")
        trial.handshake(headers: [("X-A", String(repeating: "x", count: 2000))])
        let decision = trial.decisions()[0]
        #expect(decision.violation == .handshakeTooLarge)
        #expect(decision.answer == .http(status: 431))
    }

    @Test func `D56 two keys are refused`() throws {
        var trial = try Trial(Self.origins)
        let key = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        trial.handshake(
            headers: [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"), key, key]
        )
        #expect(trial.decisions()[0].answer == .http(status: 400))
    }

    @Test func `D57 a refusal by HTTP closes the connection and says why`() throws {
        var trial = try Trial(Self.origins + "limits: { handshakeSize: 1KiB }")
        trial.handshake(target: "/" + String(repeating: "x", count: 2000))
        let decision = trial.decisions()[0]
        #expect(decision.answer == .http(status: 431))
        #expect(decision.responseHeaders.contains { $0.name == "Connection" && $0.value == "close" })
    }

    @Test func `D58 response headers go with the acceptance and with the refusal`() throws {
        var trial = try Trial(Self.origins + "responseHeaders: { Strict-Transport-Security: max-age=1 }")
        trial.handshake("a")
        trial.handshake("b", origin: "https://evil.example")
        let decisions = trial.decisions()
        #expect(decisions.map(\.kind) == [.accept, .refuse])
        for decision in decisions {
            #expect(decision.responseHeaders.contains { $0.name == "Strict-Transport-Security" })
        }
    }

    @Test func `another version of the protocol is answered with ours`() throws {
        var trial = try Trial(Self.origins)
        trial.handshake(
            headers: [
                ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "8"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ]
        )
        let decision = trial.decisions()[0]
        #expect(decision.answer == .http(status: 426))
        #expect(decision.responseHeaders.contains { $0.name == "Sec-WebSocket-Version" && $0.value == "13" })
    }
}
