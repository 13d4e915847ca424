/// A decimal number of any size, compared exactly: `9007199254740993` is not `9007199254740992`, and 8.1 is 81 × 0.1.
package struct ExactNumber: Hashable, Sendable {
    /// False for zero, whatever its sign was.
    package let isNegative: Bool
    /// Decimal digits (0…9) without outer zeros; none at all for zero.
    package let digits: [UInt8]
    /// The value is `digits` as an integer × 10^exponent.
    package let exponent: Int

    package init(isNegative: Bool, digits: [UInt8], exponent: Int) {
        let kept = digits.drop { $0 == 0 }
        let trailing = kept.reversed().prefix { $0 == 0 }.count
        self.digits = Array(kept.dropLast(trailing))
        self.isNegative = isNegative && !self.digits.isEmpty
        self.exponent = self.digits.isEmpty ? 0 : exponent + trailing
    }

    package init(_ value: Int) {
        self.init(
            isNegative: value < 0,
            digits: Array(String(value.magnitude).utf8.map { $0 - 0x30 }),
            exponent: 0
        )
    }

    /// A number as JSON or YAML's core schema writes it; nil for anything else, and for exponents beyond ±100,000.
    ///
    /// Besides JSON's form: a leading `+`, leading zeros, and a point without digits on one side of it.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        var digits: [UInt8] = []
        var scale = 0
        var hasPoint = false
        while let byte = rest.first, (0x30...0x39).contains(byte) || (byte == 0x2E && !hasPoint) {
            rest.removeFirst()
            if byte == 0x2E {
                hasPoint = true
            } else {
                digits.append(byte - 0x30)
                if hasPoint { scale -= 1 }
            }
        }
        guard !digits.isEmpty else { return nil }
        if let mark = rest.first {
            guard mark | 0x20 == UInt8(ascii: "e") else { return nil }
            rest.removeFirst()
            let written = String(decoding: rest, as: UTF8.self)
            let body = written.drop { $0 == "+" || $0 == "-" }
            guard written.count - body.count <= 1, !body.isEmpty, body.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let exponent = Int(written), (-100_000...100_000).contains(exponent)
            else { return nil }
            scale += exponent
        }
        self.init(isNegative: isNegative, digits: digits, exponent: scale)
    }

    package var isZero: Bool {
        digits.isEmpty
    }

    package var isInteger: Bool {
        exponent >= 0
    }

    /// The value is 0.d1d2d3… × 10^point.
    package var point: Int {
        isZero ? 0 : digits.count + exponent
    }

    /// The number in JSON; scientific only where plain digits would need more than 21 places.
    package var text: String {
        guard !isZero else { return "0" }
        let sign = isNegative ? "-" : ""
        let plain = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
        if exponent >= 0, point <= 21 { return sign + plain + String(repeating: "0", count: exponent) }
        if exponent < 0, point > 0 {
            return sign + plain.prefix(point) + "." + plain.suffix(digits.count - point)
        }
        if exponent < 0, point > -7 { return sign + "0." + String(repeating: "0", count: -point) + plain }
        let fraction = digits.count > 1 ? "." + plain.dropFirst() : ""
        return sign + plain.prefix(1) + fraction + "e\(point - 1)"
    }
}

extension ExactNumber: Comparable {
    package static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.magnitudeIsLess(than: left) : left.magnitudeIsLess(than: right)
    }

    private func magnitudeIsLess(than other: ExactNumber) -> Bool {
        if isZero || other.isZero { return isZero && !other.isZero }
        if point != other.point { return point < other.point }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}

extension ExactNumber {
    /// Whether this is `divisor` times an integer; `divisor` is above zero.
    package func isMultiple(of divisor: ExactNumber) -> Bool {
        guard !isZero else { return true }
        // Neither coefficient ends in a zero, so a smaller power of ten cannot be made up for.
        guard exponent >= divisor.exponent else { return false }
        var remainder: [UInt8] = []
        for digit in digits + [UInt8](repeating: 0, count: exponent - divisor.exponent) {
            if !(remainder.isEmpty && digit == 0) { remainder.append(digit) }
            while Self.isLess(divisor.digits, orEqualTo: remainder) { Self.subtract(divisor.digits, from: &remainder) }
        }
        return remainder.isEmpty
    }

    /// Compares two digit strings without leading zeros as integers.
    private static func isLess(_ left: [UInt8], orEqualTo right: [UInt8]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        return !right.lexicographicallyPrecedes(left)
    }

    private static func subtract(_ less: [UInt8], from digits: inout [UInt8]) {
        var borrow: UInt8 = 0
        for place in 0..<digits.count {
            let index = digits.count - 1 - place
            let taken = borrow + (place < less.count ? less[less.count - 1 - place] : 0)
            borrow = digits[index] < taken ? 1 : 0
            digits[index] = digits[index] + 10 * borrow - taken
        }
        digits = Array(digits.drop { $0 == 0 })
    }

    /// The integer, where it is one and fits.
    package var int64: Int64? {
        guard isInteger, point <= 19 else { return nil }
        var value: Int64 = 0
        for digit in digits + [UInt8](repeating: 0, count: exponent) {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (next, under) = product.subtractingReportingOverflow(Int64(digit))
            guard !over, !under else { return nil }
            value = next
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// The largest integer that is not above, saturated to 64 bits.
    package var floor: Int64 {
        if let exact = int64 { return exact }
        guard point <= 19 else { return isNegative ? .min : .max }
        let whole = ExactNumber(
            isNegative: isNegative,
            digits: Array(digits.prefix(max(0, min(point, digits.count)))),
            exponent: max(0, point - digits.count)
        )
        guard let truncated = whole.int64 else { return isNegative ? .min : .max }
        return isNegative && !isInteger ? truncated &- 1 : truncated
    }

    /// The smallest integer that is not below, saturated to 64 bits.
    package var ceiling: Int64 {
        if let exact = int64 { return exact }
        let down = floor
        guard !isInteger, down != .max, down != .min else { return down }
        return down + 1
    }
}
