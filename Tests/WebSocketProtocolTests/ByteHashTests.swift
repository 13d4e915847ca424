import SeededNumbers
import Testing
import WebSocketProtocol

struct ByteHashTests {
    @Test func `A hash is that of the bytes wherever they lie`() {
        let bytes = Array("the host app.example.com and what stands around it")
        for start in 0..<20 {
            for end in start..<bytes.count {
                let copy = Array(bytes[start..<end])
                let inside = ByteHash.hash(bytes.span, in: start..<end, seed: 3)
                let alone = ByteHash.hash(copy.span, in: 0..<copy.count, seed: 3)
                #expect(inside == alone)
            }
        }
    }

    @Test func `The folded hash is that of the lower-case bytes`() {
        for count in 0..<40 {
            let upper = Array(String(repeating: "Ab-@`Z[z{\u{E9}", count: 4)).prefix(count)
            let lower = upper.map { ASCII.lowercased($0) }
            let bytes = Array(upper)
            let folded = ByteHash.foldedHash(bytes.span, in: 0..<count, seed: 9)
            let plain = ByteHash.hash(lower.span, in: 0..<count, seed: 9)
            #expect(folded == plain)
        }
    }

    @Test func `Short texts that differ hash apart`() {
        var seen = Set<UInt64>()
        var random = SeededGenerator(seed: 64)
        var texts = Set<[UInt8]>()
        for _ in 0..<20_000 { texts.insert(random.bytes(upTo: 12, of: "abc.0")) }
        for text in texts { seen.insert(ByteHash.hash(text.span, in: 0..<text.count, seed: 1)) }
        #expect(seen.count == texts.count)
    }
}
