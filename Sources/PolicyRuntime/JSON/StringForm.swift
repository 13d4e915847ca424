import PolicyPlan

/// Patterns and formats of strings.
enum StringForm {
    /// A rule that a string's value does not keep.
    struct Fault {
        let keyword: ContentKeyword
        /// The pattern's index, or the format's raw value.
        let detail: UInt32
    }

    /// The first pattern or format of a string rule that `count` bytes of unescaped UTF-8 do not match.
    static func fault(
        of start: BytePointer,
        _ count: Int,
        _ rule: RecordPointer,
        in program: RecordPointer
    ) -> Fault? {
        typealias Rule = ProgramLayout.StringRule
        let patterns = program + rule.word(Rule.patterns)
        for index in 0..<Int(rule.word(Rule.patternCount)) {
            let automaton = program + patterns.word(4 &* index)
            guard AutomatonRun.outcome(automaton, start, count) == 0 else { continue }
            return Fault(keyword: .pattern, detail: UInt32(truncatingIfNeeded: index))
        }
        var formats = rule.word(Rule.formats)
        while formats != 0 {
            let raw = UInt8(truncatingIfNeeded: formats.trailingZeroBitCount)
            formats &= formats &- 1
            // The verifier knows every bit.
            guard let format = ContentFormat(rawValue: raw),
                FormatScan.accepts(format, FormatText(start: start, count: count), CodePointTable(of: program))
            else { return Fault(keyword: .format, detail: UInt32(raw)) }
        }
        return nil
    }
}

/// How a number is written.
enum NumberForm {
    /// Whether a number has neither fraction nor exponent, which draft 4 asks of an integer.
    static func isInteger(_ start: BytePointer, _ end: BytePointer) -> Bool {
        for index in 0..<(end - start) {
            let byte = start.byte(at: index)
            if byte == 0x2E || byte | 0x20 == 0x65 { return false }
        }
        return true
    }
}
