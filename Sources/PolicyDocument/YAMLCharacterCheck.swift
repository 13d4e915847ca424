extension YAMLReader {
    /// libyaml reads U+0085, U+2028 and U+2029 as line breaks, so it was given others of the same length; here the text
    /// gets its own characters back.
    mutating func restoreSeparators(_ text: Range<Int>, style: Tree.Style, span: Span) -> Range<Int> {
        guard style != .literal, style != .folded else { return text }
        while nextSeparator < separators.count, separators[nextSeparator] < span.start { nextSeparator += 1 }
        guard nextSeparator < separators.count, separators[nextSeparator] < span.end else { return text }
        let low = builder.text.count
        let map = ScalarSourceMap(file.bytes, start: span.start, end: span.end, style: style, text: [])
        builder.text.append(contentsOf: map.text)
        return low..<builder.text.count
    }

    /// Reports the first control character that an escape brought into a text.
    mutating func reportControlCharacters(in text: Range<Int>, span: Span) {
        for offset in text {
            let byte = builder.text[offset]
            let isC1 =
                byte == 0xC2 && offset + 1 < text.upperBound && builder.text[offset + 1] < 0xA0
                && builder.text[offset + 1] != 0x85
            guard byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D || byte == 0x7F || isC1 else { continue }
            let value = isC1 ? UInt32(builder.text[offset + 1]) : UInt32(byte)
            builder.diagnostics.error(
                "control-character",
                .escapedControl(value),
                at: span,
                help: "remove it from the value"
            )
            return
        }
    }

    /// Reports each separator up to a place that no quotes hold.
    mutating func reportSeparators(through end: Int) {
        guard !separators.isEmpty else { return }
        let quoted = builder.records.filter { record in
            record.target < 0 && (record.style == .singleQuoted || record.style == .doubleQuoted)
        }
        var place = 0
        for offset in separators where offset <= end {
            while place < quoted.count, Int(quoted[place].end) <= offset { place += 1 }
            if place < quoted.count, Int(quoted[place].start) < offset { continue }
            guard builder.diagnostics.all.count < DocumentLimits.errors else { return }
            guard let scalar = EncodingCheck.scalar(in: file.bytes, at: offset) else { continue }
            builder.diagnostics.error(
                "line-separator",
                .separator(scalar.value),
                at: builder.span(offset, offset + scalar.count),
                help: "remove it, or quote the text that it belongs to"
            )
        }
    }
}

extension Diagnostic.Message {
    fileprivate static func escapedControl(_ value: UInt32) -> Self {
        .init("the value holds the control character U+\(hexadecimal(value, digits: 4))")
    }
    fileprivate static func separator(_ value: UInt32) -> Self {
        .init("the character U+\(hexadecimal(value, digits: 4)) ends a line for some YAML readers and not for others")
    }
}
