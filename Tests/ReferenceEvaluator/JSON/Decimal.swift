package import PolicyModel

/// A decimal number as digits and a power of ten, of any size.
///
/// Everything is done digit by digit, as on paper: what it says can be followed by hand.
package struct Decimal: Sendable {
    package let isNegative: Bool
    /// Decimal digits 0…9, the most significant first, without zeros at either end; empty for zero.
    package let digits: [UInt8]
    /// The value is the digits, read as an integer, times ten to this power.
    package let power: Int

    package init(isNegative: Bool, digits: [UInt8], power: Int) {
        var kept = digits
        var shifted = power
        while let first = kept.first, first == 0 { kept.removeFirst() }
        while let last = kept.last, last == 0 {
            kept.removeLast()
            shifted += 1
        }
        self.isNegative = kept.isEmpty ? false : isNegative
        self.digits = kept
        self.power = kept.isEmpty ? 0 : shifted
    }

    /// The number that a schema names.
    package init(_ number: ExactNumber) {
        self.init(isNegative: number.isNegative, digits: number.digits, power: number.exponent)
    }

    package init(_ value: Int) {
        self.init(
            isNegative: value < 0,
            digits: String(value.magnitude).utf8.map { $0 - UInt8(ascii: "0") },
            power: 0
        )
    }

    package var isZero: Bool { digits.isEmpty }

    /// A power below zero leaves a fraction, because the last digit is not zero.
    package var isInteger: Bool { power >= 0 }

    /// Where the first digit stands: 10^(place − 1) ≤ magnitude < 10^place.
    private var place: Int { digits.count + power }

    /// -1, 0 or 1 as this is less than, equal to or greater than `other`.
    package func compared(to other: Decimal) -> Int {
        if isZero && other.isZero { return 0 }
        if isZero { return other.isNegative ? 1 : -1 }
        if other.isZero { return isNegative ? -1 : 1 }
        if isNegative != other.isNegative { return isNegative ? -1 : 1 }
        let byMagnitude = magnitudeCompared(to: other)
        return isNegative ? -byMagnitude : byMagnitude
    }

    private func magnitudeCompared(to other: Decimal) -> Int {
        if place != other.place { return place < other.place ? -1 : 1 }
        for index in 0..<max(digits.count, other.digits.count) {
            let left = index < digits.count ? digits[index] : 0
            let right = index < other.digits.count ? other.digits[index] : 0
            if left != right { return left < right ? -1 : 1 }
        }
        return 0
    }

    /// Whether this is an integer times `divisor`, which is above zero.
    package func isMultiple(of divisor: Decimal) -> Bool {
        if isZero { return true }
        var dividend = digits
        var modulus = divisor.digits
        let shift = power - divisor.power
        if shift >= 0 {
            // More zeros than the modulus has twos or fives change nothing any more; it has fewer than four a digit.
            dividend += [UInt8](repeating: 0, count: min(shift, 4 * modulus.count + 4))
        } else {
            // The quotient would need more digits than there are.
            if -shift > dividend.count { return false }
            modulus += [UInt8](repeating: 0, count: -shift)
        }
        return Self.remainder(of: dividend, by: modulus).isEmpty
    }

    /// Long division; the remainder without leading zeros.
    private static func remainder(of dividend: [UInt8], by modulus: [UInt8]) -> [UInt8] {
        var rest: [UInt8] = []
        for digit in dividend {
            if !rest.isEmpty || digit != 0 { rest.append(digit) }
            while isLess(modulus, orEqualTo: rest) { rest = difference(rest, modulus) }
        }
        return rest
    }

    private static func isLess(_ left: [UInt8], orEqualTo right: [UInt8]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for (one, other) in zip(left, right) where one != other { return one < other }
        return true
    }

    private static func difference(_ greater: [UInt8], _ less: [UInt8]) -> [UInt8] {
        var result = greater
        var borrow = 0
        for step in 1...result.count {
            let index = result.count - step
            let taken = step <= less.count ? Int(less[less.count - step]) : 0
            var value = Int(result[index]) - taken - borrow
            borrow = value < 0 ? 1 : 0
            if value < 0 { value += 10 }
            result[index] = UInt8(value)
        }
        while let first = result.first, first == 0 { result.removeFirst() }
        return result
    }
}

extension Decimal: Equatable {
    package static func == (left: Decimal, right: Decimal) -> Bool { left.compared(to: right) == 0 }
}
