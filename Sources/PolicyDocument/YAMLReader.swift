/// Reads one YAML document from libyaml's events into a tree.
///
/// It walks with a loop, never with recursion: hostile nesting costs no stack.
struct YAMLReader {
    /// How a collection is written.
    private struct Layout {
        /// Whether it ends with a bracket of its own, so that libyaml's end mark is right.
        let hasBracket: Bool
        /// How many bytes of its line stand before it.
        let column: Int
    }

    private struct Anchor {
        let record: Int32
        /// From the `&` to the end of the name.
        let place: Range<Int>
    }

    let file: SourceFile
    private let parser: YAMLEventParser
    private let marks: YAMLMarkSpans
    let separators: [Int]
    /// The first separator that may lie in a scalar still to come.
    var nextSeparator = 0
    var builder: TreeBuilder
    private var anchors: [String: Anchor] = [:]
    /// How each open collection is written.
    private var layouts: [Layout] = []
    /// One past the last byte of the scalar, alias or bracket read last.
    private var lastEnd: Int
    private var documentCount = 0

    /// Reads the file's document.
    ///
    /// - Returns: its root; nil when nothing of it can be used.
    static func read(_ file: SourceFile, diagnostics: inout Diagnostics) -> Node? {
        guard let check = EncodingCheck(file, diagnostics: &diagnostics) else { return nil }
        guard let parser = YAMLEventParser(check.bytesForLibYAML(of: file.bytes)[check.start...]) else {
            diagnostics.error("out-of-memory", .outOfMemory, at: file.span)
            return nil
        }
        var reader = YAMLReader(file, parser: parser, check: check)
        var isUsable = true
        do {
            try reader.readStream()
        } catch {
            isUsable = false
        }
        // What is found at the end, such as comments, is told where it stands among the rest.
        for diagnostic in reader.builder.diagnostics.all.sorted(by: { $0.span.start < $1.span.start }) {
            diagnostics.report(diagnostic)
        }
        return isUsable ? reader.builder.makeRoot() : nil
    }

    private init(_ file: SourceFile, parser: YAMLEventParser, check: EncodingCheck) {
        self.file = file
        self.parser = parser
        marks = YAMLMarkSpans(file.bytes, check: check)
        separators = check.separators
        builder = TreeBuilder(file, language: .yaml)
        lastEnd = check.start
    }

    private mutating func readStream() throws(DocumentGivenUp) {
        reading: while true {
            let event: YAMLEvent
            do {
                event = try parser.next(text: &builder.text)
            } catch {
                // An unquoted line separator may well be the reason.
                let isInQuotes = error.context == "while scanning a quoted scalar"
                reportSeparators(through: marks.offset(of: isInQuotes ? error.contextMark : error.mark))
                builder.diagnostics.report(
                    YAMLSyntaxMessages.diagnostic(
                        for: error,
                        in: file,
                        marks: marks,
                        isBeforeDocument: documentCount == 0
                    )
                )
                throw DocumentGivenUp()
            }
            guard builder.diagnostics.all.count < DocumentLimits.errors else { throw DocumentGivenUp() }
            let start = marks.offset(of: event.start)
            let end = marks.offset(of: event.end)
            switch event.content {
            case .streamStart, .documentEnd:
                continue
            case .streamEnd:
                break reading
            case .documentStart(let version, let hasTagDirectives, _):
                documentCount += 1
                guard documentCount == 1 else {
                    builder.diagnostics.error(
                        "second-document",
                        .secondDocument,
                        at: builder.span(max(start, end - 3), end),
                        help: "a file holds one document; move this one to a file of its own"
                    )
                    break reading
                }
                checkDirectives(start: start, version: version, hasTagDirectives: hasTagDirectives)
                lastEnd = end
            case .alias(let name):
                try readAlias(name, start: start, end: end)
            case .scalar(let properties, let text, let style):
                try readScalar(properties, text: text, style: style, start: start, end: end)
            case .sequenceStart(let properties, let isFlow):
                try open(.sequence, properties, isFlow: isFlow, start: start)
            case .mappingStart(let properties, let isFlow):
                try open(.mapping, properties, isFlow: isFlow, start: start)
            case .sequenceEnd, .mappingEnd:
                if layouts.popLast()?.hasBracket == true { lastEnd = end }
                builder.close(end: lastEnd)
            }
        }
        try checkRoot()
        if documentCount == 1 {
            CommentScan.report(in: file, records: builder.records, diagnostics: &builder.diagnostics)
        }
        reportSeparators(through: file.bytes.count)
    }

    private mutating func checkRoot() throws(DocumentGivenUp) {
        if let root = builder.root {
            let record = builder.records[Int(root)]
            let isEmpty = record.kind == .scalar && record.style == .plain && record.count == 0 && record.tag == .none
            guard isEmpty else { return }
        } else {
            guard builder.diagnostics.all.isEmpty else { return }
        }
        builder.diagnostics.error("empty-document", .emptyDocument, at: builder.span(0, 0))
        throw DocumentGivenUp()
    }

    // MARK: Nodes

    private mutating func readAlias(_ name: String, start: Int, end: Int) throws(DocumentGivenUp) {
        lastEnd = end
        guard let target = anchors[name]?.record else {
            let near = anchors.count <= 100 ? NearestName.of(name, among: anchors.keys) : nil
            builder.diagnostics.error(
                "undefined-alias",
                .undefinedAlias(name),
                at: builder.span(start, end),
                help: near.map { "did you mean `*\($0)`?" } ?? "an anchor `&\(name)` must stand before it"
            )
            builder.refuseNext()
            return
        }
        guard !builder.isOpen(target) else {
            builder.diagnostics.error(
                "recursive-alias",
                .recursiveAlias(name),
                at: builder.span(start, end),
                labels: [.init("the value begins here", at: builder.span(anchors[name]?.place ?? start..<end))],
                help: "write out what is meant"
            )
            builder.refuseNext()
            return
        }
        try builder.addAlias(of: target, start: start, end: end)
    }

    private mutating func readScalar(
        _ properties: YAMLEvent.Properties,
        text: Range<Int>,
        style: Tree.Style,
        start: Int,
        end: Int
    ) throws(DocumentGivenUp) {
        let place = decorations(properties, from: start, to: end)
        let contentStart = place.content
        var contentEnd = end
        if style == .literal || style == .folded { contentEnd = marks.blockScalarEnd(from: contentStart, to: end) }
        let span = builder.span(contentStart, contentEnd)
        let range = restoreSeparators(text, style: style, span: span)
        reportControlCharacters(in: range, span: span)

        let isKey = builder.expectsKey
        if isKey { checkKey(place) } else { checkIndentation(of: style, at: contentStart) }
        let tag = scalarTag(properties.tag, at: place.tag, text: range, span: span)
        let record = try builder.addScalar(
            style: style,
            tag: tag,
            start: contentStart,
            end: contentEnd,
            text: range
        )
        lastEnd = max(lastEnd, contentEnd)
        if !isKey { define(properties.anchor, at: place.anchor, as: record) }
    }

    private mutating func open(
        _ kind: Node.Kind,
        _ properties: YAMLEvent.Properties,
        isFlow: Bool,
        start: Int
    ) throws(DocumentGivenUp) {
        let place = decorations(properties, from: start, to: file.bytes.count)
        let contentStart = place.content
        let isKey = builder.expectsKey
        if isKey { checkKey(place, isCollection: true) }
        checkCollectionTag(properties.tag, at: place.tag, kind: kind)
        let record = try builder.open(kind, start: contentStart)
        // A single pair inside `[ ]` is a mapping in flow style without braces.
        let bracket = kind == .sequence ? UInt8(ascii: "[") : UInt8(ascii: "{")
        let hasBracket = isFlow && byte(at: contentStart) == bracket
        layouts.append(
            Layout(
                hasBracket: hasBracket,
                column: contentStart - startOfLine(holding: contentStart)
            )
        )
        lastEnd = max(lastEnd, hasBracket ? contentStart + 1 : contentStart)
        if !isKey { define(properties.anchor, at: place.anchor, as: record) }
    }

    /// Where a node's anchor, tag and own bytes stand.
    ///
    /// libyaml keeps silent about the tag `!`, which makes a scalar a string, so the byte is looked at too.
    private func decorations(
        _ properties: YAMLEvent.Properties,
        from start: Int,
        to end: Int
    ) -> YAMLMarkSpans.Properties {
        guard !properties.areEmpty || byte(at: start) == UInt8(ascii: "!") else { return .init(content: start) }
        return marks.properties(from: start, to: end)
    }

    private mutating func define(_ anchor: String?, at place: Range<Int>?, as record: Int32) {
        guard let anchor, let place else { return }
        if let next = byte(at: place.upperBound), !YAMLMarkSpans.endsAnchor(next) {
            builder.diagnostics.error(
                "anchor-name",
                .anchorName(anchor),
                at: builder.span(place),
                help: "an anchor's name has letters, digits, `-` and `_`, and a blank behind it"
            )
        }
        if let first = anchors[anchor] {
            builder.diagnostics.error(
                "duplicate-anchor",
                .duplicateAnchor(anchor),
                at: builder.span(place),
                labels: [.init("first defined here", at: builder.span(first.place))],
                help: "give each anchor a name of its own"
            )
            return
        }
        anchors[anchor] = Anchor(record: record, place: place)
    }

    private mutating func checkKey(_ place: YAMLMarkSpans.Properties, isCollection: Bool = false) {
        if builder.innermostIsEmpty, layouts.last?.hasBracket == false { builder.moveStart(to: place.content) }
        if let anchor = place.anchor {
            builder.diagnostics.error(
                "anchor-on-key",
                .anchorOnKey,
                at: builder.span(anchor),
                help: "put the anchor before the value, behind the colon"
            )
        }
        if !isCollection, let mark = marks.questionMark(before: place.content, behind: lastEnd) {
            builder.diagnostics.error(
                "complex-key",
                .explicitKey,
                at: builder.span(mark..<mark + 1),
                help: "write the key before its colon, without `?`"
            )
        }
    }

    /// Reports a literal or folded scalar that begins on a line of its own without being indented.
    ///
    /// libyaml takes it for the value of what stands above, and lets no other value stand there. For other readers its
    /// text goes on at the left edge.
    private mutating func checkIndentation(of style: Tree.Style, at start: Int) {
        guard style == .literal || style == .folded, let around = layouts.last else { return }
        let line = startOfLine(holding: start)
        guard file.bytes[line..<start].allSatisfy({ $0 == UInt8(ascii: " ") }), start - line <= around.column else {
            return
        }
        builder.diagnostics.error(
            "value-not-indented",
            .notIndented,
            at: builder.span(start, start + 1),
            help: "indent it, or put it on the line above"
        )
    }

    private func startOfLine(holding offset: Int) -> Int {
        let line = file.lines.line(holding: offset)
        return line == 1 ? file.byteOrderMarkCount : file.lines.starts[line - 1]
    }

    private func byte(at offset: Int) -> UInt8? {
        offset < file.bytes.count ? file.bytes[offset] : nil
    }
}

// MARK: - Wording

extension Diagnostic.Message {
    fileprivate static var outOfMemory: Self { .init("there is no memory to read the file") }
    fileprivate static var emptyDocument: Self { .init("the document is empty") }
    fileprivate static var notIndented: Self { .init("a value is not indented under what it belongs to") }
    fileprivate static var secondDocument: Self { .init("a second document begins here") }
    fileprivate static func undefinedAlias(_ name: String) -> Self {
        .init("no anchor `\(name)` stands before this alias")
    }
    fileprivate static func recursiveAlias(_ name: String) -> Self { .init("`*\(name)` stands inside its own value") }
    fileprivate static func duplicateAnchor(_ name: String) -> Self { .init("the anchor `\(name)` is there twice") }
    fileprivate static func anchorName(_ name: String) -> Self {
        .init("the anchor `\(name)` has another name for other YAML readers")
    }
    fileprivate static var anchorOnKey: Self { .init("an anchor stands on a key") }
    fileprivate static var explicitKey: Self { .init("a key is written with `?`") }
}
