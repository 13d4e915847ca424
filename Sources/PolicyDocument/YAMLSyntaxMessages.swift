/// What a YAML syntax error means for the author, in our words.
enum YAMLSyntaxMessages {
    /// One error, as it is told.
    private struct Wording {
        var id = "yaml-syntax"
        let message: Diagnostic.Message
        var help: String?
        /// What stands at the place where the faulty construct begins.
        var label: String?
    }

    static func diagnostic(for problem: YAMLProblem, in file: SourceFile, marks: YAMLMarkSpans) -> Diagnostic {
        let offset = marks.offset(of: problem.mark)
        let isAtEnd = offset >= file.bytes.count
        let wording = wording(problem, byte: isAtEnd ? nil : file.bytes[offset])
        let end = isAtEnd ? offset : offset + (EncodingCheck.scalar(in: file.bytes, at: offset)?.count ?? 1)
        let start = marks.offset(of: problem.contextMark)
        let labels =
            problem.context.isEmpty || start == offset
            ? []
            : wording.label.map { text in
                [Diagnostic.Label(text, at: Span(file: file.id, start: start, end: min(start + 1, file.bytes.count)))]
            }
        return Diagnostic(
            .error,
            wording.id,
            wording.message,
            at: Span(file: file.id, start: offset, end: end),
            labels: labels ?? [],
            help: wording.help
        )
    }

    private static func wording(_ problem: YAMLProblem, byte: UInt8?) -> Wording {
        switch problem.problem {
        case "found character that cannot start any token" where byte == UInt8(ascii: "\t"),
            "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            Wording(id: "tab-indentation", message: .tab, help: "indent with blanks; YAML does not allow tabs there")
        case "found character that cannot start any token":
            Wording(message: .cannotStart(byte), help: "put the text in quotes")
        case "could not find expected ':'":
            Wording(
                message: .noColon,
                help: "write `key: value`; a text of several lines needs quotes or `|`",
                label: "the key begins here"
            )
        case "mapping values are not allowed in this context":
            Wording(
                message: .colonHere,
                help: "put a text that holds `: ` in quotes, or start a new line for the next key"
            )
        case "mapping keys are not allowed in this context":
            Wording(message: .keyHere, help: "start a new line for the key")
        case "block sequence entries are not allowed in this context":
            Wording(message: .dashHere, help: "start a new line for the list, or put the text in quotes")
        case "did not find expected key":
            Wording(
                message: .expectedKey,
                help: "indent it like the other keys of the mapping, or finish the line above",
                label: "the mapping begins here"
            )
        case "did not find expected '-' indicator":
            Wording(
                message: .expectedDash,
                help: "begin it with `- `, or indent it like the value that it belongs to",
                label: "the list begins here"
            )
        case "did not find expected ',' or ']'":
            Wording(
                message: .expectedCommaOrBracket(byte),
                help: "put a comma between members and close the list with `]`",
                label: "the list begins here"
            )
        case "did not find expected ',' or '}'":
            Wording(
                message: .expectedCommaOrBrace(byte),
                help: "put a comma between members and close the mapping with `}`",
                label: "the mapping begins here"
            )
        case "did not find expected node content":
            Wording(message: .expectedValue, help: "write a value here, or quote it")
        case "found unexpected end of stream":
            Wording(message: .openQuote, help: "close the quote", label: "the quoted text begins here")
        case "found unexpected document indicator":
            Wording(message: .markerInQuote, help: "close the quote before it", label: "the quoted text begins here")
        case "found unknown escape character":
            Wording(
                message: .unknownEscape,
                help: "write `\\\\` for a backslash, or use single quotes, where nothing is escaped"
            )
        case "did not find expected hexdecimal number":
            Wording(message: .escapeDigits, help: "`\\x` takes two, `\\u` four and `\\U` eight hexadecimal digits")
        case "found invalid Unicode character escape code":
            Wording(message: .escapeValue, help: "surrogates and values beyond U+10FFFF are no characters")
        case "did not find expected alphabetic or numeric character":
            Wording(message: .anchorName, help: "quote a text that begins with `*` or `&`")
        case "did not find expected <document start>":
            Wording(message: .afterDocument, help: "a file holds one document; indent what belongs to the value above")
        case "found undefined tag handle":
            Wording(
                id: "custom-tag",
                message: .tagHandle,
                help: "leave the tag out, or quote a text that begins with `!`"
            )
        case "found incompatible YAML document":
            Wording(
                id: "yaml-directive",
                message: .version,
                help: "remove the `%YAML` line; documents are read as YAML 1.2"
            )
        case "found an indentation indicator equal to 0":
            Wording(message: .zeroIndent, help: "use a digit from 1 to 9, or none")
        default:
            other(problem)
        }
    }

    private static func other(_ problem: YAMLProblem) -> Wording {
        switch problem.context {
        case "while scanning a directive", "while scanning a %YAML directive", "while scanning a %TAG directive":
            Wording(
                id: "yaml-directive",
                message: .directive,
                help: "remove the line, or quote a text that begins with `%`"
            )
        case "while scanning a tag", "while parsing a tag":
            Wording(id: "custom-tag", message: .tag, help: "leave the tag out, or quote a text that begins with `!`")
        case "while scanning a block scalar":
            Wording(
                message: .blockHeader,
                help: "only a comment may stand behind `|` or `>`; the text begins on the next line"
            )
        default:
            switch problem.problem {
            case "found duplicate %YAML directive", "found duplicate %TAG directive", "found unknown directive name":
                Wording(id: "yaml-directive", message: .directive, help: "remove the line")
            default:
                Wording(message: .notYAML, help: "check indentation, quotes and brackets around this place")
            }
        }
    }
}

extension Diagnostic.Message {
    private static func name(_ byte: UInt8?) -> String {
        guard let byte else { return "the end of the file" }
        switch byte {
        case 0x21...0x7E: return "`\(Character(Unicode.Scalar(byte)))`"
        case 0x0A, 0x0D: return "the end of the line"
        default: return "this"
        }
    }

    fileprivate static var tab: Self { .init("a tab cannot indent") }
    fileprivate static func cannotStart(_ byte: UInt8?) -> Self { .init("a value cannot begin with \(name(byte))") }
    fileprivate static var noColon: Self { .init("a key is not followed by a colon") }
    fileprivate static var colonHere: Self { .init("a second `: ` stands where only a value can") }
    fileprivate static var keyHere: Self { .init("a key cannot begin here") }
    fileprivate static var dashHere: Self { .init("a list cannot begin here") }
    fileprivate static var expectedKey: Self { .init("this is no key of the mapping around it") }
    fileprivate static var expectedDash: Self { .init("this is no member of the list around it") }
    fileprivate static func expectedCommaOrBracket(_ byte: UInt8?) -> Self {
        .init("\(name(byte)) stands where a comma or `]` must")
    }
    fileprivate static func expectedCommaOrBrace(_ byte: UInt8?) -> Self {
        .init("\(name(byte)) stands where a comma or `}` must")
    }
    fileprivate static var expectedValue: Self { .init("a value is missing") }
    fileprivate static var openQuote: Self { .init("a quote is not closed") }
    fileprivate static var markerInQuote: Self { .init("a document marker stands inside a quoted text") }
    fileprivate static var unknownEscape: Self { .init("this escape means nothing in YAML") }
    fileprivate static var escapeDigits: Self { .init("an escape has too few hexadecimal digits") }
    fileprivate static var escapeValue: Self { .init("an escape names no character") }
    fileprivate static var anchorName: Self { .init("an anchor or alias has no name") }
    fileprivate static var afterDocument: Self { .init("there is text after the end of the document") }
    fileprivate static var tagHandle: Self { .init("a tag begins with an unknown handle") }
    fileprivate static var version: Self { .init("the document asks for another version of YAML") }
    fileprivate static var zeroIndent: Self { .init("an indentation of 0 cannot be asked for") }
    fileprivate static var directive: Self { .init("a `%` directive cannot be understood") }
    fileprivate static var tag: Self { .init("a tag is malformed") }
    fileprivate static var blockHeader: Self { .init("text stands behind the start of a literal or folded text") }
    fileprivate static var notYAML: Self { .init("the text is no YAML here") }
}
