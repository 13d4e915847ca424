import PolicyDocument
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Reported cases of origins, each by its id.
struct OriginCases {
    private static func word(
        _ allow: String,
        _ origin: String?,
        host: String = "api.example",
        more: String = "",
        headers: [(String, String)] = [],
        peer: String = "203.0.113.7:1",
        tls: Bool = true
    ) throws -> String {
        var trial = try Trial(more + "origins: \(allow)\n")
        trial.handshake(host: host, origin: origin, headers: headers, peer: peer, tls: tls)
        return trial.words()[0]
    }

    @Test(arguments: [
        ("https://api.evil-shop.example", "originForbidden"), ("https://api.shop.example", "accept"),
        ("https://shop.example", "originForbidden"), ("https://a.b.shop.example", "originForbidden"),
    ])
    func `D01 a wildcard matches whole labels and never the apex`(_ origin: String, _ word: String) throws {
        #expect(try Self.word("{ allow: ['https://*.shop.example'] }", origin) == word)
    }

    @Test func `D02 a host cannot hide in a path`() throws {
        #expect(
            try Self.word("{ allow: ['https://*.corp.example'] }", "https://evil.test/.corp.example")
                == "originForbidden"
        )
    }

    @Test func `D03 the scheme of an entry counts`() throws {
        let allow = "{ allow: [https://two.example.com] }"
        #expect(try Self.word(allow, "http://two.example.com") == "originForbidden")
        #expect(try Self.word(allow, "https://two.example.com") == "accept")
    }

    @Test(arguments: ["", "something-invalid", "http://h.example.com:99999", "http://a:b", "https://"])
    func `D04 an empty or malformed Origin is refused, and never missing`(_ origin: String) throws {
        let allow = "{ allow: ['https://*.example.com'], absent: allow }"
        #expect(try Self.word(allow, origin) == "originForbidden")
    }

    @Test func `D05 any site needs no Origin only where that is written`() throws {
        #expect(try Self.word("any", "https://whoever.example") == "accept")
        #expect(try Self.word("{ allow: [\"*\"], absent: allow }", nil) == "accept")
        #expect(try Self.word("{ allow: [https://app.example] }", nil) == "originMissing")
    }

    @Test func `D06 file is admitted only where it is listed, which is warned about`() throws {
        #expect(try Self.word("{ allow: [https://app.example, \"file:\"] }", "file://") == "accept")
        #expect(try Self.word("{ allow: [https://app.example] }", "file://") == "originForbidden")
        #expect(Trial.findings("origins: { allow: [\"file:\"] }").contains { $0.id == "file-origin" })
    }

    @Test func `D07 every extension is warned about, and one is one`() throws {
        #expect(Trial.findings("origins: { allow: ['chrome-extension://*'] }").contains { $0.id == "every-extension" })
        let one = "{ allow: ['chrome-extension://abcdefghijklmnopabcdefghijklmnop'] }"
        #expect(try Self.word(one, "chrome-extension://abcdefghijklmnopabcdefghijklmnop") == "accept")
        #expect(try Self.word(one, "chrome-extension://bbcdefghijklmnopabcdefghijklmnop") == "originForbidden")
    }

    @Test func `D08 same origin needs the server's own names`() throws {
        #expect(Trial.findings("origins: { sameOrigin: true }").contains { $0.id == "same-origin-without-hosts" })
        let hosts = "transport: { hosts: [app.example.com], tls: optional }\n"
        let word = try Self.word(
            "{ sameOrigin: true }",
            "http://rebind.test:9889",
            host: "rebind.test:9889",
            more: hosts,
            tls: false
        )
        #expect(word == "hostForbidden")
    }

    @Test func `D09 another site's page does not read a developer's socket`() throws {
        let hosts = "transport: { hosts: [localhost], tls: optional }\n"
        let same = "{ sameOrigin: true }"
        #expect(
            try Self.word(same, "http://evil.test", host: "localhost:5173", more: hosts, tls: false)
                == "originForbidden"
        )
        #expect(
            try Self.word(same, "http://localhost:5173", host: "localhost:5173", more: hosts, tls: false) == "accept"
        )
    }

    @Test func `D10 an entry with a slash is normalised with a warning`() throws {
        let findings = Trial.findings("origins: { allow: [https://irc.example.com/] }")
        #expect(findings.contains { $0.id == "origin-with-path" && $0.severity == .warning })
        let allow = "{ allow: [https://irc.example.com/] }"
        #expect(try Self.word(allow, "https://irc.example.com", host: "127.0.0.1:8015") == "accept")
    }

    @Test func `D11 no list is an error, an empty one admits no browser`() throws {
        let cookie = "token: { from: [{ cookie: s }], algorithms: [HS256], keys: [{ env: K }] }"
        #expect(Trial.findings(cookie).contains { $0.id == "missing-origins" })
        #expect(Trial.findings("limits: { messageSize: 1KiB }").contains { $0.id == "missing-origins" })
        #expect(try Self.word("{ allow: [] }", "https://app.example") == "originForbidden")
        #expect(try Self.word("{ allow: [] }", nil) == "originMissing")
    }

    @Test func `D12 an entry without a scheme is an error`() {
        #expect(Trial.findings("origins: { allow: [app.example.com] }").contains { $0.id == "origin-without-scheme" })
    }

    @Test(arguments: [
        ("http://[::1]", "accept"), ("http://[::1]:80", "accept"), ("http://[0:0:0:0:0:0:0:1]", "accept"),
        ("http://[::1]:3000", "originForbidden"),
    ])
    func `D13 IPv6 with and without a port`(_ origin: String, _ word: String) throws {
        let optional = "transport: { tls: optional }\n"
        #expect(try Self.word("{ allow: ['http://[::1]'] }", origin, more: optional) == word)
    }

    @Test func `D14 the scheme behind a proxy is the trusted hop's`() throws {
        let more = "transport: { trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor, hosts: [a.example] }\n"
        func word(_ peer: String, _ proto: String?) throws -> String {
            try Self.word(
                "{ sameOrigin: true }",
                "https://a.example",
                host: "a.example",
                more: more,
                headers: proto.map { [("X-Forwarded-Proto", $0)] } ?? [],
                peer: peer,
                tls: false
            )
        }
        #expect(try word("10.1.1.1:5", "https") == "accept")
        #expect(try word("10.1.1.1:5", "wss") == "accept")
        #expect(try word("10.1.1.1:5", "http") == "tlsRequired")
        #expect(try word("203.0.113.9:5", "https") == "tlsRequired")
    }

    @Test func `D15 a scheme that nobody states is unknown, and matches nothing`() throws {
        let more =
            "transport: { trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor, hosts: [a.example], tls: optional }\n"
        let same = "{ sameOrigin: true }"
        let peer = "10.1.1.1:5"
        let unknown = try Self.word(same, "https://a.example", host: "a.example", more: more, peer: peer, tls: false)
        #expect(unknown == "originForbidden")
        let listed = "{ sameOrigin: true, allow: [https://a.example] }"
        #expect(
            try Self.word(listed, "https://a.example", host: "a.example", more: more, peer: peer, tls: false)
                == "accept"
        )
    }
}
