/// One file as it was read, with its lines.
package struct SourceFile: Sendable {
    package let id: FileID
    package let path: String
    package let bytes: [UInt8]
    let lines: LineTable

    package init(id: FileID, path: String, bytes: [UInt8]) {
        self.id = id
        self.path = path
        self.bytes = bytes
        lines = LineTable(bytes)
    }

    package var lineCount: Int {
        lines.starts.count
    }

    /// A span of the whole file.
    package var span: Span {
        Span(file: id, start: 0, end: bytes.count)
    }

    /// Line and column of a byte, both from one; the column counts Unicode scalars.
    ///
    /// A byte order mark takes no column. Offsets outside the file are moved to its nearer end.
    package func position(at offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        let line = lines.line(holding: offset)
        let start = max(lines.starts[line - 1], line == 1 ? byteOrderMarkCount : 0)
        guard start < offset else { return (line, 1) }
        return (line, 1 + lines.scalarCount(in: start..<offset, of: bytes))
    }

    /// The text of a line, from one, without its break and without a byte order mark; empty when there is no such line.
    ///
    /// Bytes that are no UTF-8 appear as U+FFFD.
    package func line(_ number: Int) -> String {
        guard let range = rangeOfLine(number) else { return "" }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// The bytes of a line, from one, without its break; nil when there is no such line.
    package func rangeOfLine(_ number: Int) -> Range<Int>? {
        guard number >= 1, number <= lines.starts.count else { return nil }
        let start = max(lines.starts[number - 1], number == 1 ? byteOrderMarkCount : 0)
        var end = number < lines.starts.count ? lines.starts[number] : bytes.count
        while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }

    var byteOrderMarkCount: Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }
}
