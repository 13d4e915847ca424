import SeededNumbers
import Testing
import WebSocketProtocol

struct QueryPairsTests {
    private func pairs(_ query: String) -> [[String]] {
        let bytes = Array(query)
        var pairs = QueryPairs(0..<bytes.count)
        var found: [[String]] = []
        while let pair = pairs.next(in: bytes.span) { found.append([bytes.text(pair.name), bytes.text(pair.value)]) }
        return found
    }

    private func values(_ name: String, _ query: String) -> (count: Int, first: String) {
        let bytes = Array(query)
        let name = Array(name)
        let found = QueryPairs.occurrences(of: name.span, in: 0..<bytes.count, of: bytes.span)
        return (found.count, bytes.text(found.first))
    }

    @Test func `Only an ampersand splits pairs, only the first equals sign a pair`() {
        #expect(pairs("a=1&b=2") == [["a", "1"], ["b", "2"]])
        #expect(pairs("token=abc==") == [["token", "abc=="]])
        #expect(pairs("a;b=1") == [["a;b", "1"]])
        #expect(pairs("a") == [["a", ""]])
        #expect(pairs("=a") == [["", "a"]])
        #expect(pairs("&&a=1&&") == [["a", "1"]])
        #expect(pairs("") == [])
        #expect(pairs("a=1?b") == [["a", "1?b"]])
    }

    @Test func `Names compare after decoding and with case`() {
        #expect(values("token", "token=a") == (1, "a"))
        #expect(values("token", "%74oke%6E=a") == (1, "a"))
        #expect(values("token", "Token=a") == (0, ""))
        #expect(values("token", "toke=a&tokens=b&xtoken=c") == (0, ""))
        #expect(values("to ken", "to+ken=a&to%20ken=b") == (1, "b"))
        #expect(values("token", "tok%zzen=a&token%=b") == (0, ""))
        #expect(values("a&b", "a%26b=1&a&b") == (1, "1"))
    }

    @Test func `Every occurrence is counted, an empty one too`() {
        #expect(values("token", "token=a&token=b") == (2, "a"))
        #expect(values("token", "token=&token=b") == (2, ""))
        #expect(values("token", "token&x=1&%74oken=b") == (2, ""))
        let bytes = Array("a")
        let none = QueryPairs.occurrences(of: bytes.span, in: nil, of: bytes.span)
        #expect(none.count == 0)
        #expect(none.single == nil)
    }

    @Test(arguments: [
        ("abc", "abc"), ("a%2Bb", "a+b"), ("a+b", "a+b"), ("%41%6a", "Aj"), ("%25%32%35", "%25"), ("", ""),
    ])
    func `A value is decoded once`(encoded: String, decoded: String) {
        let bytes = Array(encoded)
        var output = Array("kept:")
        let isDecoded = PercentReader.decode(0..<bytes.count, in: bytes.span, into: &output)
        #expect(isDecoded)
        #expect(output == Array("kept:" + decoded))
    }

    @Test(arguments: ["%", "%4", "a%zz", "%4g", "%%41", "abc%2"])
    func `A malformed escape spoils the value and leaves the output`(encoded: String) {
        let bytes = Array(encoded)
        var output = Array("kept")
        let isDecoded = PercentReader.decode(0..<bytes.count, in: bytes.span, into: &output)
        #expect(!isDecoded)
        #expect(output == Array("kept"))
    }

    @Test func `D67 a name for redaction compares decoded and without case`() {
        let name = Array("user_token")
        for spelling in ["user_token", "user%5Ftoken", "User_Token", "%55SER%5fTOKEN"] {
            let bytes = Array(spelling)
            let isEqual = PercentReader.equals(
                0..<bytes.count,
                decoded: name.span,
                in: bytes.span,
                ignoringCase: true
            )
            #expect(isEqual, "\(spelling)")
        }
    }

    @Test func `Random queries never trap and lose no byte but separators`() {
        var random = SeededGenerator(seed: 3986)
        for _ in 0..<5000 {
            let bytes = random.bytes(upTo: 30, of: "token=&%41?+")
            var pairs = QueryPairs(0..<bytes.count)
            var total = 0
            while let pair = pairs.next(in: bytes.span) { total += pair.name.count + pair.value.count }
            let separators = bytes.split(separator: UInt8(ascii: "&")).filter { $0.contains(UInt8(ascii: "=")) }.count
            #expect(total == bytes.count - separators - bytes.filter { $0 == UInt8(ascii: "&") }.count)
        }
    }
}
