import Testing
import WebSocketProtocol

/// A Host value and what is found in it.
struct HostAndPortTests {
    @Test(
        arguments: [
            ("app.example.com", "app.example.com", nil),
            ("App.EXAMPLE.com:8443", "app.example.com", 8443),
            ("localhost:1", "localhost", 1),
            ("a_b-c~d.example:65535", "a_b-c~d.example", 65535),
            ("app.example.com.", "app.example.com.", nil),
            ("127.0.0.1:80", "127.0.0.1", 80),
            ("[::1]", "[::1]", nil),
            ("[0:0:0:0:0:0:0:1]:3000", "[::1]", 3000),
            ("[::FFFF:192.0.2.1]:3000", "[::ffff:c000:201]", 3000),
        ] as [(String, String, UInt16?)]
    )
    func `Host and port are read, the host in one spelling`(text: String, host: String, port: UInt16?) throws {
        let bytes = Array(text.utf8)
        let parsed = try #require(HostField.parse(bytes))
        #expect(parsed.canonical(in: bytes) == host)
        #expect(parsed.port == port)
        #expect(parsed.equals(Array(host), in: bytes))
    }

    @Test(arguments: [
        "", ":", ":80", "a:", "a:0", "a:080", "a:65536", "a:999999", "a:8o", "a:80:80", "a b", "a,b", "a/", "a?", "a#",
        "u@a",
        "a%41", "a..b", ".a", ".", "..", "[::1", "::1", "[::1]x", "[::1]:", "[::1%eth0]", "[127.0.0.1]", "[]", "[v1.a]",
        "münchen.example", "a\u{212A}", "a\u{0}", "a\t", " a", "a\\b", "*.a",
    ])
    func `Anything else is malformed`(text: String) {
        let bytes = Array(text.utf8)
        #expect(HostField.parse(bytes) == nil)
    }

    @Test func `A trailing dot makes another host`() throws {
        let bytes = Array("a.example.".utf8)
        let parsed = try #require(HostField.parse(bytes))
        #expect(!parsed.equals(Array("a.example"), in: bytes))
        #expect(parsed.equals(Array("a.example."), in: bytes))
    }

    @Test func `A mapped address is another host than the IPv4 address`() throws {
        let bytes = Array("[::ffff:127.0.0.1]127.0.0.1".utf8)
        let mapped = try HostAndPort(bytes, in: 0..<18)
        let plain = try HostAndPort(bytes, in: 18..<27)
        #expect(mapped.kind == .ipv6)
        #expect(plain.kind == .ipv4)
        #expect(!mapped.equals(plain, in: bytes))
    }

    @Test func `Equal hosts hash alike`() throws {
        let pairs = [("App.Example", "app.EXAMPLE"), ("[::1]", "[0::0:1]"), ("[2001:DB8::]", "[2001:db8:0:0::]")]
        for (left, right) in pairs {
            let bytes = Array((left + right).utf8)
            let first = try HostAndPort(bytes, in: 0..<left.utf8.count)
            let second = try HostAndPort(bytes, in: left.utf8.count..<bytes.count)
            #expect(first.equals(second, in: bytes))
            #expect(first.hash(in: bytes, seed: 7) == second.hash(in: bytes, seed: 7))
            #expect(first.hash(in: bytes, seed: 7) != second.hash(in: bytes, seed: 8))
        }
    }

    @Test func `Faults are told with their place`() {
        func fault(_ text: String) -> HostSyntaxError? {
            do throws(HostSyntaxError) {
                let bytes = Array(text.utf8)
                _ = try HostAndPort(bytes, in: 0..<bytes.count)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault("") == .emptyHost(offset: 0))
        #expect(fault("a..b") == .emptyLabel(offset: 2))
        #expect(fault("a/b") == .unexpectedByte(offset: 1))
        #expect(fault("a:99999") == .malformedPort(offset: 2))
        #expect(fault("[::1") == .malformedAddress(offset: 0))
        #expect(fault("[::1]x") == .unexpectedByte(offset: 5))
    }
}
