import SeededNumbers
import Testing
import WebSocketProtocol

struct HandshakeRequestTests {
    private static let head = """
        GET /chat?a=b HTTP/1.1\r\nHost: server.example.com\r\nX-Empty:\r\nX-Blank: \t v  w \t\r\nx-y:z\r\n\r\n
        """

    private func fault(_ text: String) -> HandshakeSyntaxError? {
        fault(Array(text))
    }

    private func fault(_ bytes: [UInt8]) -> HandshakeSyntaxError? {
        do throws(HandshakeSyntaxError) {
            _ = try HandshakeRequest(parsing: bytes, peer: nil, isSecure: false)
            return nil
        } catch {
            return error
        }
    }

    @Test func `A head is taken apart`() throws {
        let request = try HandshakeRequest(
            parsing: Array(Self.head) + [0x81, 0x80],
            peer: SocketAddress(parsing: "192.0.2.1:80"),
            isSecure: true
        )
        #expect(request.text(request.method) == "GET")
        #expect(request.text(request.target) == "/chat?a=b")
        #expect(request.text(request.version) == "HTTP/1.1")
        #expect(request.fields.map { request.text($0.name) } == ["Host", "X-Empty", "X-Blank", "x-y"])
        #expect(request.fields.map { request.text($0.value) } == ["server.example.com", "", "v  w", "z"])
        #expect(request.fields[0].kind == .host)
        #expect(request.requestByteCount == Self.head.utf8.count - 2)
        #expect(request.peer?.description == "192.0.2.1:80")
        #expect(request.isSecure)
    }

    @Test func `Parts make the bytes that the wire would have`() {
        let request = HandshakeRequest(
            target: "/ws",
            headers: [("Host", "a.example"), ("X", " b ")],
            peer: nil,
            isSecure: false
        )
        let wire = "GET /ws HTTP/1.1\r\nHost: a.example\r\nX:  b \r\n"
        #expect(request.text(0..<request.bytes.count) == wire)
        #expect(request.requestByteCount == wire.utf8.count)
        #expect(request.text(request.fields[1].value) == "b")
        #expect(request.peer == nil)
    }

    @Test func `Text and bytes make the same request`() {
        let text = HandshakeRequest(
            method: "GET",
            version: "1.1",
            target: "/é",
            headers: [("A", "ü")],
            peer: nil,
            isSecure: false
        )
        let bytes = HandshakeRequest(
            target: Array("/é"),
            rawHeaders: [(Array("A"), Array("ü"))],
            peer: nil,
            isSecure: false
        )
        #expect(text.bytes == bytes.bytes)
        #expect(text.fields == bytes.fields)
    }

    @Test func `Every shorter head is incomplete`() {
        let bytes = Array(Self.head)
        for count in 0..<bytes.count {
            #expect(fault(Array(bytes[..<count])) == HandshakeSyntaxError(.incomplete, at: count))
        }
        #expect(fault(bytes) == nil)
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed, 14),
            ("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed, 23),
            ("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed, 25),
            ("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", .bareCarriageReturn, 23),
            ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", .foldedLine, 25),
            ("GET / HTTP/1.1\r\nHost: a\r\n\tb: c\r\n\r\n", .foldedLine, 25),
            ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedLine, 16),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .malformedFieldName, 20),
            ("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", .malformedFieldName, 20),
            ("GET / HTTP/1.1\r\nHo\tst: a\r\n\r\n", .malformedFieldName, 18),
            ("GET / HTTP/1.1\r\nHost\r\n\r\n", .malformedFieldName, 20),
            ("GET / HTTP/1.1\r\n: a\r\n\r\n", .malformedFieldName, 16),
            ("GET / HTTP/1.1\r\nX: a\u{0}b\r\n\r\n", .controlCharacter, 20),
            ("GET / HTTP/1.1\r\nX: 1\u{0B}Origin: https://app.example.com\r\n\r\n", .controlCharacter, 20),
            ("GET / HTTP/1.1\r\nX: 1\u{0C}2\r\n\r\n", .controlCharacter, 20),
            ("GET / HTTP/1.1\r\nX: \u{7F}\r\n\r\n", .controlCharacter, 19),
            ("\r\nGET / HTTP/1.1\r\n\r\n", .malformedRequestLine, 0),
            ("GET /\r\n\r\n", .malformedRequestLine, 4),
            ("GET\r\n\r\n", .malformedRequestLine, 3),
            (" / HTTP/1.1\r\n\r\n", .malformedRequestLine, 0),
            ("GET  / HTTP/1.1\r\n\r\n", .malformedRequestLine, 4),
            ("GET /  HTTP/1.1\r\n\r\n", .malformedRequestLine, 6),
            ("GET / x HTTP/1.1\r\n\r\n", .malformedRequestLine, 6),
            ("GET / HTTP/1.1 \r\n\r\n", .malformedRequestLine, 6),
            ("GET / http/1.1\r\n\r\n", .malformedRequestLine, 6),
            ("GET / HTTP/1\r\n\r\n", .malformedRequestLine, 6),
            ("GET /\u{1} HTTP/1.1\r\n\r\n", .malformedRequestLine, 5),
            ("G(T / HTTP/1.1\r\n\r\n", .malformedRequestLine, 0),
            // The PROXY protocol where no listener expects it.
            ("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n\r\n", .malformedRequestLine, 11),
            ("\r\n\r\n\u{0}\r\nQUIT\n", .malformedRequestLine, 0),
        ] as [(String, HandshakeSyntaxError.Code, Int)]
    )
    func `What two parsers could read differently is refused`(
        head: String,
        code: HandshakeSyntaxError.Code,
        offset: Int
    ) {
        #expect(fault(head) == HandshakeSyntaxError(code, at: offset))
    }

    @Test func `D54 a byte beyond ASCII stays in its value`() throws {
        let bytes = Array("GET / HTTP/1.1\r\nX: 1") + [0x85] + Array("Origin: a\r\n\r\n")
        let request = try HandshakeRequest(parsing: bytes, peer: nil, isSecure: false)
        #expect(request.fields.count == 1)
        #expect(request.fields[0].value.count == 11)
    }

    @Test func `D55 the end of a head is found with linear work however it arrives`() {
        let bytes = Array(Self.head) + Array("GET")
        for size in 1...bytes.count {
            var arrived: [UInt8] = []
            var end: Int?
            while end == nil, arrived.count < bytes.count {
                let searched = arrived.count
                arrived += bytes[searched..<min(searched + size, bytes.count)]
                end = HandshakeRequest.endOfHead(in: arrived.span, searchedTo: searched)
            }
            #expect(end == Self.head.utf8.count)
        }
        let none = Array("GET / HTTP/1.1\r\n\n\r\n")
        #expect(HandshakeRequest.endOfHead(in: none.span) == nil)
    }

    @Test func `Random bytes never trap`() {
        var random = SeededGenerator(seed: 9112)
        for _ in 0..<5000 {
            var bytes = Array(Self.head)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert([0x0D, 0x0A, 0x20, 0x3A][Int.random(in: 0..<4, using: &random)], at: place)
                }
            }
            guard let request = try? HandshakeRequest(parsing: bytes, peer: nil, isSecure: false) else { continue }
            // What was accepted says the same when it is written again.
            let again = HandshakeRequest(
                method: Array(request.bytes[request.method]),
                version: Array(request.bytes[request.version].dropFirst(5)),
                target: Array(request.bytes[request.target]),
                rawHeaders: request.fields.map { (Array(request.bytes[$0.name]), Array(request.bytes[$0.value])) },
                peer: nil,
                isSecure: false
            )
            #expect(
                again.fields.map { Array(again.bytes[$0.value]) }
                    == request.fields.map { Array(request.bytes[$0.value]) }
            )
            _ = HandshakeCheck.problem(request)
        }
    }

    @Test func `Random fields never trap`() {
        var random = SeededGenerator(seed: 6455)
        for _ in 0..<2000 {
            let names = HandshakeFieldName.allCases.map { "\($0.lowercaseName)" }
            let request = HandshakeRequest(
                target: random.bytes(upTo: 20, of: "/a?=&%2e.#:"),
                rawHeaders: (0..<6).map { _ in
                    (
                        Array(names.randomElement(using: &random) ?? ""),
                        random.bytes(upTo: 24, of: "websocketupgrade,;=\" :.1[")
                    )
                },
                peer: SocketAddress(parsing: "10.0.0.1"),
                isSecure: false
            )
            _ = HandshakeCheck.problem(request)
            _ = ClientAddress.resolve(request, source: .forwarded) { _ in true }
            _ = ClientAddress.resolve(request, source: .forwardedFor) { _ in true }
            _ = ForwardedProto.ofForwarded(request)
            _ = ForwardedProto.ofXForwardedProto(request)
            var cookies = CookiePairs()
            while cookies.next(in: request) != nil {}
            var offers = SubprotocolOffers()
            while let offer = offers.next(in: request) { #expect(!offer.name.isEmpty) }
            for field in request.fields { _ = BearerCredential(request.span, in: field.value) }
        }
    }
}
