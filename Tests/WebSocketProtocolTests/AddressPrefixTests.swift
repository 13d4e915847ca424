import SeededNumbers
import Testing
import WebSocketProtocol

struct AddressPrefixTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8", false),
        ("10.0.0.1/8", "10.0.0.0/8", true),
        ("10.0.0.1", "10.0.0.1/32", false),
        ("0.0.0.0/0", "0.0.0.0/0", false),
        ("::/0", "::/0", false),
        ("2001:db8::1/32", "2001:db8::/32", true),
        ("2001:db8::1", "2001:db8::1/128", false),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8", false),
        ("::ffff:0:0/96", "0.0.0.0/0", false),
        ("::ffff:a00:1/128", "10.0.0.1/32", false),
    ])
    func `A block is read with its base`(text: String, canonical: String, hasHostBits: Bool) throws {
        let prefix = try #require(AddressPrefix(parsing: text))
        #expect(prefix.description == canonical)
        #expect(prefix.hasHostBits == hasHostBits)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/8/8",
        "10.0.0.0/8 ",
        "10.0.0/8", "::/129", "::/00", "::/1000", "::ffff:10.0.0.0/95", "::ffff:10.0.0.0/8", "fe80::1%eth0/64",
        "[::]/0",
        "10.0.0.0/255.0.0.0",
    ])
    func `Anything else is no block`(text: String) {
        #expect(AddressPrefix(parsing: text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true),
        ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("10.0.0.0/8", "::10.1.2.3", false),
        ("::ffff:10.0.0.0/104", "10.1.2.3", true),
        ("::/0", "10.1.2.3", false),
        ("::/0", "::1", true),
        ("::/0", "::ffff:10.1.2.3", false),
        ("0.0.0.0/0", "::1", false),
        ("0.0.0.0/0", "255.1.2.3", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false),
        ("2001:db8::/127", "2001:db8::1", true),
        ("2001:db8::/127", "2001:db8::2", false),
    ])
    func `A block holds what its bits say`(block: String, text: String, isHeld: Bool) throws {
        let prefix = try #require(AddressPrefix(parsing: block))
        #expect(prefix.contains(try #require(IPAddress(parsing: text))) == isHeld)
    }

    @Test func `First and last address bound a block`() throws {
        var random = SeededGenerator(seed: 4632)
        for _ in 0..<1000 {
            let isV4 = Bool.random(using: &random)
            let address =
                isV4
                ? IPAddress(v4: UInt32.random(in: 0...UInt32.max, using: &random))
                : IPAddress(high: random.next() | 1, low: random.next())
            let length = Int.random(in: 0...(isV4 ? 32 : 128), using: &random)
            let prefix = try #require(AddressPrefix(address, length: length))
            #expect(prefix.contains(address))
            #expect(prefix.contains(prefix.base) && prefix.contains(prefix.last))
            #expect(prefix.base <= address && address <= prefix.last)
            #expect(prefix.isV4 == isV4)
            #expect(prefix.length == length)
            #expect(AddressPrefix(parsing: prefix.description)?.base == prefix.base)
        }
    }

    @Test func `A block holds its narrower blocks only`() throws {
        let wide = try #require(AddressPrefix(parsing: "10.0.0.0/8"))
        let narrow = try #require(AddressPrefix(parsing: "10.1.0.0/16"))
        let other = try #require(AddressPrefix(parsing: "11.0.0.0/16"))
        let v6 = try #require(AddressPrefix(parsing: "::/0"))
        #expect(wide.contains(narrow))
        #expect(wide.contains(wide))
        #expect(!narrow.contains(wide))
        #expect(!wide.contains(other))
        #expect(!v6.contains(wide))
    }

    @Test func `A length out of range makes no block`() throws {
        let v4 = try #require(IPAddress(parsing: "10.0.0.0"))
        #expect(AddressPrefix(v4, length: 33) == nil)
        #expect(AddressPrefix(v4, length: -1) == nil)
        #expect(AddressPrefix(v4, length: Int.max) == nil)
    }
}
