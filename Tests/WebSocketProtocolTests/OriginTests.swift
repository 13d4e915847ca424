import Testing
import WebSocketProtocol

struct OriginTests {
    @Test func `An origin has its parts in lower case`() throws {
        let origin = try Origin(parsing: "HTTPS://App.Example:8443")
        #expect(origin.kind == .tuple)
        #expect(origin.scheme == "https")
        #expect(origin.host == "app.example")
        #expect(origin.hostKind == .name)
        #expect(origin.port == 8443)
        #expect(try Origin(parsing: "http://[0::1]").host == "[::1]")
        #expect(try Origin(parsing: "app://local").port == nil)
        #expect(try Origin(parsing: "null").scheme == "")
        #expect(try Origin(parsing: "file://").scheme == "file")
    }

    @Test(arguments: [
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:443", "http://a.example:443"),
        ("app://local:80", "app://local:80"),
        ("null", "null"),
        ("FILE://", "file://"),
    ])
    func `An origin is written as a browser does`(text: String, written: String) throws {
        #expect(try Origin(parsing: text).description == written)
        #expect(try Origin(parsing: written) == Origin(parsing: text))
    }

    @Test(arguments: [
        ("app.example", OriginSyntaxError.missingScheme(offset: 11)),
        ("", .missingScheme(offset: 0)),
        ("https://a.example/", .host(.unexpectedByte(offset: 17))),
        ("https://a.example:", .host(.malformedPort(offset: 18))),
        ("https://", .host(.emptyHost(offset: 8))),
        ("file:///x", .fileWithHost(offset: 7)),
    ])
    func `A fault is told with its place`(text: String, fault: OriginSyntaxError) {
        #expect(throws: fault) { _ = try Origin(parsing: text) }
        #expect(fault.offset <= text.utf8.count)
    }
}
