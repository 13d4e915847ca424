import Testing
import WebSocketProtocol

struct CookiePairsTests {
    private func cookies(_ lines: String...) -> [[String]] {
        let request = HandshakeRequest.fields(lines.map { ("Cookie", $0) } + [("X", "session=no")])
        var pairs = CookiePairs()
        var found: [[String]] = []
        while let pair = pairs.next(in: request) { found.append([request.text(pair.name), request.text(pair.value)]) }
        return found
    }

    private func session(_ lines: String...) -> (count: Int, first: String) {
        let request = HandshakeRequest.fields(lines.map { ("Cookie", $0) })
        let name = Array("session")
        let found = CookiePairs.occurrences(of: name.span, in: request)
        return (found.count, request.text(found.first))
    }

    @Test func `Lines are one list of pairs`() {
        #expect(cookies("a=1; b=2", "c=3") == [["a", "1"], ["b", "2"], ["c", "3"]])
        #expect(cookies("a=1;b=2 ; ;; c = 3 ") == [["a", "1"], ["b", "2"], ["c", "3"]])
        #expect(cookies("a=b=c==") == [["a", "b=c=="]])
        #expect(cookies("lone; =x") == [["", "lone"], ["", "x"]])
        #expect(cookies("a=\"1\"") == [["a", "\"1\""]])
        #expect(cookies("", ";") == [])
        #expect(cookies() == [])
    }

    @Test func `Every occurrence is counted, an empty one too`() {
        #expect(session("session=a") == (1, "a"))
        #expect(session("session=a; session=b") == (2, "a"))
        #expect(session("session=a", "x=1; session=") == (2, "a"))
        #expect(session("session=") == (1, ""))
        #expect(session("Session=a; xsession=b; session2=c; session") == (0, ""))
    }
}
