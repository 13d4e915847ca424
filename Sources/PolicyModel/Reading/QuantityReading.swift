import PolicyDocument

/// Numbers with their units: durations, sizes, rates and counts.
enum QuantityReading {
    private static let durationUnits: [(name: String, nanoseconds: Int64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ]
    private static let periodUnits: [(name: String, nanoseconds: Int64)] = [
        ("second", 1_000_000_000), ("minute", 60_000_000_000), ("hour", 3_600_000_000_000), ("day", 86_400_000_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]
    private static let sizeUnits: [(name: String, bytes: Int64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("B", 1),
    ]
    /// Larger numbers are no limits: 2^53.
    private static let largest: Int64 = 1 << 53

    /// `500ms`, `10s`, `5m`, `1h`, `1d`; at least one nanosecond, at most some 104 days of nanoseconds in 2^53.
    static func duration(_ node: Node, _ context: ReadingContext) -> Nanoseconds? {
        guard let text = node.text, node.kind == .scalar else {
            context.expected("a duration such as `10s`", at: node)
            return nil
        }
        guard let (count, unit) = split(text) else {
            context.expected("a duration such as `500ms`, `10s`, `5m`, `1h` or `1d`", at: node)
            return nil
        }
        guard !unit.isEmpty else {
            context.error(
                "missing-unit",
                "`\(text)` has no unit",
                at: node.span,
                help: "write `\(text)s` for seconds, or with ms, m, h or d"
            )
            return nil
        }
        guard let factor = durationUnits.first(where: { $0.name == unit })?.nanoseconds else {
            context.error(
                "unknown-unit",
                "unknown unit `\(unit)` of a duration",
                at: node.span,
                help: "units are ms, s, m, h and d"
            )
            return nil
        }
        return positive(count, times: factor, node, context).map { Nanoseconds($0) }
    }

    /// `512`, `64KiB`, `1MiB`, `1MB`.
    static func size(_ node: Node, _ context: ReadingContext) -> Int64? {
        guard let text = node.text, node.kind == .scalar, let (count, unit) = split(text) else {
            context.expected("a size in bytes such as `64KiB`", at: node)
            return nil
        }
        guard let factor = unit.isEmpty ? 1 : sizeUnits.first(where: { $0.name == unit })?.bytes else {
            let near = sizeUnits.first { $0.name.lowercased() == unit.lowercased() }?.name
            context.error(
                "unknown-unit",
                "unknown unit `\(unit)` of a size",
                at: node.span,
                help: near.map { "did you mean `\(count)\($0)`?" }
                    ?? "units are KiB, MiB, GiB (powers of 1024), KB, MB, GB"
            )
            return nil
        }
        return positive(count, times: factor, node, context)
    }

    static func boundedSize(_ node: Node, _ context: ReadingContext) -> Bound<Int64>? {
        bound(node) { size(node, context) }
    }

    static func boundedDuration(_ node: Node, _ context: ReadingContext) -> Bound<Nanoseconds>? {
        bound(node) { duration(node, context) }
    }

    static func boundedCount(_ node: Node, _ context: ReadingContext) -> Bound<Int64>? {
        bound(node) { count(node, context) }
    }

    private static func bound<Value>(_ node: Node, _ read: () -> Value?) -> Bound<Value>? {
        node.text == "unlimited" ? .unlimited : read().map { .atMost($0) }
    }

    /// A whole number of at least 1.
    static func count(_ node: Node, _ context: ReadingContext) -> Int64? {
        guard let text = node.text, node.kind == .scalar, let (count, unit) = split(text), unit.isEmpty else {
            context.expected("a whole number", at: node)
            return nil
        }
        return positive(count, times: 1, node, context)
    }

    /// `10/minute`, `100/s`, `1MiB/s` where bytes are counted; the burst is what one period holds unless stated.
    static func rate(_ node: Node, countsBytes: Bool = false, _ context: ReadingContext) -> RateLimit? {
        let example = countsBytes ? "`1MiB/s`" : "`10/minute` or `100/s`"
        guard let text = node.text, node.kind == .scalar else {
            context.expected("a rate such as \(example)", at: node)
            return nil
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let (written, unit) = split(String(parts[0])) else {
            if parts.count == 1, split(text) != nil {
                context.error("missing-unit", "`\(text)` has no period", at: node.span, help: "write `\(text)/s`")
            } else {
                context.expected("a rate such as \(example)", at: node)
            }
            return nil
        }
        guard let factor = countFactor(unit, countsBytes, node, context) else { return nil }
        guard let period = period(String(parts[1]), node, context) else { return nil }
        guard let count = positive(written, times: factor, node, context) else { return nil }
        return .rate(count: count, period: period, burst: count)
    }

    /// `10 per minute`, `5 per 10s`.
    static func atMost(_ node: Node, countsBytes: Bool = false, _ context: ReadingContext) -> RateLimit? {
        guard let text = node.text, node.kind == .scalar else {
            context.expected("a count and a window such as `10 per minute`", at: node)
            return nil
        }
        let parts = text.split(separator: " ")
        guard parts.count == 3, parts[1] == "per", let (written, unit) = split(String(parts[0])) else {
            context.expected("a count and a window such as `10 per minute` or `5 per 10s`", at: node)
            return nil
        }
        guard let factor = countFactor(unit, countsBytes, node, context) else { return nil }
        guard let period = period(String(parts[2]), node, context) else { return nil }
        guard let count = positive(written, times: factor, node, context) else { return nil }
        return .atMost(count: count, period: period)
    }

    private static func countFactor(
        _ unit: String,
        _ countsBytes: Bool,
        _ node: Node,
        _ context: ReadingContext
    ) -> Int64? {
        if unit.isEmpty { return 1 }
        if countsBytes, let size = sizeUnits.first(where: { $0.name == unit }) { return size.bytes }
        context.error(
            "unknown-unit",
            countsBytes ? "unknown unit `\(unit)` of a size" : "a count has no unit `\(unit)`",
            at: node.span,
            help: countsBytes ? "units are KiB, MiB, GiB, KB, MB, GB" : "sizes are limited under `limits.bytes`"
        )
        return nil
    }

    /// `s`, `minute`, `10s`.
    private static func period(_ text: String, _ node: Node, _ context: ReadingContext) -> Nanoseconds? {
        if let unit = periodUnits.first(where: { $0.name == text }) { return Nanoseconds(unit.nanoseconds) }
        if let (count, unit) = split(text), let factor = durationUnits.first(where: { $0.name == unit })?.nanoseconds {
            return positive(count, times: factor, node, context).map { Nanoseconds($0) }
        }
        context.error(
            "unknown-unit",
            "unknown period `\(text)`",
            at: node.span,
            help: "periods are second, minute, hour, day, or a duration such as `10s`"
        )
        return nil
    }

    /// Digits and what follows them; nil where the text does not begin with a digit.
    private static func split(_ text: String) -> (count: String, unit: String)? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }.count
        guard digits > 0 else { return nil }
        let end = text.utf8.index(text.utf8.startIndex, offsetBy: digits)
        return (String(text[..<end]), String(text[end...]))
    }

    private static func positive(
        _ digits: String,
        times factor: Int64,
        _ node: Node,
        _ context: ReadingContext
    ) -> Int64? {
        guard let count = Int64(digits) else {
            context.error("too-large", "`\(digits)` is too large", at: node.span)
            return nil
        }
        guard count > 0 else {
            context.error(
                "zero-limit",
                "0 is no limit",
                at: node.span,
                help: "write `unlimited` where a limit can be lifted, or leave the key out"
            )
            return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, factor >= 1_000_000 || product <= largest else {
            context.error("too-large", "`\(node.text ?? digits)` is too large", at: node.span)
            return nil
        }
        return product
    }
}
