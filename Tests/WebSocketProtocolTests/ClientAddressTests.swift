import Testing
import WebSocketProtocol

struct ClientAddressTests {
    private func client(
        _ source: ClientAddressSource,
        peer: String?,
        trusted: [String],
        _ headers: (String, String)...
    ) throws -> ClientAddress {
        let blocks = try trusted.map { try #require(AddressPrefix(parsing: $0)) }
        return ClientAddress.resolve(.fields(headers, peer: peer), source: source) { address in
            blocks.contains { $0.contains(address) }
        }
    }

    private func known(_ text: String) -> ClientAddress {
        ClientAddress(address: IPAddress(parsing: text), countedAs: IPAddress(parsing: text))
    }

    private func unknown(countedAs text: String?) -> ClientAddress {
        ClientAddress(address: nil, countedAs: text.flatMap { IPAddress(parsing: $0) })
    }

    private let private10 = ["10.0.0.0/8"]

    @Test func `Without trust the peer is the client`() throws {
        let header = ("X-Forwarded-For", "1.1.1.1")
        #expect(try client(.peer, peer: "10.0.0.2:1", trusted: private10, header) == known("10.0.0.2"))
        #expect(try client(.forwardedFor, peer: "198.51.100.7:1", trusted: private10, header) == known("198.51.100.7"))
        // D17: no proxy is trusted at all.
        #expect(try client(.forwardedFor, peer: "198.51.100.7:1", trusted: [], header) == known("198.51.100.7"))
    }

    @Test func `D16 the first untrusted from the right is the client`() throws {
        for spoofed in ["1.1.1.1", "1.1.1.2", "garbage", "", "1.1.1.1, 2.2.2.2", "\"", "10.9.9.9"] {
            let result = try client(
                .forwardedFor,
                peer: "10.0.0.2:1",
                trusted: private10,
                ("X-Forwarded-For", "\(spoofed), 198.51.100.7")
            )
            #expect(result == known("198.51.100.7"), "\(spoofed)")
        }
    }

    @Test func `D18 a mapped peer and a mapped entry count as IPv4`() throws {
        let trusted = ["10.42.0.0/16"]
        #expect(
            try client(.forwardedFor, peer: "::ffff:10.42.0.1", trusted: trusted, ("X-Forwarded-For", "203.0.113.5"))
                == known("203.0.113.5")
        )
        #expect(
            try client(
                .forwardedFor,
                peer: "10.42.0.1",
                trusted: trusted,
                ("X-Forwarded-For", "203.0.113.5, ::FFFF:a2a:2")
            )
                == known("203.0.113.5")
        )
    }

    @Test func `Lines are one list in their order`() throws {
        #expect(
            try client(
                .forwardedFor,
                peer: "10.0.0.2:1",
                trusted: private10,
                ("X-Forwarded-For", "1.1.1.1, 198.51.100.7"),
                ("Cookie", "a"),
                ("x-forwarded-for", "10.0.0.9,10.0.0.8")
            )
                == known("198.51.100.7")
        )
    }

    @Test func `Without a header, or with trusted hops only, it is the left-most address read`() throws {
        #expect(try client(.forwardedFor, peer: "10.0.0.2", trusted: private10) == known("10.0.0.2"))
        #expect(
            try client(.forwardedFor, peer: "10.0.0.2", trusted: private10, ("X-Forwarded-For", "10.0.0.4, 10.0.0.3"))
                == known("10.0.0.4")
        )
        // Another header of the kind does not count.
        #expect(
            try client(.forwardedFor, peer: "10.0.0.2", trusted: private10, ("Forwarded", "for=1.1.1.1"))
                == known("10.0.0.2")
        )
    }

    @Test(arguments: [
        "garbage", "", "unknown", "_gazonk", "10.0.0.300", "fe80::1%eth0", "\"1.2.3.4\"", "1.2.3.4 5", "010.0.0.4",
    ])
    func `An entry that cannot be read stops the walk`(entry: String) throws {
        #expect(
            try client(
                .forwardedFor,
                peer: "10.0.0.2",
                trusted: private10,
                ("X-Forwarded-For", "1.1.1.1, \(entry), 10.0.0.3")
            )
                == unknown(countedAs: "10.0.0.3")
        )
        #expect(
            try client(.forwardedFor, peer: "10.0.0.2", trusted: private10, ("X-Forwarded-For", "1.1.1.1, \(entry)"))
                == unknown(countedAs: "10.0.0.2")
        )
        // Behind an untrusted hop nobody looks.
        #expect(
            try client(
                .forwardedFor,
                peer: "10.0.0.2",
                trusted: private10,
                ("X-Forwarded-For", "\(entry), 198.51.100.7")
            )
                == known("198.51.100.7")
        )
    }

    @Test func `An empty line is an entry that cannot be read`() throws {
        #expect(
            try client(.forwardedFor, peer: "10.0.0.2", trusted: private10, ("X-Forwarded-For", ""))
                == unknown(countedAs: "10.0.0.2")
        )
    }

    @Test func `A connection without an address has an unknown client`() throws {
        #expect(
            try client(.forwardedFor, peer: nil, trusted: ["0.0.0.0/0", "::/0"], ("X-Forwarded-For", "1.1.1.1"))
                == unknown(countedAs: nil)
        )
    }

    @Test(arguments: [
        ("for=198.51.100.7", "198.51.100.7"),
        ("For=198.51.100.7;proto=https", "198.51.100.7"),
        ("proto=https; FOR=\"198.51.100.7:4711\" ;by=203.0.113.60", "198.51.100.7"),
        ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::17"),
        ("for=2001:db8:cafe::17", "2001:db8:cafe::17"),
        ("for=1.1.1.1, for=198.51.100.7", "198.51.100.7"),
        ("for=1.1.1.1, for=198.51.100.7, for=10.0.0.3", "198.51.100.7"),
        ("for=\"198.51.100.7:_port\"", "198.51.100.7"),
        ("for=198.51.100.7;host=\"a,b;c\\\"d\"", "198.51.100.7"),
        // What a client sent in front cannot swallow what the proxy appended.
        ("for=\"evil, for=198.51.100.7", "198.51.100.7"),
        ("for=\"evil\\, for=198.51.100.7", "198.51.100.7"),
        ("for=\"a\\\"b\", for=\"198.51.100.7\"", "198.51.100.7"),
        ("for=1.1.1.1;x=\"\\\\\", for=\"198.51.100.7\"", "198.51.100.7"),
    ])
    func `Forwarded is read from the right`(value: String, address: String) throws {
        #expect(
            try client(.forwarded, peer: "10.0.0.2", trusted: private10, ("Forwarded", value)) == known(address)
        )
    }

    @Test(arguments: [
        "", ",", "for=", "for", "for=unknown", "for=_hidden", "for=\"_hidden:_port\"", "for=\"unknown:1\"",
        "by=10.0.0.1",
        "for=1.1.1.1;for=1.1.1.1", "for=\"1.1.1.1", "for=1.1.1.1\"", "for=1.1.1.1 proto=https", "for =1.1.1.1",
        "for= 1.1.1.1", "for=1.1.1.1;=x", "for=1.1.1.1;a", "for=\"1.1.1\\.1\"", "for=\"[10.0.0.1]\"", "x, ", "\"",
        "for=\"[::1%1]\"",
    ])
    func `An element of Forwarded that does not say who stops the walk`(value: String) throws {
        #expect(
            try client(
                .forwarded,
                peer: "10.0.0.2",
                trusted: private10,
                ("Forwarded", "for=1.1.1.1"),
                ("Forwarded", value)
            )
                == unknown(countedAs: "10.0.0.2"),
            "\(value)"
        )
    }

    @Test func `The walk tells whether the peer is trusted`() {
        let request = HandshakeRequest.fields([("X-Forwarded-For", "1.1.1.1")], peer: "10.0.0.2")
        var walk = ClientAddressWalk(request, source: .forwardedFor)
        #expect(walk.hop == IPAddress(parsing: "10.0.0.2"))
        #expect(!walk.isPeerTrusted)
        walk.advance(in: request)
        #expect(walk.isPeerTrusted)
        #expect(walk.hop == IPAddress(parsing: "1.1.1.1"))
        walk.advance(in: request)
        #expect(walk.hop == nil)
        #expect(walk.trustedHops == 2)
        walk.advance(in: request)
        #expect(walk.trustedHops == 2)
        #expect(walk.client.address == IPAddress(parsing: "1.1.1.1"))
    }
}
