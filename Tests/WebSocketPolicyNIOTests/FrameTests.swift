import NIOCore
import NIOEmbedded
import SeededNumbers
import Synchronization
import Testing
import WebSocketPolicyNIO
import WebSocketProtocol

struct FrameTests {
    private static func policy(_ limits: String, _ rest: String = "") -> String {
        Wire.open + "limits: { \(limits) }\n" + rest
    }

    private func answers(_ policy: String, _ frames: [ClientFrame]) throws -> [String] {
        let wire = try Wire(policy).opened()
        for frame in frames { try wire.frame(frame) }
        return try wire.delivered() + wire.frames()
    }

    private func answers(_ frames: [ClientFrame]) throws -> [String] {
        try answers(Wire.open, frames)
    }

    @Test func `messages of text and of bytes are handed on whole, and echoed`() throws {
        let wire = try Wire(echoes: true).opened()
        try wire.message("hello")
        try wire.frame(ClientFrame([0, 255, 1], opcode: 2))
        try wire.frame(ClientFrame([], opcode: 1))
        #expect(wire.delivered() == ["text hello", "binary [0, 255, 1]", "text "])
        #expect(try wire.frames() == ["text hello", "binary [0, 255, 1]", "text "])
    }

    @Test func `a message is small enough for a pipeline to pass on without an allocation`() {
        #expect(MemoryLayout<WebSocketMessage>.size <= 24)
    }

    @Test func `a message that the application keeps holds no more memory than it needs`() throws {
        let wire = try Wire().opened()
        try wire.message(String(repeating: "x", count: 16 * 1024))
        for _ in 0..<3 { try wire.message("x") }
        try wire.message(String(repeating: "x", count: 100))
        #expect(wire.heldByteCounts == [16 * 1024, 1, 1, 1, 128])
    }

    @Test func `frames may arrive in any two pieces, and byte by byte`() throws {
        let bytes =
            ClientFrame("one").bytes + ClientFrame("tw", final: false).bytes + ClientFrame("p", opcode: 9).bytes
            + ClientFrame("o", opcode: 0).bytes + ClientFrame(String(repeating: "x", count: 300)).bytes
        let expected = ["text one", "text two", "text " + String(repeating: "x", count: 300)]
        for split in 1..<bytes.count {
            let wire = try Wire().opened()
            try wire.send(Array(bytes[..<split]))
            try wire.send(Array(bytes[split...]))
            #expect(wire.delivered() == expected, "\(split)")
            #expect(try wire.frames() == ["pong p"], "\(split)")
        }
        let wire = try Wire().opened()
        for byte in bytes { try wire.send([byte]) }
        #expect(wire.delivered() == expected)
    }

    @Test func `D37 a header that announces a gibibyte closes before anything of it has come`() throws {
        var frame = ClientFrame([], opcode: 1)
        frame.announced = (64, 1 << 30)
        for count in 10...14 {
            let wire = try Wire().opened()
            try wire.send(Array(frame.header.prefix(count)))
            let answer = try wire.frames()
            #expect(answer == (count < 14 ? [] : ["close 4008 frame too large"]), "\(count)")
        }
    }

    @Test func `D38 D40 lengths that overflow a sum, or have their top bit set, pass no limit`() throws {
        var huge = ClientFrame([], opcode: 0)
        huge.announced = (64, UInt64(Int64.max))
        let start = ClientFrame([UInt8](repeating: 0x61, count: 512), final: false, opcode: 1)
        #expect(
            try answers(Self.policy("messageSize: 1KiB, frameSize: unlimited"), [start, huge]) == [
                "close 4008 message too large"
            ]
        )
        huge.announced = (64, 1 << 63)
        #expect(try answers([start, huge]) == ["close 1002 protocol error"])
    }

    @Test func `D39 the size of a message is that of all its fragments`() throws {
        let part = [UInt8](repeating: 0x61, count: 400)
        let frames = [
            ClientFrame(part, final: false, opcode: 1), ClientFrame(part, final: false, opcode: 0),
            ClientFrame(part, final: true, opcode: 0),
        ]
        #expect(try answers(Self.policy("messageSize: 1000"), frames) == ["close 4008 message too large"])
        #expect(try answers(Self.policy("messageSize: 1200"), frames).count == 1)
    }

    @Test func `D45 more fragments than the limit close at the header of the first that is too many`() throws {
        let wire = try Wire(Self.policy("fragments: 64")).opened()
        try wire.frame(ClientFrame("a", final: false))
        for _ in 2...64 { try wire.frame(ClientFrame("a", final: false, opcode: 0)) }
        #expect(try wire.frames() == [])
        try wire.send(Array(ClientFrame("a", opcode: 0).bytes.prefix(6)))
        #expect(try wire.frames() == ["close 4008 too many fragments"])
    }

    @Test func `a flood of empty fragments, and one of pings, ends at its limit`() throws {
        let wire = try Wire(Self.policy("fragments: 8")).opened()
        try wire.frame(ClientFrame("", final: false))
        for _ in 0..<1000 { try wire.frame(ClientFrame("", final: false, opcode: 0)) }
        #expect(try wire.frames() == ["close 4008 too many fragments"])

        let pings = try Wire(Self.policy("controlFrames: { rate: 3/s }")).opened()
        for _ in 0..<1000 { try pings.frame(ClientFrame("", opcode: 9)) }
        #expect(try pings.frames() == ["pong ", "pong ", "pong ", "close 4029 too many control frames"])
    }

    @Test func `D46 an unmasked frame is no client's`() throws {
        var frame = ClientFrame("Hi")
        frame.isMasked = false
        #expect(frame.bytes == [0x81, 0x02, 0x48, 0x69])
        #expect(try answers([frame]) == ["close 1002 protocol error"])
    }

    @Test(arguments: [UInt8](1...7))
    func `D47 reserved bits that nothing gives a meaning close, in every kind of frame`(_ bits: UInt8) throws {
        for opcode: UInt8 in [0, 1, 2, 8, 9, 10] {
            let frame = ClientFrame([], opcode: opcode, reserved: bits)
            #expect(try answers([frame]) == ["close 1002 protocol error"], "\(opcode)")
        }
    }

    @Test func `what else RFC 6455 forbids in a header closes by 1002`() throws {
        var long = ClientFrame([UInt8](repeating: 0, count: 126), opcode: 9)
        long.announced = (16, 126)
        var padded16 = ClientFrame("a")
        padded16.announced = (16, 1)
        var padded64 = ClientFrame("a")
        padded64.announced = (64, 1)
        let frames: [[ClientFrame]] =
            [[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map { ClientFrame([], opcode: $0) }].flatMap { $0.map { [$0] } } + [
                [long], [padded16], [padded64], [ClientFrame([], final: false, opcode: 9)],
                [ClientFrame("a", opcode: 0)], [ClientFrame("a", final: false), ClientFrame("b")],
            ]
        for frames in frames { #expect(try answers(frames) == ["close 1002 protocol error"]) }
    }

    @Test func `D48 a code point may stand in two fragments`() throws {
        let frames = [
            ClientFrame([0xF0, 0x9F], final: false, opcode: 1), ClientFrame([0x98, 0x80], opcode: 0),
        ]
        #expect(try answers(frames) == ["text 😀"])
    }

    @Test func `text that cannot become UTF-8 any more closes at that byte`() throws {
        let wire = try Wire(Wire.open + "messages: { format: text }").opened()
        let frame = ClientFrame(
            [UInt8](repeating: 0x61, count: 20) + [0xC3, 0x28] + [UInt8](repeating: 0x61, count: 9),
            opcode: 1
        )
        let header = frame.header.count
        try wire.send(Array(frame.bytes.prefix(header + 21)))
        #expect(try wire.frames() == [])
        try wire.send(Array(frame.bytes[(header + 21)..<(header + 22)]))
        #expect(try wire.frames() == ["close 1007 invalid UTF-8"])

        let fragments = [ClientFrame([0x61, 0xFF], final: false, opcode: 1)]
        #expect(try answers(fragments) == ["close 1007 invalid UTF-8"])
    }

    @Test func `D49 what a close frame holds is checked, and a right one is answered with its code`() throws {
        #expect(try answers([.close(1000, [0xFF])]) == ["close 1007 invalid UTF-8"])
        #expect(try answers([ClientFrame([3], opcode: 8)]) == ["close 1002 protocol error"])
        for code: UInt16 in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
            #expect(try answers([.close(code)]) == ["close 1002 protocol error"], "\(code)")
        }
        for code: UInt16 in [1000, 1001, 1010, 1011, 3000, 4999] {
            let wire = try Wire().opened()
            try wire.frame(.close(code, Array("bye".utf8)))
            #expect(wire.delivered() == ["close \(code) bye"])
            #expect(try wire.frames() == ["close \(code) "])
            #expect(wire.isClosed)
        }
    }

    @Test func `D50 an empty close is answered by an empty close`() throws {
        let wire = try Wire().opened()
        try wire.frame(.close(nil))
        #expect(wire.delivered() == ["close - "])
        #expect(try wire.frames() == ["close"])
        #expect(wire.isClosed)
    }

    @Test func `D50 a peer that says nothing is closed by a code that may be sent`() throws {
        let wire = try Wire(Self.policy("idleTimeout: 10s, closeWait: 2s")) { $0.pingInterval = .never }.opened()
        wire.pass(.milliseconds(9_999))
        #expect(try wire.frames() == [])
        wire.pass(.milliseconds(1))
        #expect(try wire.frames() == ["close 4408 idle for too long"])
        wire.pass(.seconds(2))
        #expect(wire.isClosed)
    }

    @Test func `D52 a reason is cut between code points to 123 bytes`() throws {
        for (character, count, kept) in [("a", 200, 123), ("é", 62, 61)] {
            let wire = try Wire().opened()
            let reason = String(repeating: character, count: count)
            try wire.channel.writeOutbound(WebSocketMessage.close(WebSocketClose(code: 3000, reason: reason)))
            #expect(try wire.frames() == ["close 3000 " + String(repeating: character, count: kept)])
        }
        // A code that a server must not send is an error of the server.
        for code: UInt16 in [999, 1005, 1006, 1015, 5000] {
            let wire = try Wire().opened()
            try wire.channel.writeOutbound(WebSocketMessage.close(WebSocketClose(code: code)))
            #expect(try wire.frames() == ["close 1011 "])
        }
    }

    @Test func `after our close nothing is delivered, and the client's close ends the connection`() throws {
        let wire = try Wire(Wire.open + "messages: { format: json }").opened()
        try wire.message("nope")
        #expect(try wire.frames() == ["close 4000 malformed JSON"])
        try wire.message("{}")
        try wire.frame(ClientFrame("x", opcode: 9))
        #expect(wire.delivered() == [])
        #expect(try wire.frames() == [])
        #expect(!wire.isClosed)
        let close = ClientFrame.close(4000).bytes
        for byte in close.dropLast() { try wire.send([byte]) }
        #expect(!wire.isClosed)
        try wire.send([close[close.count - 1]])
        #expect(wire.isClosed)
        #expect(wire.log.words == ["accept", "malformedJSON"])
    }

    @Test func `a message that is dropped or only warned of leaves the connection open`() throws {
        let drop = try Wire(Wire.open + "messages: { onViolation: drop }").opened()
        try drop.message("nope")
        try drop.message("{}")
        #expect(drop.delivered() == ["text {}"])
        #expect(drop.log.words == ["accept", "malformedJSON"])

        let schema = "messages: { schema: { required: [a] }, onViolation: warn }"
        let warn = try Wire(Wire.open + schema).opened()
        try warn.message("{}")
        #expect(warn.delivered() == ["text {}"])
        let decision = try #require(warn.log.decisions.withLock { $0.last })
        #expect(decision.kind == .warn)
        #expect(decision.pointer == "")
        #expect(decision.policy?.hasPrefix("policy.yaml:5:") == true)

        let observed = try Wire(Wire.open + "messages: { mode: observe }").opened()
        try observed.message("nope")
        #expect(observed.delivered() == ["text nope"])
        #expect(observed.log.decisions.withLock { $0.last?.observed } == [.malformedJSON])
    }

    @Test func `what a check in observe mode would have refused is told once`() throws {
        let limit = "limits: { mode: observe, controlFrames: { rate: 1/s, burst: 1 } }\n"
        let ping = ClientFrame("hello", opcode: 9).bytes
        let wire = try Wire(Wire.open + limit).opened()
        for byte in ping + ping + ping { try wire.send([byte]) }
        #expect(try wire.frames() == ["pong hello", "pong hello", "pong hello"])
        #expect(wire.log.words == ["accept", "observe", "observe"])
        #expect(wire.log.decisions.withLock { $0.last?.observed } == [.controlFrameRate])

        // What is told of a message that is dropped says it besides.
        let rates = "limits: { mode: observe, messages: [{ per: connection, rate: 1/s, burst: 1 }] }\n"
        let drop = try Wire(Wire.open + rates + "messages: { onViolation: drop }").opened()
        try drop.message("{}")
        try drop.message("nope")
        #expect(drop.log.words == ["accept", "malformedJSON"])
        #expect(drop.log.decisions.withLock { $0.last?.observed } == [.messageRate])
    }

    @Test func `random frames are decided, and nothing traps`() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<400 {
            let wire = try Wire(Self.policy("messageSize: 512, fragments: 4"), echoes: true).opened()
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let payload = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                    UInt8.random(in: 0...127, using: &random)
                }
                let opcode: UInt8 = [0, 1, 2, 8, 9, 10].randomElement(using: &random) ?? 1
                bytes += ClientFrame(payload, final: Bool.random(using: &random), opcode: opcode).bytes
            }
            if Bool.random(using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &random)
                try wire.send(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            _ = try wire.frames()
        }
    }
}
