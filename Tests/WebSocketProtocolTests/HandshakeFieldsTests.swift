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

    @Test func `Lines are counted and the first value is kept`() {
        let request = HandshakeRequest.fields([
            ("Cookie", "a=1"), ("X", "y"), ("COOKIE", " b=2 "), ("Authorization", "Bearer T"),
        ])
        let fields = HandshakeFields(request)
        #expect(fields.count(of: .cookie) == 2)
        #expect(request.text(fields[.cookie].value) == "a=1")
        #expect(fields[.cookie].first == 0)
        #expect(fields.single(.cookie) == nil)
        #expect(fields.single(.authorization).map(request.text) == "Bearer T")
        #expect(fields.count(of: .origin) == 0)
        #expect(fields.single(.origin) == nil)
        #expect(fields.count(of: .other) == 1)
        #expect(request.nextField(.cookie, from: 1) == 2)
        #expect(request.nextField(.cookie, from: 3) == nil)
        #expect(request.previousField(.cookie, before: 2) == 0)
        #expect(request.previousField(.cookie, before: 0) == nil)
    }

    @Test(arguments: ["x-token", "authorization", "cookie"])
    func `The field that a policy names is counted besides what else it is`(name: String) {
        let request = HandshakeRequest.fields([
            ("X-Token", "1"), ("Authorization", "2"), ("Cookie", "3"), ("X-TOKEN", "4"),
        ])
        let token = Array(name)
        let fields = HandshakeFields(request, tokenField: token.span)
        #expect(fields.count(of: .custom) == (name == "x-token" ? 2 : 1))
        #expect(fields.count(of: .authorization) == 1)
        #expect(fields.count(of: .cookie) == 1)
        let found = request.occurrences(ofField: token.span)
        #expect(found.count == fields.count(of: .custom))
        #expect(found.first == fields[.custom].value)
    }

    @Test func `An empty name counts nothing`() {
        let fields = HandshakeFields(.fields([("", "x"), ("a", "y")]))
        #expect(fields.count(of: .custom) == 0)
        #expect(fields.count(of: .malformed) == 1)
    }
}
