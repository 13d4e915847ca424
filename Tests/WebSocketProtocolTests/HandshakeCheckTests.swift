import Testing
import WebSocketProtocol

struct HandshakeCheckTests {
    @Test func `The example of RFC 6455 is a handshake`() {
        #expect(HandshakeCheck.problem(.sample()) == nil)
    }

    @Test(arguments: [
        ("Upgrade", "WebSocket"),
        ("Upgrade", "websocket, websocket"),
        ("Upgrade", " \twebsocket ,"),
        ("Connection", "keep-alive, Upgrade"),
        ("Connection", "UPGRADE"),
        ("Connection", "Upgrade, Origin"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAB=="),
        ("Origin", ""),
        ("Origin", "not an origin"),
        ("Content-Length", "0"),
        ("Host", "server.example.com:8443"),
        ("Sec-WebSocket-Origin", "https://evil.test"),
        ("X-Note", "caf\u{E9}\tau lait"),
    ])
    func `What is right, or decided elsewhere, passes`(name: String, value: String) {
        #expect(HandshakeCheck.problem(.sample(changes: [(name, value)])) == nil)
    }

    @Test(
        arguments: [
            ("Host", nil, .missingHost),
            ("Host", "", .malformedHost),
            ("Host", "a.example, b.example", .malformedHost),
            ("Host", "a.example/x", .malformedHost),
            ("Host", "u@a.example", .malformedHost),
            ("Upgrade", nil, .missingUpgrade),
            ("Upgrade", "h2c", .missingUpgrade),
            ("Upgrade", "websocketx", .missingUpgrade),
            ("Upgrade", "websocket/13", .missingUpgrade),
            ("Upgrade", "websocket, h2c", .otherUpgrade),
            ("Connection", nil, .missingConnectionUpgrade),
            ("Connection", "keep-alive", .missingConnectionUpgrade),
            ("Connection", "upgraded", .missingConnectionUpgrade),
            ("Sec-WebSocket-Key", nil, .missingKey),
            ("Sec-WebSocket-Key", "", .malformedKey),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=", .malformedKey),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ===", .malformedKey),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j====", .malformedKey),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZWQ=", .malformedKey),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j-Q==", .malformedKey),
            ("Sec-WebSocket-Version", nil, .missingVersion),
            ("Sec-WebSocket-Version", "", .malformedVersion),
            ("Sec-WebSocket-Version", "13, 8", .malformedVersion),
            ("Sec-WebSocket-Version", "x", .malformedVersion),
            ("Sec-WebSocket-Version", "8", .unsupportedVersion),
            ("Sec-WebSocket-Version", "777", .unsupportedVersion),
            ("Sec-WebSocket-Version", "013", .unsupportedVersion),
            ("Content-Length", "5", .announcesBody),
            ("Content-Length", "00", .announcesBody),
            ("Content-Length", "0, 0", .announcesBody),
            ("Transfer-Encoding", "chunked", .announcesBody),
            ("Transfer-Encoding", "identity", .announcesBody),
        ] as [(String, String?, HandshakeProblem)]
    )
    func `A wrong field is that problem`(name: String, value: String?, problem: HandshakeProblem) {
        #expect(HandshakeCheck.problem(.sample(changes: [(name, value)])) == problem)
    }

    @Test(arguments: [
        ("Host", "server.example.com", HandshakeProblem.duplicateHost),
        ("hOST", "", .duplicateHost),
        ("Origin", "http://example.com", .duplicateOrigin),
        ("ORIGIN", "", .duplicateOrigin),
        // D56: two keys, of which peers pick different ones.
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==", .duplicateKey),
        ("sec-websocket-key", "", .duplicateKey),
        ("Sec-WebSocket-Version", "13", .duplicateVersion),
        ("Upgrade", "h2c", .otherUpgrade),
        ("Content-Length", "5", .announcesBody),
        ("Trailing ", "x", .malformedFieldName),
        ("", "x", .malformedFieldName),
        ("Bad\tName", "x", .malformedFieldName),
        ("Bad\u{0B}Name", "x", .malformedFieldName),
        ("Na\u{EF}ve", "x", .malformedFieldName),
    ])
    func `A further line is that problem`(name: String, value: String, problem: HandshakeProblem) {
        #expect(HandshakeCheck.problem(.sample(more: [(name, value)])) == problem)
    }

    @Test(arguments: [0x00, 0x01, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F] as [UInt8])
    func `D54 a control character in a value is refused and never splits it`(control: UInt8) {
        for filler in ["", "a long value in front of it "] {
            let value = filler + "1" + String(Unicode.Scalar(control)) + "Origin: https://app.example.com"
            let request = HandshakeRequest.sample(changes: [("Origin", nil)], more: [("X-A", value)])
            #expect(HandshakeCheck.problem(request) == .controlCharacter)
            #expect(HandshakeFields(request).has(.origin) == false)
        }
    }

    @Test func `D54 the byte 85 neither splits nor disturbs a value`() {
        let request = HandshakeRequest(
            target: Array("/"),
            rawHeaders: [(Array("X-A"), Array("1") + [0x85] + Array("Origin: https://app.example.com"))],
            peer: nil,
            isSecure: false
        )
        let fields = HandshakeFields(request)
        #expect(fields.has(.origin) == false)
        #expect(fields.control == nil)
    }

    @Test func `A control character is found at every place of a value`() {
        for length in 1...40 {
            for place in 0..<length {
                var value = Array(repeating: UInt8(ascii: "\t"), count: length)
                // Blanks at the ends are cut off, so letters stand there.
                value.insert(UInt8(ascii: "a"), at: 0)
                value.append(UInt8(ascii: "b"))
                value[place + 1] = 0x1F
                let request = HandshakeRequest(
                    target: Array("/"),
                    rawHeaders: [(Array("X"), value)],
                    peer: nil,
                    isSecure: false
                )
                let fields = HandshakeFields(request)
                #expect(fields.control == request.fields[0].value.lowerBound + place + 1)
            }
        }
    }

    @Test(arguments: ["POST", "get", "GETT", "", "CONNECT", "GE T"])
    func `Another method is refused`(method: String) {
        #expect(HandshakeCheck.problem(.sample(method: method)) == .methodNotGET)
    }

    @Test(
        arguments: [
            ("1.1", nil), ("1.2", nil), ("2.0", nil),
            ("1.0", .httpVersion), ("0.9", .httpVersion), ("1", .httpVersion), ("", .httpVersion),
            ("1.1 ", .httpVersion),
            ("11.1", .httpVersion), ("a.1", .httpVersion),
        ] as [(String, HandshakeProblem?)]
    )
    func `The version is at least 1 point 1`(version: String, problem: HandshakeProblem?) {
        #expect(HandshakeCheck.problem(.sample(version: version)) == problem)
    }

    @Test(
        arguments: [
            ("http://server.example.com/chat", nil),
            ("http://SERVER.example.com:80/chat", nil),
            ("wss://server.example.com", .none),
            ("http://server.example.com:8080/chat", .targetOfAnotherHost),
            ("http://other.example.com/chat", .targetOfAnotherHost),
            ("http://server.example.com./chat", .targetOfAnotherHost),
            ("http://u@server.example.com/chat", .malformedTarget),
            ("ftp://server.example.com/chat", .malformedTarget),
            ("http:/server.example.com/chat", .malformedTarget),
            ("server.example.com:80", .malformedTarget),
            ("*", .malformedTarget),
            ("", .malformedTarget),
            ("chat", .malformedTarget),
            ("/chat#x", .malformedTarget),
            ("/a b", .malformedTarget),
            ("/a\u{0}", .malformedTarget),
            ("/a\t", .malformedTarget),
            ("/\u{E9}", .malformedTarget),
        ] as [(String, HandshakeProblem?)]
    )
    func `A target agrees with the Host field`(target: String, problem: HandshakeProblem?) {
        #expect(HandshakeCheck.problem(.sample(target: target)) == problem)
    }

    @Test func `An IPv6 target agrees by address`() {
        let host = ("Host", "[2001:db8::1]:443" as String?)
        #expect(HandshakeCheck.problem(.sample(target: "https://[2001:DB8:0::1]/", changes: [host])) == nil)
        #expect(
            HandshakeCheck.problem(.sample(target: "https://[2001:db8::2]/", changes: [host])) == .targetOfAnotherHost
        )
    }

    @Test func `The first problem in their order is told`() {
        let request = HandshakeRequest.sample(
            method: "POST",
            version: "1.0",
            changes: [("Host", nil), ("Sec-WebSocket-Version", "8")]
        )
        #expect(HandshakeCheck.problem(request) == .methodNotGET)
        let onlyVersion = HandshakeRequest.sample(changes: [("Sec-WebSocket-Version", "8"), ("Sec-WebSocket-Key", "x")])
        #expect(HandshakeCheck.problem(onlyVersion) == .malformedKey)
    }

    @Test(arguments: HandshakeProblem.allCases)
    func `Only another version is answered by 426`(problem: HandshakeProblem) {
        #expect(problem.status == (problem == .unsupportedVersion ? 426 : 400))
        #expect(problem.needsVersionField == (problem == .unsupportedVersion))
        #expect(!problem.summary.isEmpty)
    }

    @Test func `D59 an Upgrade field alone makes no handshake`() {
        let request = HandshakeRequest(
            method: "POST",
            target: "/",
            headers: [("Host", "a"), ("Upgrade", "websocket")],
            peer: nil,
            isSecure: false
        )
        #expect(HandshakeCheck.problem(request) == .methodNotGET)
        let get = HandshakeRequest.fields([("Host", "a"), ("Upgrade", "websocket")])
        #expect(HandshakeCheck.problem(get) == .missingConnectionUpgrade)
    }
}
