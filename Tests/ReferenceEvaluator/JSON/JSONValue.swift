/// One value of a message as it stands in its bytes, as far as it could be read.
package final class JSONValue: Sendable {
    package enum Content: Sendable {
        case null
        case bool(Bool)
        case number(NumberText)
        /// Unescaped UTF-8.
        case string([UInt8])
        case array([JSONValue])
        case object([Member])
        /// A container beyond the depth: its bytes are JSON, nothing else is known of it.
        case skipped
    }

    /// What the first byte of a value says about it.
    package enum Kind: Sendable {
        case null, bool, number, string, array, object
    }

    package struct Member: Sendable {
        /// Unescaped UTF-8.
        package let name: [UInt8]
        /// The closing quote of the name.
        package let nameEnd: Int
        /// nil where the text ends, or goes wrong, before the value begins.
        package let value: JSONValue?
    }

    package let kind: Kind
    /// The first byte.
    package let start: Int
    /// The last byte; nil where the text ends, or goes wrong, inside of it.
    package let end: Int?
    /// Of a value without an end: what was read of a container, nothing of a scalar.
    package let content: Content

    package init(kind: Kind, start: Int, end: Int?, content: Content) {
        self.kind = kind
        self.start = start
        self.end = end
        self.content = content
    }

    /// The value of the first member of that name; nil where there is none, or this is no object.
    package func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name == Array(name.utf8) }?.value
    }

    /// The text of a whole string.
    package var text: String? {
        guard end != nil, case .string(let bytes) = content else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A number as its bytes wrote it.
package struct NumberText: Sendable {
    package let isNegative: Bool
    /// The digits before and behind the point.
    package let digits: [UInt8]
    /// How many of them stand behind it.
    package let fractionDigits: Int
    /// The exponent as written, with at most thirteen digits.
    package let exponent: Int
    /// Whether it was written without a point and an exponent.
    package let isPlain: Bool

    /// The digits without the zeros at both ends.
    package var significantDigits: Int {
        let front = digits.prefix { $0 == 0 }.count
        if front == digits.count { return 0 }
        return digits.count - front - digits.reversed().prefix { $0 == 0 }.count
    }

    /// Whether exact arithmetic goes on with it: at most 1,000 digits that count, an exponent of at most ±100,000.
    package var isWithinBounds: Bool {
        abs(exponent) <= 100_000 && significantDigits <= 1_000
    }

    /// The value, exactly.
    package var value: Decimal {
        Decimal(isNegative: isNegative, digits: digits, power: exponent - fractionDigits)
    }

    /// Whether every parser reads the number alike.
    package var isInteroperable: Bool {
        guard isWithinBounds else { return false }
        if significantDigits > 17 { return false }
        let number = value
        if number.isZero { return true }
        let magnitude = Decimal(isNegative: false, digits: number.digits, power: number.power)
        if number.isInteger { return magnitude.compared(to: Self.largestSafeInteger) <= 0 }
        return magnitude.compared(to: Self.largestDouble) <= 0 && magnitude.compared(to: Self.smallestNormal) >= 0
    }

    private static let largestSafeInteger = Decimal(9_007_199_254_740_991)
    private static let largestDouble = Decimal(
        isNegative: false,
        digits: "17976931348623157".utf8.map { $0 - 0x30 },
        power: 308 - 16
    )
    private static let smallestNormal = Decimal(
        isNegative: false,
        digits: "22250738585072014".utf8.map { $0 - 0x30 },
        power: -308 - 16
    )
}
