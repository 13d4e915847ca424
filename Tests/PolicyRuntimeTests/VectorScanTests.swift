import SeededNumbers
import Testing

@testable import PolicyRuntime

/// The scan of thirty-two bytes at a time says what the scan of single characters says.
struct VectorScanTests {
    /// The offset of the first quote, backslash or control character; nil where something before it is no UTF-8.
    private static func slowStop(_ bytes: borrowing PaddedBytes) -> Int? {
        var place = bytes.start
        while true {
            let byte = place.byte
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return place - bytes.start }
            let length = byte < 0x80 ? 1 : UTF8Scan.sequenceLength(at: place)
            guard length > 0 else { return nil }
            place = place + length
        }
    }

    private static func check(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        guard BytePointer.hasStringStop else { return }
        var padded = PaddedBytes()
        padded.append(bytes.span)
        let stop = padded.start.stringStop.map { $0 - padded.start }
        #expect(stop == slowStop(padded), "\(bytes)", sourceLocation: sourceLocation)
    }

    @Test func `every sequence of two and three bytes, before and across the edge of a block`() {
        for lead in UInt8(0x7F)...0xFF {
            for second in stride(from: 0, through: 255, by: 1) {
                Self.check([lead, UInt8(second), 0x22])
                Self.check(Array(repeating: 0x61, count: 31) + [lead, UInt8(second), 0x80, 0x22])
            }
        }
        for lead in UInt8(0xE0)...0xF5 {
            for second in [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0] as [UInt8] {
                for third in [0x22, 0x7F, 0x80, 0xBF, 0xC0, 0xE2] as [UInt8] {
                    for fourth in [0x22, 0x80, 0xBF, 0xC2] as [UInt8] {
                        for before in [0, 28, 29, 30, 31, 32, 61] {
                            Self.check(
                                Array(repeating: 0x61, count: before) + [lead, second, third, fourth, 0x22, 0xFF]
                            )
                        }
                    }
                }
            }
        }
    }

    @Test func `texts cut off and damaged at every byte`() {
        let texts = [
            "今天下午三点開會，請準備第三季度的資料。", "привет, как дела? 😀 grüße aus münchen",
            "é😀\u{10FFFF}\u{800}\u{7FF}\u{D7FF}\u{E000}",
        ]
        for text in texts {
            let bytes = Array((text + text).utf8) + [0x22]
            for place in bytes.indices {
                Self.check(Array(bytes[..<place]))
                for bit in 0..<8 {
                    var damaged = bytes
                    damaged[place] ^= UInt8(1 << bit)
                    Self.check(damaged)
                }
            }
        }
    }

    @Test(arguments: 1...4)
    func `random bytes`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] =
            ["a", "é", "三", "😀", "\"", "\\", "\u{1F}"].map { Array($0.utf8) } + [[0x80], [0xF0], [0xED, 0xA0]]
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<60, using: &random) {
                bytes += pieces[Int.random(in: 0..<(random.once(in: 4) ? pieces.count : 4), using: &random)]
            }
            Self.check(bytes)
            Self.check(bytes + [0x22, 0xFF])
        }
    }

    @Test func `a fault ends the scan before the end of a long string`() {
        var bytes = [UInt8](repeating: 0xC3, count: 4)
        bytes += [UInt8](repeating: 0x61, count: 1 << 20)
        Self.check(bytes)
        Self.check([])
    }
}
