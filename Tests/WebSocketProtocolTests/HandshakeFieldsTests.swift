import Testing
import WebSocketProtocol

struct HandshakeFieldsTests {
    @Test func `Names are known in any case, and nothing near them is`() {
        for name in HandshakeFieldName.allCases where name.lowercaseName.utf8CodeUnitCount > 0 {
            let lower = "\(name.lowercaseName)"
            for spelling in [lower, lower.uppercased(), lower.prefix(1).uppercased() + lower.dropFirst()] {
                #expect(HandshakeRequest.fields([(spelling, "")]).fields[0].kind == name, "\(spelling)")
            }
            for near in [
                lower + "s", String(lower.dropLast()), lower.replacing("-", with: "_"), "x" + lower.dropFirst(),
            ]
            where near != lower {
                #expect(HandshakeRequest.fields([(near, "")]).fields[0].kind == .other, "\(near)")
            }
            // Bytes that only a careless fold would take for the letter.
            let folded = String(lower.map { $0 == "o" ? "/" : $0 == "e" ? "E" : $0 })
            let kind = HandshakeRequest.fields([(folded, "")]).fields[0].kind
            #expect(kind == (lower.contains("o") ? .malformed : name), "\(folded)")
        }
        #expect(HandshakeRequest.fields([("\u{212A}ey", "")]).fields[0].kind == .malformed)
    }

    @Test func `Names and cases are as many as the table has places`() {
        #expect(HandshakeFieldName.allCases.count == HandshakeFieldName.count)
        #expect(HandshakeFieldName.allCases.map(\.rawValue) == (0..<UInt8(HandshakeFieldName.count)).map { $0 })
    }

    @Test func `Names are there once or more often, and the only value is found`() {
        let request = HandshakeRequest.fields([
            ("Cookie", "a=1"), ("X", "y"), ("COOKIE", " b=2 "), ("Authorization", "Bearer T"), ("Content-Length", "0"),
        ])
        let fields = HandshakeFields(request)
        #expect(fields.has(.cookie) == true)
        #expect(fields.isRepeated(.cookie) == true)
        #expect(fields.first(.cookie) == 0)
        #expect(fields.single(.cookie, in: request) == nil)
        #expect(fields.single(.authorization, in: request).map(request.text) == "Bearer T")
        #expect(fields.single(.contentLength, in: request).map(request.text) == "0")
        #expect(fields.has(.origin) == false)
        #expect(fields.isRepeated(.origin) == false)
        #expect(fields.single(.origin, in: request) == nil)
        #expect(fields.has(.other) == true)
        #expect(fields.isRepeated(.other) == false)
        #expect(request.nextField(.cookie, from: 1) == 2)
        #expect(request.nextField(.cookie, from: 3) == nil)
        #expect(request.previousField(.cookie, before: 2) == 0)
        #expect(request.previousField(.cookie, before: 0) == nil)
    }

    @Test(arguments: [0, 1, 62, 63, 64, 65, 200])
    func `A value is found however many lines stand before it`(before: Int) {
        let names: [HandshakeFieldName] = [.host, .origin, .authorization, .forwardedFor, .contentLength]
        for name in names {
            let others = (0..<before).map { ("X-\($0)", "x") }
            let request = HandshakeRequest.fields(others + [("\(name.lowercaseName)", "the value"), ("X", "x")])
            let fields = HandshakeFields(request)
            #expect(fields.single(name, in: request).map(request.text) == "the value")
            #expect(fields.first(name) <= before)
        }
    }

    @Test(arguments: ["x-token", "authorization", "cookie"])
    func `The lines of any name are counted`(name: String) {
        let request = HandshakeRequest.fields([
            ("X-Token", "1"), ("Authorization", "2"), ("Cookie", "3"), ("X-TOKEN", "4"), ("X-Tokem", "5"),
        ])
        let found = request.occurrences(ofField: Array(name).span)
        #expect(found.count == (name == "x-token" ? 2 : 1))
        #expect(request.text(found.first) == ["x-token": "1", "authorization": "2", "cookie": "3"][name])
    }

    @Test func `An empty name is malformed`() {
        #expect(HandshakeFields(.fields([("", "x"), ("a", "y")])).has(.malformed) == true)
        #expect(HandshakeFields(.fields([("a", "y")])).has(.malformed) == false)
    }
}
