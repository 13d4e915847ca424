package import PolicyDocument

/// Findings as a person reads them: place, message and id; the source line with what it is about underlined; help.
///
///     policy.yaml:7:7: warning: origin scheme `htps` is close to `https` [near-https-scheme]
///       7 |     - htps://app.example
///         |       ^^^^^^^^^^^^^^^^^^
///     help: write `https://app.example`
package struct FindingText {
    /// Columns of a source line that are shown.
    private static let width = 100

    private let hasColor: Bool

    package init(hasColor: Bool) {
        self.hasColor = hasColor
    }

    /// One finding, on several lines.
    package func text(_ diagnostic: Diagnostic, in sources: SourceSet) -> String {
        let file = sources[diagnostic.span.file]
        let (line, column) = file.position(at: diagnostic.span.start)
        let severity = painted(Self.name(diagnostic.severity), Self.color(diagnostic.severity))
        var lines = [
            painted("\(file.path):\(line):\(column):", "1")
                + " \(severity): \(diagnostic.message.text) [\(diagnostic.id)]"
        ]
        if !diagnostic.hidesText { lines += excerpt(diagnostic.span, file, Self.color(diagnostic.severity)) }
        for label in diagnostic.labels {
            let other = sources[label.span.file]
            let (line, column) = other.position(at: label.span.start)
            lines.append("\(other.path):\(line):\(column): note: \(label.text)")
            lines += excerpt(label.span, other, "36")
        }
        if let help = diagnostic.help { lines.append("\(painted("help", "1;36")): \(help)") }
        return lines.joined(separator: "\n")
    }

    /// The line where the span begins, and its part of it underlined; long lines are cut around it.
    private func excerpt(_ span: Span, _ file: SourceFile, _ color: String) -> [String] {
        let (number, column) = file.position(at: span.start)
        let line = Array(file.line(number).unicodeScalars)
        guard !line.isEmpty else { return [] }
        let end = file.position(at: max(span.start, span.end - (span.end > span.start ? 1 : 0)))
        let last = end.line == number ? min(end.column, line.count) : line.count
        let start = column > Self.width - 20 ? column - 30 : 1
        let shown = line[(start - 1)..<min(line.count, start - 1 + Self.width)]
        let isCut = start - 1 + Self.width < line.count
        let text = (start > 1 ? "…" : "") + shown.map(Self.shown).joined() + (isCut ? "…" : "")
        let before = line[(start - 1)..<min(max(start - 1, column - 1), line.count)].map(Self.blanks).joined()
        let marked = line[
            min(column - 1, line.count)..<max(min(column - 1, line.count), min(last, start - 1 + Self.width))
        ]
        let marks = marked.map { String(repeating: "^", count: Self.columns($0)) }.joined()
        let gutter = String(number)
        let pad = String(repeating: " ", count: gutter.count)
        return [
            "  \(gutter) | \(text)",
            "  \(pad) | \(start > 1 ? " " : "")\(before)\(painted(marks.isEmpty ? "^" : marks, color))",
        ]
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x09: " "
        case 0..<0x20, 0x7F...0x9F: "\u{FFFD}"
        default: String(scalar)
        }
    }

    private static func blanks(_ scalar: Unicode.Scalar) -> String {
        String(repeating: " ", count: columns(scalar))
    }

    /// How many columns a terminal gives a scalar.
    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        if scalar.properties.generalCategory == .nonspacingMark || scalar.properties.generalCategory == .enclosingMark {
            return 0
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    package static func name(_ severity: Diagnostic.Severity) -> String {
        switch severity {
        case .note: "note"
        case .warning: "warning"
        case .error: "error"
        }
    }

    private static func color(_ severity: Diagnostic.Severity) -> String {
        switch severity {
        case .note: "1;36"
        case .warning: "1;33"
        case .error: "1;31"
        }
    }

    private func painted(_ text: String, _ color: String) -> String {
        hasColor ? "\u{1B}[\(color)m\(text)\u{1B}[0m" : text
    }
}
