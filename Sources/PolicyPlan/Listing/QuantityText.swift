/// Numbers as people write them.
package enum QuantityText {
    /// A count with commas: `65,536`.
    package static func count(_ number: UInt64) -> String {
        var digits = Array(String(number))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }

    /// A count and its noun: `1 key`, `2 keys`.
    package static func count(_ number: UInt64, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A size in the largest unit that divides it: `64KiB`, `1MiB`, `1,000 bytes`.
    package static func bytes(_ number: UInt64) -> String {
        for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] as [(String, UInt64)]
        where number >= size && number % size == 0 {
            return "\(count(number / size))\(unit)"
        }
        return count(number, "byte")
    }

    /// A size in about the largest unit, for memory: `2.5MiB`.
    package static func memory(_ number: UInt64) -> String {
        for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] as [(String, UInt64)]
        where number >= size {
            let tenths = (number * 10 + size / 2) / size
            return tenths % 10 == 0 ? "\(count(tenths / 10))\(unit)" : "\(count(tenths / 10)).\(tenths % 10)\(unit)"
        }
        return count(number, "byte")
    }

    /// A duration in the largest unit that divides it: `10s`, `500ms`, `1h`.
    package static func duration(nanoseconds: UInt64) -> String {
        let units: [(String, UInt64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("us", 1_000),
        ]
        for (unit, length) in units where number(nanoseconds, isMultipleOf: length) {
            return "\(count(nanoseconds / length))\(unit)"
        }
        return "\(count(nanoseconds))ns"
    }

    private static func number(_ number: UInt64, isMultipleOf length: UInt64) -> Bool {
        number >= length && number % length == 0
    }
}
