import PolicyPlan

/// A JSON number as it stands in a message, taken apart but not converted: comparisons are exact at any size.
struct NumberText {
    /// The largest exponent and the most significant digits that are compared at all.
    static let maximumExponent = 100_000
    static let maximumDigits = 1_000

    /// Behind the last byte; the first byte that does not fit where `isWellFormed` is false.
    let end: BytePointer
    let isWellFormed: Bool
    let isNegative: Bool
    /// The first digit that is not zero.
    private let first: BytePointer
    /// Digits from the first to the last that is not zero; 0 for zero.
    let digitCount: Int
    /// The magnitude is 0.d1d2d3… × 10^point.
    let point: Int
    private let exponentIsHuge: Bool

    /// The number whose first byte (a digit or `-`) is `start`.
    init(at start: BytePointer) {
        isNegative = start.byte == 0x2D
        let whole = isNegative ? start + 1 : start
        var place = whole
        var lastDigit: BytePointer?
        var firstDigit: BytePointer?
        var isComplete = Self.isDigit(place.byte)
        if place.byte == 0x30 {
            place = place + 1
        } else {
            while Self.isDigit(place.byte) {
                if place.byte != 0x30 { lastDigit = place }
                place = place + 1
            }
            firstDigit = isComplete ? whole : nil
        }
        let pointPlace = place
        if isComplete, place.byte == 0x2E {
            place = place + 1
            isComplete = Self.isDigit(place.byte)
            while Self.isDigit(place.byte) {
                if place.byte != 0x30 {
                    firstDigit = firstDigit ?? place
                    lastDigit = place
                }
                place = place + 1
            }
        }
        var exponent = 0
        if isComplete, place.byte | 0x20 == 0x65 {
            place = place + 1
            let isDown = place.byte == 0x2D
            if isDown || place.byte == 0x2B { place = place + 1 }
            isComplete = Self.isDigit(place.byte)
            while Self.isDigit(place.byte) {
                exponent = min(exponent &* 10 &+ Int(place.byte &- 0x30), Self.maximumExponent &+ 1)
                place = place + 1
            }
            exponentIsHuge = exponent > Self.maximumExponent
            if isDown { exponent = -exponent }
        } else {
            exponentIsHuge = false
        }
        end = place
        isWellFormed = isComplete
        guard let firstDigit, let lastDigit else {
            first = whole
            digitCount = 0
            point = 0
            return
        }
        first = firstDigit
        let firstIsWhole = pointPlace - firstDigit > 0
        let spansPoint = firstIsWhole && lastDigit - pointPlace > 0
        digitCount = (lastDigit - firstDigit) &+ (spansPoint ? 0 : 1)
        point = exponent &+ (firstIsWhole ? pointPlace - firstDigit : pointPlace - firstDigit &+ 1)
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    var isInteger: Bool {
        digitCount == 0 || point >= digitCount
    }

    /// Whether the number may pass at all; see `interoperable` in the policy language.
    func isSafe(interoperable: Bool) -> Bool {
        guard !exponentIsHuge, digitCount <= Self.maximumDigits else { return false }
        guard interoperable, digitCount > 0 else { return true }
        guard digitCount <= 17 else { return false }
        if isInteger { return point < 16 || (point == 16 && compareDigits(to: "9007199254740991") <= 0) }
        // A fraction of at most 17 digits is far below the largest double.
        return point > -307 || (point == -307 && compareDigits(to: "22250738585072014") >= 0)
    }

    private func compareDigits(to other: StaticString) -> Int {
        var place = first
        for index in 0..<max(digitCount, other.utf8CodeUnitCount) {
            let mine = index < digitCount ? nextDigit(&place) : 0x30
            // The index is below the literal's length.
            let theirs = index < other.utf8CodeUnitCount ? unsafe other.utf8Start[index] : 0x30
            if mine != theirs { return mine < theirs ? -1 : 1 }
        }
        return 0
    }

    @inline(__always)
    private func nextDigit(_ place: inout BytePointer) -> UInt8 {
        if place.byte == 0x2E { place = place + 1 }
        let digit = place.byte
        place = place + 1
        return digit
    }

    /// Below (-1), equal to (0) or above (1) the decimal record of a program.
    func compare(to decimal: RecordPointer) -> Int {
        let otherCount = Int(decimal.word(ProgramLayout.Decimal.digitCount))
        let otherIsNegative = decimal.word(ProgramLayout.Decimal.flags) & ProgramLayout.Decimal.negative != 0
        if digitCount == 0 || otherCount == 0 {
            if digitCount == 0, otherCount == 0 { return 0 }
            return digitCount == 0 ? (otherIsNegative ? 1 : -1) : (isNegative ? -1 : 1)
        }
        guard isNegative == otherIsNegative else { return isNegative ? -1 : 1 }
        let magnitude = compareMagnitude(to: decimal, otherCount)
        return isNegative ? -magnitude : magnitude
    }

    /// Whether two numbers are the same, however they are written.
    func isEqual(to other: NumberText) -> Bool {
        guard digitCount == other.digitCount else { return false }
        guard digitCount > 0 else { return true }
        guard isNegative == other.isNegative, point == other.point else { return false }
        var mine = first
        var theirs = other.first
        for _ in 0..<digitCount where nextDigit(&mine) != nextDigit(&theirs) { return false }
        return true
    }

    /// Calls `body` with each digit from the first to the last that is not zero.
    func forEachDigit(_ body: (UInt8) -> Void) {
        var place = first
        for _ in 0..<digitCount { body(nextDigit(&place)) }
    }

    private func compareMagnitude(to decimal: RecordPointer, _ otherCount: Int) -> Int {
        let otherPoint = Int(Int64(bitPattern: decimal.long(ProgramLayout.Decimal.point)))
        if point != otherPoint { return point < otherPoint ? -1 : 1 }
        var place = first
        for index in 0..<max(digitCount, otherCount) {
            let mine = index < digitCount ? nextDigit(&place) : 0x30
            let theirs = index < otherCount ? decimal.byte(ProgramLayout.Decimal.digits &+ index) : 0x30
            if mine != theirs { return mine < theirs ? -1 : 1 }
        }
        return 0
    }

    /// Whether the number is an integer times `coefficient` × 10^`exponent`, where the coefficient does not end in 0.
    func isMultiple(of coefficient: UInt64, exponent: Int) -> Bool {
        guard digitCount > 0 else { return true }
        let scale = point &- digitCount &- exponent
        // The coefficients end in no zero, so a missing power of ten cannot be made up for.
        guard scale >= 0 else { return false }
        var remainder: UInt64 = 0
        var place = first
        for _ in 0..<digitCount {
            let digit = UInt64(nextDigit(&place) &- 0x30)
            remainder = Self.product(remainder, 10 % coefficient, plus: digit, modulo: coefficient)
        }
        var power = 10 % coefficient
        var left = scale
        while left > 0, remainder != 0 {
            if left & 1 == 1 { remainder = Self.product(remainder, power, plus: 0, modulo: coefficient) }
            power = Self.product(power, power, plus: 0, modulo: coefficient)
            left &>>= 1
        }
        return remainder == 0
    }

    /// `left` × `right` + `plus` modulo a modulus below 2^63; both factors lie below it.
    private static func product(_ left: UInt64, _ right: UInt64, plus: UInt64, modulo modulus: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        let (sum, carry) = low.addingReportingOverflow(plus)
        // (m - 1)² + 9 has a high word below m for every modulus from 4 on; smaller ones have none.
        return modulus.dividingFullWidth((high &+ (carry ? 1 : 0), sum)).remainder
    }

    /// The number × 10^`power`, rounded down and saturated to 64 bits.
    func floor(timesTenTo power: Int) -> Int64 {
        guard digitCount > 0 else { return 0 }
        let wholeDigits = point &+ power
        guard wholeDigits <= 19 else { return isNegative ? .min : .max }
        var place = first
        var magnitude: Int64 = 0
        var isExact = true
        for index in 0..<max(digitCount, wholeDigits) {
            let digit = index < digitCount ? Int64(nextDigit(&place) &- 0x30) : 0
            guard index < wholeDigits else {
                isExact = false
                break
            }
            let (tens, over) = magnitude.multipliedReportingOverflow(by: 10)
            let (next, above) = tens.addingReportingOverflow(digit)
            guard !over, !above else { return isNegative ? .min : .max }
            magnitude = next
        }
        return isNegative ? 0 &- magnitude &- (isExact ? 0 : 1) : magnitude
    }

    /// The keyword of a number rule that refuses the number.
    func firstFault(of rule: RecordPointer, in program: RecordPointer) -> ContentKeyword? {
        typealias Rule = ProgramLayout.NumberRule
        let flags = rule.word(Rule.flags)
        if flags & Rule.listed != 0 {
            let values = program + rule.word(Rule.values)
            let count = Int(rule.word(Rule.valueCount))
            let isListed = (0..<count).contains { compare(to: program + values.word(4 &* $0)) == 0 }
            guard isListed else { return .enumeration }
        }
        if flags & Rule.integerOnly != 0, !isInteger { return .type }
        if flags & Rule.hasLower != 0 {
            let order = compare(to: program + rule.word(Rule.lower))
            guard order > 0 || (order == 0 && flags & Rule.lowerExcluded == 0) else { return .lowerBound }
        }
        if flags & Rule.hasUpper != 0 {
            let order = compare(to: program + rule.word(Rule.upper))
            guard order < 0 || (order == 0 && flags & Rule.upperExcluded == 0) else { return .upperBound }
        }
        let multiples = program + rule.word(Rule.multiples)
        for index in 0..<Int(rule.word(Rule.multipleCount)) {
            let multiple = multiples + index &* ProgramLayout.Multiple.size
            let exponent = Int32(bitPattern: multiple.word(ProgramLayout.Multiple.exponent))
            guard isMultiple(of: multiple.long(ProgramLayout.Multiple.coefficient), exponent: Int(exponent)) else {
                return .multipleOf
            }
        }
        return nil
    }
}
