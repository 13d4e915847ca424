import SeededNumbers
import Testing
import WebSocketProtocol

struct UTF8StreamTests {
    /// The offset that pieces of `bytes` give, and how many pieces were taken before it was known.
    private func offset(_ pieces: [[UInt8]]) -> Int? {
        var stream = UTF8Stream()
        for piece in pieces {
            if let offset = stream.append(piece.span) { return offset }
        }
        return stream.finish()
    }

    @Test func `D48 a code point may straddle fragments`() {
        #expect(offset([[0xF0, 0x9F], [0x98, 0x80]]) == nil)
        #expect(offset([[0xF0], [0x9F], [], [0x98], [0x80]]) == nil)
    }

    @Test func `A fault is told as soon as its byte is there`() {
        var stream = UTF8Stream()
        #expect(stream.append([0x41, 0xED].span) == nil)
        #expect(stream.append([0xA0].span) == 1)
        stream = UTF8Stream()
        #expect(stream.append([0xF4, 0x8F, 0xBF].span) == nil)
        #expect(stream.append([0x41].span) == 0)
        stream = UTF8Stream()
        #expect(stream.append([0xE0, 0x80].span) == 0)
    }

    @Test func `An end inside a sequence is a fault at its first byte`() {
        #expect(offset([[0x41], [0xF0, 0x9F], [0x98]]) == 1)
        #expect(offset([[]]) == nil)
    }

    @Test func `Text in two pieces is judged as in one, wherever it is cut`() {
        var random = SeededGenerator(seed: 36)
        for _ in 0..<1000 {
            let bytes = random.bytes(upTo: 24, of: "aé€😀")
            let whole = UTF8Validator.firstInvalidOffset(in: bytes)
            for cut in 0...bytes.count {
                #expect(offset([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
            }
            #expect(offset(bytes.map { [$0] }) == whole)
        }
    }
}
