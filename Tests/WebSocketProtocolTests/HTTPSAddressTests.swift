import SeededNumbers
import Testing
import WebSocketProtocol

/// Addresses that a server fetches.
struct HTTPSAddressTests {
    @Test(
        arguments: [
            ("https://auth.example/jwks.json", "auth.example", 443, "auth.example", "/jwks.json"),
            ("HTTPS://Auth.Example", "auth.example", 443, "auth.example", "/"),
            ("https://auth.example:443/", "auth.example", 443, "auth.example", "/"),
            ("https://auth.example:8443?a=b", "auth.example", 8443, "auth.example:8443", "/?a=b"),
            ("https://auth.example/a?b=c/@d", "auth.example", 443, "auth.example", "/a?b=c/@d"),
            ("https://192.0.2.1:1/x", "192.0.2.1", 1, "192.0.2.1:1", "/x"),
            ("https://[2001:DB8::1]:8443/x", "2001:db8::1", 8443, "[2001:db8::1]:8443", "/x"),
        ] as [(String, String, UInt16, String, String)]
    )
    func `an address says whom to ask for what`(
        _ text: String,
        _ host: String,
        _ port: UInt16,
        _ authority: String,
        _ target: String
    ) throws {
        let address = try HTTPSAddress(parsing: text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.authority == authority)
        #expect(address.target == target)
        #expect(address.text == text)
        #expect(address.isIPAddress == (host.contains(":") || host == "192.0.2.1"))
    }

    @Test(
        arguments: [
            ("", .notHTTPS), ("https:/", .notHTTPS), ("https:/a.example", .notHTTPS), ("http://a.example/", .notHTTPS),
            (" https://a.example/", .notHTTPS), ("wss://a.example/", .notHTTPS), ("//a.example", .notHTTPS),
            ("https://", .wrongHost), ("https:///a", .wrongHost), ("https://?a", .wrongHost),
            ("https://a.example:0/", .wrongHost), ("https://a.example:65536/", .wrongHost),
            ("https://a.example:/", .wrongHost), ("https://[::1/", .wrongHost), ("https://a..b/", .wrongHost),
            ("https://a.example/#", .fragment), ("https://a#b@c/", .fragment),
            ("https://u@a.example/", .userInformation), ("https://u:p@a.example/", .userInformation),
            ("https://a.example/a b", .wrongCharacter), ("https://a.example/\r\nX: y", .wrongCharacter),
            ("https://a.example/\u{0}", .wrongCharacter), ("https://münchen.example/", .wrongCharacter),
            ("https://a.example\\@b.example/", .wrongCharacter),
        ] as [(String, HTTPSAddress.Problem)]
    )
    func `anything else is no address, and why is said`(_ text: String, _ problem: HTTPSAddress.Problem) {
        #expect(throws: problem) { try HTTPSAddress(parsing: text) }
    }

    @Test func `an address has 2048 bytes at most`() throws {
        let start = "https://a.example/"
        let longest = start + String(repeating: "a", count: 2048 - start.utf8.count)
        #expect(try HTTPSAddress(parsing: longest).text == longest)
        #expect(throws: HTTPSAddress.Problem.tooLong) { try HTTPSAddress(parsing: longest + "a") }
    }

    @Test func `a Location leads by https alone`() throws {
        let address = try HTTPSAddress(parsing: "https://a.example:8443/one?two")
        #expect(try address.resolving("/x?y").text == "https://a.example:8443/x?y")
        #expect(try address.resolving("//b.example/x").text == "https://b.example/x")
        #expect(try address.resolving("https://b.example").authority == "b.example")
        for location in [
            "", "x", "?y", "../x", "http://a.example/", "//u@b.example/", "/\\b.example", "/a b", "javascript:x",
        ] {
            #expect(throws: HTTPSAddress.Problem.self, "\(location)") { try address.resolving(location) }
        }
    }

    @Test func `every cut and random bytes trap nothing`() {
        let whole = "https://u:p@[2001:db8::1]:8443/a/b?c#d"
        for count in 0...whole.utf8.count { _ = try? HTTPSAddress(parsing: String(whole.prefix(count))) }
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let text = "https://" + String(decoding: bytes, as: UTF8.self)
            guard let address = try? HTTPSAddress(parsing: text) else { continue }
            // What is one is one in every spelling of itself.
            let again = try? HTTPSAddress(parsing: "https://\(address.authority)\(address.target)")
            #expect(again?.host == address.host && again?.port == address.port && again?.target == address.target)
        }
    }
}
