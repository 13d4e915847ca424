/// What a YAML syntax error means for the author, in our words.
struct YAMLSyntaxMessages {
    /// One error, as it is told.
    private struct Wording {
        var id = "yaml-syntax"
        let message: Diagnostic.Message
        var help: String?
        /// What stands at the place where the faulty construct begins.
        var label: String?
        /// What is underlined; nil for the character at which libyaml noticed it.
        var place: Range<Int>?
    }

    private let problem: YAMLProblem
    private let file: SourceFile
    /// Where libyaml noticed it.
    private let offset: Int
    /// Where the construct begins that libyaml was reading.
    private let start: Int

    /// No document has begun: directives may have been read.
    private let isBeforeDocument: Bool

    static func diagnostic(
        for problem: YAMLProblem,
        in file: SourceFile,
        marks: YAMLMarkSpans,
        isBeforeDocument: Bool
    ) -> Diagnostic {
        let offset = marks.offset(of: problem.mark)
        let start = problem.context.isEmpty ? offset : marks.offset(of: problem.contextMark)
        return YAMLSyntaxMessages(
            problem: problem,
            file: file,
            offset: offset,
            start: start,
            isBeforeDocument: isBeforeDocument
        ).diagnostic
    }

    private var diagnostic: Diagnostic {
        let wording = wording
        let span = wording.place.map { Span(file: file.id, start: $0.lowerBound, end: $0.upperBound) }
        var labels: [Diagnostic.Label] = []
        if let label = wording.label, start < offset { labels.append(.init(label, at: character(at: start))) }
        return Diagnostic(
            .error,
            wording.id,
            wording.message,
            at: span ?? character(at: offset),
            labels: labels,
            help: wording.help
        )
    }

    private func character(at offset: Int) -> Span {
        guard offset < file.bytes.count else { return Span(file: file.id, start: offset, end: offset) }
        let count = EncodingCheck.scalar(in: file.bytes, at: offset)?.count ?? 1
        return Span(file: file.id, start: offset, end: offset + count)
    }

    // MARK: Places

    private var byte: UInt8? {
        offset < file.bytes.count ? file.bytes[offset] : nil
    }

    /// The line of a place, without its break.
    private func line(of offset: Int) -> Range<Int> {
        file.rangeOfLine(file.lines.line(holding: offset)) ?? offset..<offset
    }

    /// The first character of the construct that libyaml was reading.
    private var opening: Range<Int> {
        start..<min(start + 1, file.bytes.count)
    }

    /// From a place to the last byte of its line that is not blank.
    private func restOfLine(from start: Int) -> Range<Int> {
        let end = max(start, line(of: start).upperBound)
        let last = file.bytes[start..<end].lastIndex { !Self.isBlank($0) }
        return start..<(last.map { $0 + 1 } ?? start)
    }

    /// From the first byte of the line that is not blank to the place.
    private var startOfLine: Range<Int> {
        let text = file.bytes[min(line(of: offset).lowerBound, offset)..<offset]
        return (text.firstIndex { !Self.isBlank($0) } ?? offset)..<offset
    }

    private var isFirstOnLine: Bool {
        startOfLine.isEmpty
    }

    /// Whether a colon with a blank behind it stands before the place on the same line.
    private var followsColon: Bool {
        let text = file.bytes[startOfLine]
        return text.indices.contains { index in
            text[index] == UInt8(ascii: ":") && index + 1 < text.endIndex && Self.isBlank(text[index + 1])
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    // MARK: Wording

    private var wording: Wording {
        switch problem.problem {
        case "found character that cannot start any token" where byte == UInt8(ascii: "\t"),
            "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            .init(id: "tab-indentation", message: .tab, help: "indent with blanks; YAML does not allow tabs there")
        case "found character that cannot start any token":
            .init(message: .cannotStart(byte), help: "put the text in quotes")
        case "could not find expected ':'":
            .init(
                message: .noColon,
                help: "write `key: value`; a text of several lines needs quotes or `|`",
                place: restOfLine(from: start)
            )
        case "mapping values are not allowed in this context" where followsColon:
            .init(
                message: .colonHere,
                help: "put a text that holds `: ` in quotes, or start a new line for the next key"
            )
        case "mapping values are not allowed in this context":
            .init(
                message: .keyInsideText,
                help: "indent the key like those beside it, or put the text above it in quotes",
                place: startOfLine
            )
        case "mapping keys are not allowed in this context":
            .init(message: .keyHere, help: "start a new line for the key")
        case "block sequence entries are not allowed in this context":
            .init(message: .dashHere, help: "start a new line for the list, or put the text in quotes")
        case "did not find expected key", "did not find expected '-' indicator":
            outsideBlock
        case "did not find expected ',' or ']'" where byte == nil:
            .init(message: .openList, help: "close it with `]`", place: opening)
        case "did not find expected ',' or '}'" where byte == nil:
            .init(message: .openMapping, help: "close it with `}`", place: opening)
        case "did not find expected ',' or ']'":
            .init(
                message: .expectedCommaOrBracket(byte),
                help: "put a comma between members and close the list with `]`",
                label: "the list begins here"
            )
        case "did not find expected ',' or '}'":
            .init(
                message: .expectedCommaOrBrace(byte),
                help: "put a comma between members and close the mapping with `}`",
                label: "the mapping begins here"
            )
        case "did not find expected node content":
            .init(message: .expectedValue, help: "write a value here, or remove what stands in its place")
        case "found unexpected end of stream":
            .init(message: .openQuote, help: "close the quote", place: opening)
        case "found unexpected document indicator":
            .init(
                message: .markerInQuote,
                help: "close the quote before it",
                label: "the quoted text begins here",
                place: offset..<min(offset + 3, file.bytes.count)
            )
        case "found unknown escape character":
            .init(
                message: .unknownEscape,
                help: "write `\\\\` for a backslash, or use single quotes, where nothing is escaped",
                place: offset..<min(offset + 2, file.bytes.count)
            )
        case "did not find expected hexdecimal number":
            .init(
                message: .escapeDigits,
                help: "`\\x` takes two, `\\u` four and `\\U` eight hexadecimal digits"
            )
        case "found invalid Unicode character escape code":
            .init(message: .escapeValue, help: "surrogates and values beyond U+10FFFF are no characters")
        case "did not find expected alphabetic or numeric character":
            .init(message: .anchorName(sign), help: "put a text that begins with `\(sign)` in quotes", place: opening)
        case "did not find expected <document start>" where isBeforeDocument:
            .init(message: .markerMissing, help: "write `---` on a line of its own before the document")
        case "did not find expected <document start>":
            .init(message: .afterDocument, help: "a file holds one document; indent what belongs to the value above")
        case "found undefined tag handle":
            .init(id: "custom-tag", message: .tagHandle, help: Self.tagHelp)
        case "found incompatible YAML document":
            .init(
                id: "yaml-directive",
                message: .version,
                help: "remove the line; documents are read as YAML 1.2",
                place: line(of: start)
            )
        case "found duplicate %YAML directive", "found duplicate %TAG directive", "found unknown directive name":
            .init(id: "yaml-directive", message: .directive, help: "remove the line", place: line(of: start))
        case "found an indentation indicator equal to 0":
            .init(message: .zeroIndent, help: "use a digit from 1 to 9, or none")
        default:
            wordingByContext
        }
    }

    private static let tagHelp = "leave the tag out, or put a text that begins with `!` in quotes"

    private var wordingByContext: Wording {
        switch problem.context {
        case "while scanning a directive", "while scanning a %YAML directive", "while scanning a %TAG directive":
            .init(
                id: "yaml-directive",
                message: .directive,
                help: "remove the line, or quote a text that begins with `%`",
                place: line(of: start)
            )
        case "while scanning a tag", "while parsing a tag":
            .init(id: "custom-tag", message: .tag, help: Self.tagHelp)
        case "while scanning a block scalar":
            .init(
                message: .blockHeader,
                help: "only a comment may stand behind `|` or `>`; the text begins on the next line"
            )
        default:
            .init(message: .notYAML, help: "look at indentation, quotes and brackets around this place")
        }
    }

    /// Something that is neither a key of the mapping nor a member of the list that libyaml is in.
    private var outsideBlock: Wording {
        let isList = problem.problem != "did not find expected key"
        let label = isList ? "the list begins here" : "the mapping begins here"
        switch byte {
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            return .init(message: .closesNothing(byte), help: "remove it, or open the list or mapping that it closes")
        case UInt8(ascii: ":"):
            return .init(message: .keyMissing, help: "write the key's name before the colon")
        case UInt8(ascii: "-") where isFirstOnLine:
            return .init(message: .strayDash, help: "indent it like the other members of its list", label: label)
        default:
            guard isFirstOnLine else {
                return .init(
                    message: .behindValue,
                    help: "put the whole text in quotes; inside single quotes, a `'` is written `''`"
                )
            }
            return isList
                ? .init(
                    message: .noMember,
                    help: "begin it with `- `, or indent it like the keys it belongs to",
                    label: label
                )
                : .init(message: .strayLine, help: "indent it like the key that it stands beside", label: label)
        }
    }

    /// The `*` or `&` of an alias or anchor.
    private var sign: String {
        start < file.bytes.count && file.bytes[start] == UInt8(ascii: "&") ? "&" : "*"
    }
}

extension Diagnostic.Message {
    private static func name(_ byte: UInt8?) -> String {
        guard let byte else { return "the end of the file" }
        switch byte {
        case UInt8(ascii: "`"): return "a backtick"
        case 0x21...0x7E: return "`\(Character(Unicode.Scalar(byte)))`"
        case 0x0A, 0x0D: return "the end of the line"
        default: return "this"
        }
    }

    fileprivate static var tab: Self { .init("a tab cannot indent") }
    fileprivate static func cannotStart(_ byte: UInt8?) -> Self { .init("a value cannot begin with \(name(byte))") }
    fileprivate static var noColon: Self { .init("this is no `key: value`") }
    fileprivate static var colonHere: Self { .init("a second `: ` stands where only a value can") }
    fileprivate static var keyHere: Self { .init("a key cannot begin here") }
    fileprivate static var dashHere: Self { .init("a list cannot begin here") }
    fileprivate static func expectedCommaOrBracket(_ byte: UInt8?) -> Self {
        .init("\(name(byte)) stands where a comma or `]` must")
    }
    fileprivate static func expectedCommaOrBrace(_ byte: UInt8?) -> Self {
        .init("\(name(byte)) stands where a comma or `}` must")
    }
    fileprivate static var expectedValue: Self { .init("a value is missing") }
    fileprivate static var keyInsideText: Self { .init("a key stands inside the text that begins above it") }
    fileprivate static func closesNothing(_ byte: UInt8?) -> Self { .init("\(name(byte)) closes nothing") }
    fileprivate static var keyMissing: Self { .init("a key is missing before the colon") }
    fileprivate static var strayDash: Self { .init("a `-` is indented like no list above it") }
    fileprivate static var strayLine: Self { .init("this line is indented like no key above it") }
    fileprivate static var noMember: Self { .init("this line is no member of the list around it") }
    fileprivate static var behindValue: Self { .init("text stands behind the end of a value") }
    fileprivate static func anchorName(_ sign: String) -> Self {
        .init(sign == "&" ? "`&` begins an anchor, which needs a name" : "`*` begins an alias, which needs a name")
    }
    fileprivate static var openList: Self { .init("a list is not closed") }
    fileprivate static var openMapping: Self { .init("a mapping is not closed") }
    fileprivate static var openQuote: Self { .init("a quote is not closed") }
    fileprivate static var markerInQuote: Self { .init("a document marker stands inside a quoted text") }
    fileprivate static var unknownEscape: Self { .init("this escape means nothing in YAML") }
    fileprivate static var escapeDigits: Self { .init("an escape has too few hexadecimal digits") }
    fileprivate static var escapeValue: Self { .init("an escape names no character") }
    fileprivate static var markerMissing: Self { .init("a document with directives has no `---` before it") }
    fileprivate static var afterDocument: Self { .init("there is text after the end of the document") }
    fileprivate static var tagHandle: Self { .init("a tag begins with an unknown handle") }
    fileprivate static var version: Self { .init("the document asks for another version of YAML") }
    fileprivate static var zeroIndent: Self { .init("an indentation of 0 cannot be asked for") }
    fileprivate static var directive: Self { .init("a `%` directive cannot be understood") }
    fileprivate static var tag: Self { .init("a tag is malformed") }
    fileprivate static var blockHeader: Self { .init("text stands behind the start of a literal or folded text") }
    fileprivate static var notYAML: Self { .init("the text is no YAML here") }
}
