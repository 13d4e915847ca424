import Testing
import WebSocketProtocol

struct RequestTargetTests {
    private func parts(_ text: String) -> [String?]? {
        let bytes = Array(text)
        guard let target = RequestTarget(text) else { return nil }
        return [bytes.text(target.path), target.query.map(bytes.text), target.authority.map { bytes.text($0.host) }]
    }

    @Test(
        arguments: [
            ("/", ["/", nil, nil]),
            ("/ws", ["/ws", nil, nil]),
            ("/ws?", ["/ws", "", nil]),
            ("/ws?a=b?c&d=/x", ["/ws", "a=b?c&d=/x", nil]),
            ("//host/x", ["//host/x", nil, nil]),
            ("/ws?u=http://a", ["/ws", "u=http://a", nil]),
            ("/a|b?{}\"<>^`|", ["/a|b", "{}\"<>^`|", nil]),
            ("http://a.example", ["", nil, "a.example"]),
            ("HTTP://a.example?x", ["", "x", "a.example"]),
            ("wss://[::1]:8443/ws?x=/", ["/ws", "x=/", "::1"]),
        ] as [(String, [String?])]
    )
    func `A target is taken apart`(text: String, expected: [String?]) {
        #expect(parts(text) == expected)
    }

    @Test(arguments: [
        "", "*", "ws", "?a", "a.example:443", "ftp://a/", "http:", "http:/", "http://", "http:///ws", "http://?a",
        "://a/",
        "http://a:99999/", "http://u@a/", "/a#b", "/a?b#", "/a b", "/a\u{0}", "/a\n", "/a\u{7f}", "/ü",
    ])
    func `Anything else is malformed`(text: String) {
        #expect(parts(text) == nil)
    }
}
