/// A comment that silences one lint rule at one place: `# wspolicy:ignore RULE because REASON`.
package struct Suppression: Sendable, Equatable {
    package let ruleID: String
    package let reason: String
    /// The comment, from its `#` to the end of its line.
    package let span: Span
    /// The lines, from one, at which a finding must begin to be silenced.
    package let lines: ClosedRange<Int>

    package init(ruleID: String, reason: String, span: Span, lines: ClosedRange<Int>) {
        self.ruleID = ruleID
        self.reason = reason
        self.span = span
        self.lines = lines
    }
}

/// The suppressions of a YAML file, in order; a malformed one is reported and silences nothing.
///
/// Behind a value, a suppression is for its own line; alone on a line, for the next one that is neither blank nor only a
/// comment. A value of several lines that begins or ends there is covered whole, since no comment can stand in it.
package func suppressions(
    in file: SourceFile,
    root: Node,
    diagnostics: inout Diagnostics
) -> [Suppression] {
    let scan = CommentScan(file, records: root.tree.records)
    let lines = SuppressedLines(file, comments: scan.comments, records: root.tree.records)
    return scan.comments.compactMap { comment in
        let text = String(decoding: file.bytes[comment.range], as: UTF8.self)
        let span = Span(file: file.id, start: comment.range.lowerBound, end: comment.range.upperBound)
        switch SuppressionText(text) {
        case .other:
            return nil
        case .malformed(let message):
            diagnostics.report(
                Diagnostic(
                    .warning,
                    "malformed-suppression",
                    message,
                    at: span,
                    help: "write `# wspolicy:ignore RULE because REASON`"
                )
            )
            return nil
        case .ignore(let rule, let reason):
            guard let lines = lines.lines(for: comment) else {
                diagnostics.report(
                    Diagnostic(
                        .warning,
                        "malformed-suppression",
                        .nothingBelow,
                        at: span,
                        help: "put it on the line of the finding, or on the line before"
                    )
                )
                return nil
            }
            return Suppression(ruleID: rule, reason: reason, span: span, lines: lines)
        }
    }
}

/// What a comment says.
private enum SuppressionText {
    case other
    case malformed(Diagnostic.Message)
    case ignore(rule: String, reason: String)

    init(_ comment: String) {
        var words = comment.drop { $0 == "#" }.split(whereSeparator: \.isWhitespace)[...]
        guard let first = words.popFirst(), first.lowercased().hasPrefix("wspolicy:") else {
            self = .other
            return
        }
        guard first == "wspolicy:ignore" else {
            self = .malformed(.unknownWord(String(first)))
            return
        }
        guard let rule = words.popFirst(), rule != "because" else {
            self = .malformed(.noRule)
            return
        }
        guard rule.utf8.allSatisfy(Self.isRuleByte) else {
            self = .malformed(.notARule(String(rule)))
            return
        }
        guard words.popFirst() == "because", !words.isEmpty else {
            self = .malformed(.noReason(String(rule)))
            return
        }
        self = .ignore(rule: String(rule), reason: words.joined(separator: " "))
    }

    private static func isRuleByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

/// Which lines a comment speaks of.
private struct SuppressedLines {
    private let file: SourceFile
    /// For each line, from zero: the first from there that holds more than blanks and comments; nil below the last.
    private let nextContent: [Int?]
    /// The lines of scalars that have more than one, by the first and by the last of them.
    private var longScalars: [Int: ClosedRange<Int>] = [:]

    init(_ file: SourceFile, comments: [CommentScan.Comment], records: [Tree.Record]) {
        self.file = file
        let alone = Set(
            comments.filter(\.isAlone).map { comment in file.lines.line(holding: comment.range.lowerBound) }
        )
        var next: Int?
        var nextContent: [Int?] = Array(repeating: nil, count: file.lineCount)
        for line in stride(from: file.lineCount, through: 1, by: -1) {
            if !alone.contains(line), !Self.isBlank(line, in: file) { next = line }
            nextContent[line - 1] = next
        }
        self.nextContent = nextContent
        for record in records where record.kind == .scalar && record.target < 0 {
            let first = file.lines.line(holding: Int(record.start))
            let last = file.lines.line(holding: max(Int(record.start), Int(record.end) - 1))
            guard last > first else { continue }
            for line in [first, last] { longScalars[line] = Self.union(longScalars[line], first...last) }
        }
    }

    func lines(for comment: CommentScan.Comment) -> ClosedRange<Int>? {
        let own = file.lines.line(holding: comment.range.lowerBound)
        guard let line = comment.isAlone ? nextContent[own - 1] : own else { return nil }
        return Self.union(longScalars[line], line...line)
    }

    private static func union(_ left: ClosedRange<Int>?, _ right: ClosedRange<Int>) -> ClosedRange<Int> {
        guard let left else { return right }
        return min(left.lowerBound, right.lowerBound)...max(left.upperBound, right.upperBound)
    }

    private static func isBlank(_ line: Int, in file: SourceFile) -> Bool {
        guard let range = file.rangeOfLine(line) else { return true }
        return file.bytes[range].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
}

extension Diagnostic.Message {
    fileprivate static func unknownWord(_ word: String) -> Self { .init("`\(word)` is no instruction") }
    fileprivate static var noRule: Self { .init("a suppression names no rule") }
    fileprivate static func notARule(_ text: String) -> Self { .init("`\(text)` is no rule's name") }
    fileprivate static func noReason(_ rule: String) -> Self { .init("a suppression of `\(rule)` gives no reason") }
    fileprivate static var nothingBelow: Self { .init("a suppression stands before nothing") }
}
