/// Well-formedness of UTF-8 by the table of RFC 3629 §4.
package enum UTF8Check {
    /// The first byte of the first ill-formed sequence; nil where there is none.
    package static func firstFault(_ bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            guard let length = wellFormedLength(bytes, index) else { return index }
            index += length
        }
        return nil
    }

    private static func wellFormedLength(_ bytes: [UInt8], _ index: Int) -> Int? {
        let ranges: [ClosedRange<UInt8>]
        switch bytes[index] {
        case 0x00...0x7F: ranges = []
        case 0xC2...0xDF: ranges = [0x80...0xBF]
        case 0xE0: ranges = [0xA0...0xBF, 0x80...0xBF]
        case 0xE1...0xEC, 0xEE...0xEF: ranges = [0x80...0xBF, 0x80...0xBF]
        case 0xED: ranges = [0x80...0x9F, 0x80...0xBF]
        case 0xF0: ranges = [0x90...0xBF, 0x80...0xBF, 0x80...0xBF]
        case 0xF1...0xF3: ranges = [0x80...0xBF, 0x80...0xBF, 0x80...0xBF]
        case 0xF4: ranges = [0x80...0x8F, 0x80...0xBF, 0x80...0xBF]
        default: return nil
        }
        for (step, range) in ranges.enumerated() {
            let place = index + 1 + step
            guard place < bytes.count, range.contains(bytes[place]) else { return nil }
        }
        return 1 + ranges.count
    }
}
