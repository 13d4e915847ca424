/// Which bytes of the source each byte of a scalar's decoded text came from.
///
/// The text is decoded a second time, run by run: a run is copied byte for byte (`verbatim`) or stands for something
/// else: an escape, a doubled quote, folded lines, a line break with the indentation behind it.
///
/// | source | run | text |
/// |---|---|---|
/// | `ab` | verbatim | `ab` |
/// | `\u00e9` | replaced, 6 bytes | `é`, 2 bytes |
/// | line break and 4 blanks in a plain scalar | replaced, 5 bytes | one blank |
struct ScalarSourceMap {
    struct Run: Equatable {
        var text: Range<Int>
        var source: Range<Int>
        let isVerbatim: Bool
    }

    private(set) var text: [UInt8] = []
    private(set) var runs: [Run] = []
    /// Whether decoding a literal or folded scalar came to another text than libyaml, so that one run is all there is.
    private(set) var isGivenUp = false
    let bytes: [UInt8]
    /// The scalar's bytes, for what cannot be told more exactly.
    private let whole: Range<Int>
    /// Where a text without any bytes stands.
    private var emptyPlace: Int

    /// Decodes the scalar at `start..<end`.
    ///
    /// The text as libyaml decoded it tells a literal's indentation and how its end is chomped.
    init(_ bytes: [UInt8], start: Int, end: Int, style: Tree.Style, text: ArraySlice<UInt8>) {
        self.bytes = bytes
        whole = start..<max(start, end)
        emptyPlace = start
        switch style {
        case .plain: decodeFlow(start..<end, quote: nil)
        case .singleQuoted: decodeFlow(inside: start..<end, quote: UInt8(ascii: "'"))
        case .doubleQuoted: decodeFlow(inside: start..<end, quote: UInt8(ascii: "\""))
        case .jsonString: decodeJSON(inside: start..<end)
        case .literal, .folded: decodeBlock(from: start, isLiteral: style == .literal, expected: text)
        }
    }

    /// The source bytes of a range of the text; ranges outside the text are cut.
    func source(of range: Range<Int>) -> Range<Int> {
        let low = min(max(range.lowerBound, 0), text.count)
        let high = min(max(range.upperBound, low), text.count)
        let start = place(of: low)
        guard high > low, let last = run(holding: high - 1) else { return start..<start }
        let end = last.isVerbatim ? last.source.lowerBound + (high - last.text.lowerBound) : last.source.upperBound
        return start..<max(start, end)
    }

    private func place(of offset: Int) -> Int {
        guard let run = run(holding: offset) else { return runs.last?.source.upperBound ?? emptyPlace }
        return run.source.lowerBound + (run.isVerbatim ? offset - run.text.lowerBound : 0)
    }

    private func run(holding offset: Int) -> Run? {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].text.upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].text.contains(offset) ? runs[low] : nil
    }

    // MARK: Building

    private mutating func copy(_ source: Range<Int>) {
        guard !source.isEmpty else { return }
        let low = text.count
        text.append(contentsOf: bytes[source])
        if let last = runs.indices.last, runs[last].isVerbatim, runs[last].source.upperBound == source.lowerBound {
            runs[last].text = runs[last].text.lowerBound..<text.count
            runs[last].source = runs[last].source.lowerBound..<source.upperBound
        } else {
            runs.append(Run(text: low..<text.count, source: source, isVerbatim: true))
        }
    }

    private mutating func replace(_ source: Range<Int>, by new: some Sequence<UInt8>) {
        let low = text.count
        text.append(contentsOf: new)
        guard text.count > low else { return }
        runs.append(Run(text: low..<text.count, source: source, isVerbatim: false))
    }

    private mutating func replace(_ source: Range<Int>, by scalar: Unicode.Scalar) {
        replace(source, by: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}

// MARK: - Plain and quoted

extension ScalarSourceMap {
    private mutating func decodeFlow(inside range: Range<Int>, quote: UInt8) {
        guard range.count >= 2 else { return }
        emptyPlace = range.lowerBound + 1
        decodeFlow(range.lowerBound + 1..<range.upperBound - 1, quote: quote)
    }

    private mutating func decodeFlow(_ range: Range<Int>, quote: UInt8?) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = bytes[offset]
            if isBlank(byte) || isBreak(byte) {
                offset = decodeGap(from: offset, until: range.upperBound)
            } else if byte == UInt8(ascii: "'"), quote == byte {
                let end = min(offset + 2, range.upperBound)
                replace(offset..<end, by: CollectionOfOne(byte))
                offset = end
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                offset = decodeEscape(at: offset, until: range.upperBound)
            } else {
                copy(offset..<offset + 1)
                offset += 1
            }
        }
    }

    /// Blanks stay; with line breaks among them they fold into one blank, or a line break for each empty line.
    private mutating func decodeGap(from start: Int, until end: Int) -> Int {
        var offset = start
        var breaks = 0
        while offset < end, isBlank(bytes[offset]) || isBreak(bytes[offset]) {
            if isBreak(bytes[offset]) {
                breaks += 1
                offset = afterBreak(offset)
            } else {
                offset += 1
            }
        }
        offset = min(offset, end)
        switch breaks {
        case 0: copy(start..<offset)
        case 1: replace(start..<offset, by: CollectionOfOne(UInt8(ascii: " ")))
        default: replace(start..<offset, by: repeatElement(UInt8(ascii: "\n"), count: breaks - 1))
        }
        return offset
    }

    /// Decodes an escape of a double-quoted scalar (YAML 1.2.2 §5.7).
    ///
    /// - Returns: the offset behind it.
    private mutating func decodeEscape(at start: Int, until end: Int) -> Int {
        guard start + 1 < end else { return end }
        let letter = bytes[start + 1]
        if isBreak(letter) {
            // The break vanishes, and so do the blanks behind it; each empty line that follows stays a break.
            var offset = afterBreak(start + 1)
            var breaks = 0
            while offset < end, isBlank(bytes[offset]) || isBreak(bytes[offset]) {
                if isBreak(bytes[offset]) { breaks += 1 }
                offset = isBreak(bytes[offset]) ? afterBreak(offset) : offset + 1
            }
            replace(start..<offset, by: repeatElement(UInt8(ascii: "\n"), count: breaks))
            return offset
        }
        if let digits = Self.digits(letter) {
            let after = min(start + 2 + digits, end)
            replace(start..<after, by: Unicode.Scalar(hexadecimal(start + 2..<after)) ?? "\u{FFFD}")
            return after
        }
        let after = start + 2
        if let scalar = Self.escapes[letter] {
            replace(start..<after, by: scalar)
        } else {
            replace(start..<after, by: CollectionOfOne(letter))
        }
        return after
    }

    private static func digits(_ letter: UInt8) -> Int? {
        switch letter {
        case UInt8(ascii: "x"): 2
        case UInt8(ascii: "u"): 4
        case UInt8(ascii: "U"): 8
        default: nil
        }
    }

    /// Escapes that stand for another character than the one behind the backslash.
    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t",
        UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r",
        UInt8(ascii: "e"): "\u{1B}", UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}",
        UInt8(ascii: "L"): "\u{2028}", UInt8(ascii: "P"): "\u{2029}",
    ]

    private func hexadecimal(_ range: Range<Int>) -> UInt32 {
        UInt32(String(decoding: bytes[range], as: UTF8.self), radix: 16) ?? 0xFFFD
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private func isBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func afterBreak(_ offset: Int) -> Int {
        let isPair =
            bytes[offset] == UInt8(ascii: "\r") && offset + 1 < bytes.count
            && bytes[offset + 1] == UInt8(ascii: "\n")
        return offset + (isPair ? 2 : 1)
    }
}

// MARK: - JSON

extension ScalarSourceMap {
    private mutating func decodeJSON(inside range: Range<Int>) {
        guard range.count >= 2 else { return }
        let end = range.upperBound - 1
        var offset = range.lowerBound + 1
        emptyPlace = offset
        while offset < end {
            guard bytes[offset] == UInt8(ascii: "\\"), offset + 1 < end else {
                copy(offset..<offset + 1)
                offset += 1
                continue
            }
            let start = offset
            let letter = bytes[offset + 1]
            guard letter == UInt8(ascii: "u") else {
                offset += 2
                replace(start..<offset, by: Self.escapes[letter] ?? Unicode.Scalar(letter))
                continue
            }
            offset = min(offset + 6, end)
            var value = hexadecimal(start + 2..<offset)
            if (0xD800...0xDBFF).contains(value), offset + 6 <= end {
                value = 0x10000 + (value - 0xD800) << 10 + (hexadecimal(offset + 2..<offset + 6) & 0x3FF)
                offset += 6
            }
            replace(start..<offset, by: Unicode.Scalar(value) ?? "\u{FFFD}")
        }
    }
}

// MARK: - Literal and folded

extension ScalarSourceMap {
    private mutating func decodeBlock(from start: Int, isLiteral: Bool, expected: ArraySlice<UInt8>) {
        var lines = BlockLines(bytes: bytes, from: start)
        emptyPlace = lines.offset
        guard let indent = lines.indent(of: expected) else { return giveUp(expected) }
        lines.indent = indent

        var breakBefore: Range<Int>?
        var emptyLines = lines.skipEmptyLines()
        var lastWasBlank = false
        while lines.isAtContent, text.count < expected.count {
            let isBlank = isBlank(bytes[lines.offset])
            if let lineBreak = breakBefore, !isLiteral, !lastWasBlank, !isBlank {
                if emptyLines.isEmpty { replace(lineBreak, by: CollectionOfOne(UInt8(ascii: " "))) }
            } else if let lineBreak = breakBefore {
                replace(lineBreak, by: CollectionOfOne(UInt8(ascii: "\n")))
            }
            for line in emptyLines { replace(line, by: CollectionOfOne(UInt8(ascii: "\n"))) }
            lastWasBlank = isBlank
            let content = lines.content()
            copy(content)
            breakBefore = lines.takeBreak()
            emptyLines = lines.skipEmptyLines()
        }
        for line in [breakBefore].compactMap({ $0 }) + emptyLines where text.count < expected.count {
            replace(line, by: CollectionOfOne(UInt8(ascii: "\n")))
        }
        if !text.elementsEqual(expected) { giveUp(expected) }
    }

    /// The text as one run of the whole scalar.
    private mutating func giveUp(_ expected: ArraySlice<UInt8>) {
        isGivenUp = true
        text = []
        runs = []
        replace(whole, by: expected)
    }
}

/// The lines of a literal or folded scalar, behind its header.
private struct BlockLines {
    let bytes: [UInt8]
    var offset: Int
    var indent = 0
    private var column = 0

    init(bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        offset = start
        while offset < bytes.count, !isBreak { offset += 1 }
        if offset < bytes.count { _ = takeBreak() }
    }

    private var isBreak: Bool {
        bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "\r")
    }

    var isAtContent: Bool {
        offset < bytes.count && column == indent
    }

    /// How far the content is indented: the first line with text has that many blanks more here than in the text.
    func indent(of text: ArraySlice<UInt8>) -> Int? {
        var lines = self
        var rest = text
        while rest.first == UInt8(ascii: "\n") {
            rest = rest.dropFirst()
            while lines.offset < bytes.count, !lines.isBreak { lines.offset += 1 }
            guard lines.offset < bytes.count else { return rest.isEmpty ? Int.max : nil }
            _ = lines.takeBreak()
        }
        guard !rest.isEmpty else { return Int.max }
        let here = bytes[lines.offset...].prefix { $0 == UInt8(ascii: " ") }.count
        let there = rest.prefix { $0 == UInt8(ascii: " ") }.count
        return here > there ? here - there : nil
    }

    /// Steps over indentation and lines that hold nothing else.
    ///
    /// - Returns: these lines, each with its break.
    mutating func skipEmptyLines() -> [Range<Int>] {
        var lines: [Range<Int>] = []
        while true {
            let start = offset
            column = 0
            while offset < bytes.count, column < indent, bytes[offset] == UInt8(ascii: " ") {
                offset += 1
                column += 1
            }
            guard offset < bytes.count, isBreak else { return lines }
            _ = takeBreak()
            lines.append(start..<offset)
        }
    }

    /// Steps to the end of the line.
    mutating func content() -> Range<Int> {
        let start = offset
        while offset < bytes.count, !isBreak { offset += 1 }
        return start..<offset
    }

    /// Steps over a line break; nil at the end of the file.
    mutating func takeBreak() -> Range<Int>? {
        guard offset < bytes.count else { return nil }
        let start = offset
        let isPair =
            bytes[offset] == UInt8(ascii: "\r") && offset + 1 < bytes.count
            && bytes[offset + 1] == UInt8(ascii: "\n")
        offset += isPair ? 2 : 1
        column = 0
        return start..<offset
    }
}
