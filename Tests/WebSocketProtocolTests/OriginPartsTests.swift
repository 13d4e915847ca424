import SeededNumbers
import Testing
import WebSocketProtocol

struct OriginPartsTests {
    private func parse(_ text: String) -> OriginParts? {
        OriginParts.parse(Array(text))
    }

    private func key(_ text: String) -> String? {
        let bytes = Array(text)
        return OriginParts.parse(bytes).map { String(decoding: $0.key(of: bytes), as: UTF8.self) }
    }

    @Test(arguments: [
        ("https://app.example", "https://app.example:443"),
        ("https://app.example:443", "https://app.example:443"),
        ("HTTPS://App.EXAMPLE", "https://app.example:443"),
        ("http://app.example", "http://app.example:80"),
        ("http://app.example:443", "http://app.example:443"),
        ("ws://app.example", "ws://app.example:80"),
        ("wss://app.example", "wss://app.example:443"),
        ("https://app.example.", "https://app.example.:443"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://[0:0:0:0:0:0:0:1]:3000", "http://[::1]:3000"),
        ("http://127.0.0.1", "http://127.0.0.1:80"),
        ("null", "null"),
        ("file://", "file://"),
        ("FILE://", "file://"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("ionic://localhost", "ionic://localhost"),
        ("tauri://localhost", "tauri://localhost"),
        ("app://obsidian.md", "app://obsidian.md"),
        ("app://local:9000", "app://local:9000"),
        ("chrome-extension://abcdefghijklmnopabcdefghijklmnop", "chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
        (
            "moz-extension://3c1a9ab2-1d4e-4b7c-9a53-0123456789ab",
            "moz-extension://3c1a9ab2-1d4e-4b7c-9a53-0123456789ab"
        ),
        ("vscode-webview://0abc", "vscode-webview://0abc"),
    ])
    func `An origin has one canonical key`(text: String, expected: String) {
        #expect(key(text) == expected)
    }

    @Test func `D13 an IPv6 origin without a port has the scheme's`() {
        #expect(key("http://[::1]") == key("http://[::1]:80"))
        #expect(key("http://[::1]") != key("http://[::1]:3000"))
    }

    @Test(arguments: [
        // Grammar: nothing after the port.
        "https://a.example/", "https://a.example/x", "https://a.example?x", "https://a.example#x",
        "https://u@a.example",
        "https://u:p@a.example", "https://a.example ", " https://a.example", "https://a.example https://b.example",
        "https://a.example,https://b.example", "https://a.example, https://b.example", "https://a.example\\@b",
        // D02: the trusted host hides in a path.
        "https://evil.test/.corp.example", "https://evil.example/.app.example.com",
        // D04: empty and garbage.
        "", " ", "something-invalid", "http://h.example.com:99999", "http://a:b",
        // Ports.
        "https://a:", "https://a:0443", "https://a:00", "https://a:0", "https://a:65536", "https://a:-1",
        "https://a:+1",
        "https://a:443x", "https://a:4 43", "https://a:443:443",
        // Hosts.
        "https://", "https://:443", "https:///", "https://.a", "https://a..b", "https://[::1", "https://[::1%25eth0]",
        "https://[::1%eth0]", "https://[127.0.0.1]", "https://[::1]443", "https://::1", "https://münchen.example",
        "https://\u{212A}.example", "https://a%2Eexample", "https://*.a.example",
        // Schemes.
        "://a", "//a", "a.example", "https:/a", "https:a", "1https://a", "ht tps://a", "httpſ://a", "data:,x",
        "about:blank",
        // The words.
        "Null", "NULL", "null ", "null,null", "nullx", "file:///", "file://host", "file:", "file:/", "capacitor://",
        "https://a\u{0}", "https://a\r\n", "https://a\u{7f}", "https://a\u{0b}b",
    ])
    func `Anything else is malformed`(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func `Every byte beyond ASCII is malformed wherever it stands`() {
        let good = Array("https://a.example:443".utf8)
        for place in 0...good.count {
            for byte in [0x80, 0x85, 0xAA, 0xFF] as [UInt8] {
                var bytes = good
                bytes.insert(byte, at: place)
                #expect(OriginParts.parse(bytes) == nil)
            }
        }
    }

    @Test func `Every prefix is parsed or refused alone`() {
        let text = "https://app.example:443"
        let accepted = (0...text.count).filter { parse(String(text.prefix($0))) != nil }
        // "https://a" to "https://app", not with the dot at its end alone: a trailing dot is a host too.
        #expect(accepted == Array(9...19) + [21, 22, 23])
    }

    @Test func `Parts are ranges of the buffer`() throws {
        let bytes = Array("Origin: HTTPS://[::1]:8443".utf8)
        let parts = try #require(OriginParts.parse(bytes, in: 8..<bytes.count))
        #expect(parts.scheme == 8..<13)
        #expect(parts.authority?.host == 17..<20)
        #expect(parts.authority?.kind == .ipv6)
        #expect(parts.port == 8443)
    }

    @Test func `Random bytes never trap, and keys are stable`() {
        var random = SeededGenerator(seed: 6454)
        for _ in 0..<20_000 {
            let bytes = random.bytes(upTo: 24, of: "htps://a.:1[]:/n")
            guard let parts = OriginParts.parse(bytes) else { continue }
            let key = parts.key(of: bytes)
            #expect(parts.equals(key, in: bytes))
            #expect(OriginParts.parse(key)?.key(of: key) == key)
        }
    }
}
