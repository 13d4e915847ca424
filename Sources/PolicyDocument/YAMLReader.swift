/// Reads one YAML document from libyaml's events into a tree.
///
/// It walks with a loop, never with recursion: hostile nesting costs no stack.
struct YAMLReader {
    private struct Anchor {
        let record: Int32
        /// From the `&` to the end of the name.
        let place: Range<Int>
    }

    private let file: SourceFile
    private let parser: YAMLEventParser
    private let marks: YAMLMarkSpans
    private let separators: [Int]
    /// The first separator that may lie in a scalar still to come.
    private var nextSeparator = 0
    private(set) var builder: TreeBuilder
    private var anchors: [String: Anchor] = [:]
    /// Whether each open collection ends with a bracket of its own, so that libyaml's end mark is right.
    private var endsWithBracket: [Bool] = []
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
        do {
            try reader.readStream()
        } catch {
            diagnostics.append(contentsOf: reader.builder.diagnostics)
            return nil
        }
        diagnostics.append(contentsOf: reader.builder.diagnostics)
        return reader.builder.makeRoot()
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
                builder.diagnostics.report(YAMLSyntaxMessages.diagnostic(for: error, in: file, marks: marks))
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
                if endsWithBracket.popLast() == true { lastEnd = end }
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
        if isKey { checkKey(place) }
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
        endsWithBracket.append(hasBracket)
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
        if builder.innermostIsEmpty, endsWithBracket.last == false { builder.moveStart(to: place.content) }
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

    private func byte(at offset: Int) -> UInt8? {
        offset < file.bytes.count ? file.bytes[offset] : nil
    }
}

// MARK: - Tags and directives

extension YAMLReader {
    private mutating func scalarTag(
        _ tag: String?,
        at place: Range<Int>?,
        text: Range<Int>,
        span: Span
    ) -> Tree.CoreTag {
        guard let place else { return .none }
        guard let tag else { return .string }
        guard let core = YAMLTag.scalar(tag) else {
            report(tag, at: place)
            return .none
        }
        // A `!!str` is a string whatever it holds.
        guard core != .string else { return core }
        let resolved = CoreSchema.resolve(String(decoding: builder.text[text], as: UTF8.self))
        guard core.fits(resolved) else {
            builder.diagnostics.error(
                "tag-mismatch",
                .tagMismatch(YAMLTag.short(tag)),
                at: span,
                labels: [.init("the tag", at: builder.span(place))],
                help: "leave the tag out, or correct the value"
            )
            return .none
        }
        return core
    }

    private mutating func checkCollectionTag(_ tag: String?, at place: Range<Int>?, kind: Node.Kind) {
        guard let tag, let place else { return }
        if YAMLTag.collection(tag) != kind { report(tag, at: place) }
    }

    private mutating func report(_ tag: String, at place: Range<Int>) {
        if YAMLTag.isCore(tag) {
            builder.diagnostics.error(
                "tag-mismatch",
                .tagMismatch(YAMLTag.short(tag)),
                at: builder.span(place),
                help: "leave the tag out"
            )
        } else {
            builder.diagnostics.error(
                "custom-tag",
                .customTag(YAMLTag.short(tag)),
                at: builder.span(place),
                help: "leave it out; known are `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq` and `!!map`"
            )
        }
    }

    private mutating func checkDirectives(start: Int, version: (major: Int, minor: Int)?, hasTagDirectives: Bool) {
        let line = file.lines.line(holding: start)
        let span =
            file.rangeOfLine(line).map { builder.span($0.lowerBound, $0.upperBound) } ?? builder.span(start, start)
        if let version, version != (1, 2) {
            builder.diagnostics.error(
                "yaml-directive",
                .version(version.major, version.minor),
                at: span,
                help: "remove the line; documents are read as YAML 1.2"
            )
        }
        if hasTagDirectives {
            builder.diagnostics.error("yaml-directive", .tagDirective, at: span, help: "remove the line")
        }
    }
}

// MARK: - Characters

extension YAMLReader {
    /// libyaml reads U+0085, U+2028 and U+2029 as line breaks, so it was given others of the same length; here the text
    /// gets its own characters back.
    private mutating func restoreSeparators(_ text: Range<Int>, style: Tree.Style, span: Span) -> Range<Int> {
        guard style != .literal, style != .folded else { return text }
        while nextSeparator < separators.count, separators[nextSeparator] < span.start { nextSeparator += 1 }
        guard nextSeparator < separators.count, separators[nextSeparator] < span.end else { return text }
        let low = builder.text.count
        let map = ScalarSourceMap(file.bytes, start: span.start, end: span.end, style: style, text: [])
        builder.text.append(contentsOf: map.text)
        return low..<builder.text.count
    }

    private mutating func reportControlCharacters(in text: Range<Int>, span: Span) {
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

    private mutating func reportSeparators(through end: Int) {
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

// MARK: - Wording

extension Diagnostic.Message {
    fileprivate static var outOfMemory: Self { .init("there is no memory to read the file") }
    fileprivate static var emptyDocument: Self { .init("the document is empty") }
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
    fileprivate static func tagMismatch(_ tag: String) -> Self { .init("the value is not what its tag `\(tag)` says") }
    fileprivate static func customTag(_ tag: String) -> Self { .init("the tag `\(tag)` means nothing here") }
    fileprivate static var tagDirective: Self { .init("a `%TAG` directive means nothing here") }
    fileprivate static func version(_ major: Int, _ minor: Int) -> Self {
        .init("the document asks to be read as YAML \(major).\(minor)")
    }
    fileprivate static func escapedControl(_ value: UInt32) -> Self {
        .init("the value holds the control character U+\(hexadecimal(value, digits: 4))")
    }
    fileprivate static func separator(_ value: UInt32) -> Self {
        .init("the character U+\(hexadecimal(value, digits: 4)) ends a line for some YAML readers and not for others")
    }
}
