import Testing
import WebSocketProtocol

struct PathSegmentsTests {
    private func segments(_ path: String) -> [String] {
        let bytes = Array(path)
        var segments = PathSegments(0..<bytes.count)
        var found: [String] = []
        while let segment = segments.next(in: bytes.span) { found.append(bytes.text(segment)) }
        return found
    }

    private func isSuspicious(_ path: String) -> Bool {
        let bytes = Array(path)
        return PathSegments.isSuspicious(0..<bytes.count, in: bytes.span)
    }

    private func matches(_ segment: String, _ decoded: String) -> Bool {
        let bytes = Array(segment)
        let decoded = Array(decoded)
        return PathSegments.equals(0..<bytes.count, decoded: decoded.span, in: bytes.span)
    }

    @Test func `Segments stand between slashes`() {
        #expect(segments("/ws/prices") == ["ws", "prices"])
        #expect(segments("/ws/") == ["ws", ""])
        #expect(segments("/") == [""])
        #expect(segments("") == [""])
        #expect(segments("/a//b") == ["a", "", "b"])
    }

    @Test func `The remainder is what the rest of a path is`() {
        let bytes = Array("/a/b/c")
        var segments = PathSegments(0..<bytes.count)
        #expect(segments.remainder == 1..<6)
        _ = segments.next(in: bytes.span)
        #expect(segments.remainder == 3..<6)
        _ = segments.next(in: bytes.span)
        _ = segments.next(in: bytes.span)
        #expect(segments.remainder == nil)
    }

    @Test func `Segments compare decoded and with case`() {
        #expect(matches("ws", "ws"))
        #expect(matches("%77s", "ws"))
        #expect(matches("%C3%a9", "é"))
        #expect(matches("a%20b", "a b"))
        #expect(!matches("WS", "ws"))
        #expect(!matches("w", "ws"))
        #expect(!matches("wss", "ws"))
        #expect(!matches("a+b", "a b"))
        #expect(!matches("w%s", "w%s"))
    }

    @Test(arguments: [
        "//", "//ws", "/a//b", "/ws//", "/.", "/..", "/../x", "/a/../b", "/a/.", "/%2e", "/%2E%2e/x", "/.%2e", "/..;x",
        "/.;/a",
        "/%2e%2e%3b", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a\\b", "/a%00", "/%0d%0a", "/a%7f", "/a%1F", "/%", "/%2", "/%zz",
        "/a%",
    ])
    func `A path that others may read differently is suspicious`(path: String) {
        #expect(isSuspicious(path))
    }

    @Test(arguments: [
        "", "/", "/ws", "/ws/", "/...", "/a.b", "/.well-known/x", "/..a", "/a..", "/a;b", "/%20", "/%C3%A9", "/a%25b",
        "/a:b@c",
        "/;x", "/%3f",
    ])
    func `Other paths are not`(path: String) {
        #expect(!isSuspicious(path))
    }
}
