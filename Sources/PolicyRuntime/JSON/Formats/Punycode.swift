/// Punycode (RFC 3492), for labels of at most 63 code points.
enum Punycode {
    private static let base = 36

    /// Decodes what stands behind `xn--`; nil where it is none.
    static func decode(_ text: FormatText) -> HostLabel? {
        var label = HostLabel()
        var place = 0
        // What stands before the last hyphen is taken over.
        var hyphen = text.count
        while hyphen > 0, text[hyphen - 1] != 0x2D { hyphen -= 1 }
        if hyphen > 0 {
            guard hyphen - 1 > 0 else { return nil }
            for index in 0..<hyphen - 1 {
                let byte = text[index]
                guard label.append(UInt32(byte &- 0x41 < 26 ? byte | 0x20 : byte)) else { return nil }
            }
            place = hyphen
        }
        var value = 128
        var index = 0
        var bias = 72
        while place < text.count {
            let before = index
            var weight = 1
            var step = base
            while true {
                guard place < text.count, let digit = digit(text[place]) else { return nil }
                place += 1
                let (grown, overflows) = digit.multipliedReportingOverflow(by: weight)
                guard !overflows, grown <= Int(Int32.max) - index else { return nil }
                index += grown
                let threshold = step <= bias ? 1 : step >= bias + 26 ? 26 : step - bias
                if digit < threshold { break }
                let (next, isTooLarge) = weight.multipliedReportingOverflow(by: base - threshold)
                guard !isTooLarge, next <= Int(Int32.max) else { return nil }
                weight = next
                step += base
            }
            let count = label.count + 1
            bias = adapted(index - before, count, isFirst: before == 0)
            value += index / count
            index %= count
            guard value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value), label.insert(UInt32(value), at: index) else {
                return nil
            }
            index += 1
        }
        return label
    }

    /// How many bytes a label takes behind `xn--`.
    static func encodedLength(_ label: HostLabel) -> Int {
        var handled = 0
        for index in 0..<label.count where label[index] < 0x80 { handled += 1 }
        var length = handled > 0 ? handled + 1 : 0
        let basic = handled
        var value = 128
        var delta = 0
        var bias = 72
        while handled < label.count {
            var next = Int.max
            for index in 0..<label.count where Int(label[index]) >= value { next = min(next, Int(label[index])) }
            delta += (next - value) * (handled + 1)
            value = next
            for index in 0..<label.count {
                if Int(label[index]) < value { delta += 1 }
                guard Int(label[index]) == value else { continue }
                var rest = delta
                var step = base
                while true {
                    let threshold = step <= bias ? 1 : step >= bias + 26 ? 26 : step - bias
                    length += 1
                    guard rest >= threshold else { break }
                    rest = (rest - threshold) / (base - threshold)
                    step += base
                }
                bias = adapted(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            value += 1
        }
        return length
    }

    private static func digit(_ byte: UInt8) -> Int? {
        if FormatByte.isDigit(byte) { return Int(byte) - 0x30 + 26 }
        return FormatByte.isLetter(byte) ? Int(byte | 0x20) - 0x61 : nil
    }

    private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var steps = 0
        while delta > 455 {
            delta /= 35
            steps += base
        }
        return steps + 36 * delta / (delta + 38)
    }
}
