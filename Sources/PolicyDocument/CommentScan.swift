/// Finds the comments of a YAML document: libyaml drops them, but every scalar's place is known exactly.
///
/// A `#` at a line's start or behind a blank begins a comment, unless a scalar holds it.
struct CommentScan {
    struct Comment: Equatable {
        /// From the `#` to the end of the line, without its break.
        let range: Range<Int>
        /// Whether only blanks stand before it on its line.
        let isAlone: Bool
    }

    private(set) var comments: [Comment] = []
    /// `#` behind something that is neither blank nor a line's start: a comment for libyaml, not for others.
    private(set) var glued: [Int] = []
    private let bytes: [UInt8]

    init(_ file: SourceFile, records: [Tree.Record]) {
        bytes = file.bytes
        var offset = file.byteOrderMarkCount
        for record in records where record.kind == .scalar && record.target < 0 {
            let start = Int(record.start)
            var resume = Int(record.end)
            scan(offset..<max(offset, start))
            if record.style == .literal || record.style == .folded {
                // A comment may stand in the header's line.
                let lineEnd = endOfLine(from: start)
                let indicators = bytes[min(start + 1, lineEnd)..<lineEnd].prefix(while: Self.isHeaderIndicator)
                scan(indicators.endIndex..<lineEnd)
                resume = max(lineEnd, resume)
            }
            offset = max(offset, resume)
        }
        scan(offset..<bytes.count)
    }

    private mutating func scan(_ gap: Range<Int>) {
        var offset = gap.lowerBound
        while offset < gap.upperBound {
            switch bytes[offset] {
            case UInt8(ascii: "#"):
                let end = min(endOfLine(from: offset), max(gap.upperBound, offset))
                if isComment(at: offset) {
                    let isAlone = bytes[startOfLine(of: offset)..<offset].allSatisfy(Self.isBlank)
                    comments.append(Comment(range: offset..<end, isAlone: isAlone))
                } else {
                    glued.append(offset)
                }
                offset = max(end, offset + 1)
            case UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "*"):
                // Tags, anchors and aliases may hold a `#`.
                while offset < gap.upperBound, !Self.endsWord(bytes[offset]) { offset += 1 }
            default:
                offset += 1
            }
        }
    }

    private func isComment(at offset: Int) -> Bool {
        offset == startOfLine(of: offset) || Self.isBlank(bytes[offset - 1])
    }

    private func startOfLine(of offset: Int) -> Int {
        var start = offset
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n"), bytes[start - 1] != UInt8(ascii: "\r") { start -= 1 }
        return start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? min(3, offset) : start
    }

    private func endOfLine(from offset: Int) -> Int {
        var end = offset
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
        return end
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isHeaderIndicator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
        default: byte <= UInt8(ascii: " ")
        }
    }
}

extension CommentScan {
    /// Reports each `#` that only some YAML readers take for a comment.
    static func report(in file: SourceFile, records: [Tree.Record], diagnostics: inout Diagnostics) {
        for offset in CommentScan(file, records: records).glued.prefix(DocumentLimits.errors) {
            diagnostics.error(
                "glued-comment",
                .glued,
                at: Span(file: file.id, start: offset, end: offset + 1),
                help: "put a blank before it where a comment is meant, or quote the text that it belongs to"
            )
        }
    }
}

extension Diagnostic.Message {
    fileprivate static var glued: Self { .init("a comment begins without a blank before its `#`") }
}
