import SeededNumbers
import Testing
import WebSocketProtocol

struct UTF8ValidatorTests {
    /// The offset by the book: RFC 3629's table, one byte after another.
    private func reference(_ bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            let continuations: [ClosedRange<UInt8>]
            switch bytes[index] {
            case 0x00...0x7F: continuations = []
            case 0xC2...0xDF: continuations = [0x80...0xBF]
            case 0xE0: continuations = [0xA0...0xBF, 0x80...0xBF]
            case 0xE1...0xEC, 0xEE...0xEF: continuations = [0x80...0xBF, 0x80...0xBF]
            case 0xED: continuations = [0x80...0x9F, 0x80...0xBF]
            case 0xF0: continuations = [0x90...0xBF, 0x80...0xBF, 0x80...0xBF]
            case 0xF1...0xF3: continuations = [0x80...0xBF, 0x80...0xBF, 0x80...0xBF]
            case 0xF4: continuations = [0x80...0x8F, 0x80...0xBF, 0x80...0xBF]
            default: return index
            }
            for (step, range) in continuations.enumerated() {
                guard index + 1 + step < bytes.count, range.contains(bytes[index + 1 + step]) else { return index }
            }
            index += 1 + continuations.count
        }
        return nil
    }

    @Test(
        arguments: [
            ([], nil),
            ([0x00], nil),
            ([0xC3, 0xA9], nil),
            ([0xE2, 0x82, 0xAC], nil),
            ([0xF0, 0x9F, 0x98, 0x80], nil),
            ([0xF4, 0x8F, 0xBF, 0xBF], nil),
            ([0xEF, 0xBB, 0xBF], nil),
            ([0xEF, 0xBF, 0xBF], nil),
            ([0x80], 0), ([0xBF], 0), ([0xFF], 0), ([0xFE], 0),
            ([0xC0, 0x80], 0), ([0xC1, 0xBF], 0), ([0xE0, 0x80, 0x80], 0), ([0xE0, 0x9F, 0xBF], 0),
            ([0xF0, 0x8F, 0xBF, 0xBF], 0),
            ([0xED, 0xA0, 0x80], 0), ([0xED, 0xBF, 0xBF], 0),
            ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0),
            ([0x41, 0xC3], 1), ([0x41, 0xE2, 0x82], 1), ([0x41, 0xF0, 0x9F, 0x98], 1),
            ([0xE2, 0x82, 0x41], 0), ([0xC3, 0xA9, 0xA9], 2), ([0xC3, 0xC3, 0xA9], 0),
        ] as [([UInt8], Int?)]
    )
    func `The first ill-formed sequence is where RFC 3629 has it`(bytes: [UInt8], offset: Int?) {
        #expect(reference(bytes) == offset)
        for filler in 0...33 {
            let ascii = Array(repeating: UInt8(ascii: "a"), count: filler)
            #expect(UTF8Validator.firstInvalidOffset(in: ascii + bytes) == offset.map { $0 + filler })
            // What follows a sequence that is cut short makes it no better.
            #expect(UTF8Validator.firstInvalidOffset(in: ascii + bytes + ascii) == offset.map { $0 + filler })
        }
    }

    @Test func `Every two bytes, and every three behind a lead, are judged by the book`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let two = [first, second]
                #expect(UTF8Validator.firstInvalidOffset(in: two) == reference(two))
                guard first >= 0xE0 else { continue }
                for tail in [
                    [0x80], [0xBF], [0x7F], [0xC0], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0x41], [0x41, 0x80],
                ] as [[UInt8]] {
                    let more = two + tail
                    #expect(UTF8Validator.firstInvalidOffset(in: more) == reference(more))
                }
            }
        }
    }

    @Test func `Every code point is well-formed`() {
        var text = ""
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 7) {
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        #expect(UTF8Validator.firstInvalidOffset(in: Array(text)) == nil)
    }

    @Test func `Random text is judged by the book`() {
        var random = SeededGenerator(seed: 3629)
        for _ in 0..<20_000 {
            let bytes = random.bytes(upTo: 40, of: "abcé€😀 abcdefghijklmnop")
            #expect(UTF8Validator.firstInvalidOffset(in: bytes) == reference(bytes))
        }
    }
}
