import Testing
import WebSocketProtocol

struct SameOriginTests {
    private func isSame(_ origin: String, _ host: String, _ scheme: ForwardedProto) throws -> Bool {
        let bytes = Array(origin + host)
        let parts = try #require(OriginParts.parse(bytes, in: 0..<origin.utf8.count))
        let parsedHost = try HostAndPort(bytes, in: origin.utf8.count..<bytes.count)
        return parts.isSameOrigin(as: parsedHost, scheme: scheme, in: bytes.span)
    }

    @Test(arguments: [
        ("https://a.example", "a.example", ForwardedProto.secure),
        ("https://A.example", "a.EXAMPLE:443", .secure),
        ("https://a.example:8443", "a.example:8443", .secure),
        ("http://localhost:5173", "localhost:5173", .insecure),
        ("http://[::1]:80", "[0::1]", .insecure),
    ])
    func `Equal scheme, host and port are the same origin`(origin: String, host: String, scheme: ForwardedProto) throws
    {
        #expect(try isSame(origin, host, scheme))
    }

    @Test(arguments: [
        ("https://a.example", "a.example", ForwardedProto.insecure),
        // D14, D15: a scheme that nobody trusted told is unknown, never http.
        ("https://a.example", "a.example", .unknown),
        ("http://a.example", "a.example", .unknown),
        ("http://a.example", "a.example", .secure),
        ("https://a.example", "a.example:80", .secure),
        ("https://a.example:8443", "a.example", .secure),
        ("https://a.example.", "a.example", .secure),
        // D09: another site.
        ("http://evil.test", "localhost:5173", .insecure),
        ("null", "a.example", .secure),
        ("file://", "a.example", .insecure),
        ("app://a.example", "a.example", .secure),
        ("http://127.0.0.1", "[::ffff:127.0.0.1]", .insecure),
    ])
    func `Anything else is another origin`(origin: String, host: String, scheme: ForwardedProto) throws {
        #expect(try !isSame(origin, host, scheme))
    }
}
