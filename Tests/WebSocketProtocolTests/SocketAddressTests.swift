import SeededNumbers
import Testing
import WebSocketProtocol

struct SocketAddressTests {
    @Test(
        arguments: [
            ("203.0.113.7:50112", "203.0.113.7", 50112, "203.0.113.7:50112"),
            ("203.0.113.7", "203.0.113.7", nil, "203.0.113.7"),
            ("203.0.113.7:0", "203.0.113.7", 0, "203.0.113.7:0"),
            ("[2001:db8::1]:4711", "2001:db8::1", 4711, "[2001:db8::1]:4711"),
            ("[2001:db8::1]", "2001:db8::1", nil, "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1", nil, "2001:db8::1"),
            ("[::ffff:10.42.0.1]:80", "10.42.0.1", 80, "10.42.0.1:80"),
            ("::ffff:10.42.0.1", "10.42.0.1", nil, "10.42.0.1"),
            ("fe80::1%eth0", "fe80::1", nil, "fe80::1"),
            ("[fe80::1%eth0]:80", "fe80::1", 80, "[fe80::1]:80"),
        ] as [(String, String, UInt16?, String)]
    )
    func `Address and port are read`(text: String, address: String, port: UInt16?, written: String) throws {
        let socket = try #require(SocketAddress(parsing: text))
        #expect(socket.address == IPAddress(parsing: address))
        #expect(socket.port == port)
        #expect(socket.description == written)
    }

    @Test(arguments: [
        "", ":", ":80", "203.0.113.7:", "203.0.113.7:65536", "203.0.113.7:123456", "203.0.113.7:8o", "203.0.113.7:+1",
        "203.0.113.7:80:80", "[203.0.113.7]:80", "[2001:db8::1", "2001:db8::1]", "[2001:db8::1]80", "[2001:db8::1]:",
        "[]:80", "[::1]:80 ", "localhost:80", "203.0.113.7%eth0", "fe80::1%", "[fe80::1%]:80", "%", "%eth0",
    ])
    func `Anything else is none`(text: String) {
        #expect(SocketAddress(parsing: text) == nil)
    }

    @Test func `Random text never traps`() {
        var random = SeededGenerator(seed: 80)
        for _ in 0..<10_000 {
            let text = String(decoding: random.bytes(upTo: 20, of: "12345:.[]%:a"), as: UTF8.self)
            guard let socket = SocketAddress(parsing: text) else { continue }
            #expect(SocketAddress(parsing: socket.description) == socket)
        }
    }
}
