import SeededNumbers
import Testing
import WebSocketProtocol

struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        ("203.0.113.7", "203.0.113.7"),
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8:0001:0001:0001:0001:0001:0001", "2001:db8:1:1:1:1:1:1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:0:0:2::", "1:0:0:2::"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("::192.0.2.33", "::c000:221"),
        ("1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221"),
    ])
    func `An address is written canonically`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(address.description == canonical)
        #expect(IPAddress(parsing: canonical) == address)
    }

    @Test(arguments: [
        "::ffff:192.0.2.1", "::FFFF:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:192.0.2.1",
        "0000:0000:0000:0000:0000:ffff:c000:0201", "0::0:ffff:C000:201",
    ])
    func `D18 every spelling of a mapped address is the IPv4 address`(text: String) throws {
        let address = try #require(IPAddress(parsing: text))
        #expect(address == IPAddress(parsing: "192.0.2.1"))
        #expect(address.isV4)
        #expect(address.description == "192.0.2.1")
    }

    @Test(arguments: [
        "::192.0.2.1", "64:ff9b::192.0.2.1", "::fffe:192.0.2.1", "1::ffff:192.0.2.1", "::ffff:0:192.0.2.1",
    ])
    func `No other embedded address folds`(text: String) throws {
        #expect(try #require(IPAddress(parsing: text)).isV4 == false)
    }

    @Test(arguments: [
        "", " ", "1", "1.2", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..3.4", "01.2.3.4", "1.2.3.04",
        "00.0.0.0", "256.1.1.1", "1.2.3.999", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "127.1", "1.2.3.4 ", " 1.2.3.4",
        "+1.2.3.4", "1.2.3.-4", "1.2.3.4/8", "1.2.3.4:80", "1,2,3,4", "١.2.3.4",
        ":", ":::", "::1::", "1:::2", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1%eth0", "fe80::1%25eth0", "[::1]", "::1/64", "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "::256.2.3.4", "-::1", "::１",
    ])
    func `Anything else is no address`(text: String) {
        #expect(IPAddress(parsing: text) == nil)
    }

    @Test func `Bytes in network order make the same addresses`() throws {
        #expect(IPAddress(bytes: [192, 0, 2, 1]) == IPAddress(parsing: "192.0.2.1"))
        #expect(
            IPAddress(bytes: [0x20, 1, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1])
                == IPAddress(parsing: "2001:db8::1")
        )
        for count in [0, 3, 5, 15, 17] { #expect(IPAddress(bytes: Array(repeating: 0, count: count)) == nil) }
    }

    @Test func `A mask keeps the first bits of its family`() throws {
        let v4 = try #require(IPAddress(parsing: "203.0.113.255"))
        let v6 = try #require(IPAddress(parsing: "2001:db8:1:2:3:4:5:6"))
        #expect(v4.masked(v4Length: 32, v6Length: 64) == v4)
        #expect(v4.masked(v4Length: 24, v6Length: 64).description == "203.0.113.0")
        #expect(v4.masked(v4Length: 17, v6Length: 0).description == "203.0.0.0")
        #expect(v4.masked(v4Length: 0, v6Length: 64).description == "0.0.0.0")
        #expect(v4.masked(v4Length: -1, v6Length: 64).description == "0.0.0.0")
        #expect(v4.masked(v4Length: 99, v6Length: 64) == v4)
        #expect(v6.masked(v4Length: 32, v6Length: 64).description == "2001:db8:1:2::")
        #expect(v6.masked(v4Length: 32, v6Length: 63).description == "2001:db8:1:2::")
        #expect(v6.masked(v4Length: 32, v6Length: 62).description == "2001:db8:1::")
        #expect(v6.masked(v4Length: 32, v6Length: 65).description == "2001:db8:1:2::")
        #expect(v6.masked(v4Length: 32, v6Length: 127).description == "2001:db8:1:2:3:4:5:6")
        #expect(v6.masked(v4Length: 32, v6Length: 128) == v6)
        #expect(v6.masked(v4Length: 32, v6Length: 500) == v6)
        #expect(v6.masked(v4Length: 32, v6Length: 0).description == "::")
    }

    @Test func `Any 128 bits survive their text`() {
        var random = SeededGenerator(seed: 5952)
        for _ in 0..<2000 {
            // Sparse bits, so that runs of zero groups are frequent.
            let high = random.next() & random.next() & random.next()
            let low = random.next() & random.next() & random.next()
            let address = IPAddress(high: high, low: low)
            #expect(IPAddress(parsing: address.description) == address)
        }
    }

    @Test func `Random text never traps and only canonical values come back`() {
        var random = SeededGenerator(seed: 4291)
        for _ in 0..<20_000 {
            let bytes = random.bytes(upTo: 24, of: "0123456789abcdefF:::..")
            let span = bytes.span
            guard let address = IPAddress(parsing: span, in: 0..<bytes.count) else { continue }
            #expect(IPAddress(parsing: address.description) == address)
        }
    }
}
