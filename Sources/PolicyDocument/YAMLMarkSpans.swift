/// Turns libyaml's marks into byte offsets of the file.
///
/// Marks count characters from the first one behind a byte order mark. The end mark of a block collection or a block
/// scalar is where the next token begins, behind blanks and comments; start marks include anchor and tag. None of that is
/// known outside this file.
struct YAMLMarkSpans {
    private let bytes: [UInt8]
    private let start: Int
    /// The offset of every 64th character; empty when the text is ASCII and characters are bytes.
    private var checkpoints: [Int] = []

    private static let stride = 64

    init(_ bytes: [UInt8], check: EncodingCheck) {
        self.bytes = bytes
        start = check.start
        guard !check.isASCII else { return }
        var character = 0
        for offset in start..<bytes.count where bytes[offset] & 0xC0 != 0x80 {
            if character % Self.stride == 0 { checkpoints.append(offset) }
            character += 1
        }
    }

    /// The byte at which a mark stands, at most one past the last.
    func offset(of mark: YAMLMark) -> Int {
        guard let last = checkpoints.indices.last else { return min(start + mark.character, bytes.count) }
        let checkpoint = min(mark.character / Self.stride, last)
        var offset = checkpoints[checkpoint]
        for _ in 0..<min(mark.character - checkpoint * Self.stride, bytes.count) {
            guard offset < bytes.count else { break }
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        }
        return offset
    }

    /// What stands before a node's own bytes.
    struct Properties {
        /// From `&` to the end of the name.
        var anchor: Range<Int>?
        var tag: Range<Int>?
        /// The node's first byte.
        var content: Int
    }

    /// Steps over a node's anchor and tag, and over blanks and comments between them.
    func properties(from start: Int, to end: Int) -> Properties {
        var found = Properties(content: end)
        var offset = start
        while offset < end {
            let word = offset
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                offset += 1
            case UInt8(ascii: "#"):
                while offset < end, !Self.isBreak(bytes[offset]) { offset += 1 }
            case UInt8(ascii: "!") where found.tag == nil:
                let isVerbatim = offset + 1 < end && bytes[offset + 1] == UInt8(ascii: "<")
                while offset < end, isVerbatim ? bytes[offset] != UInt8(ascii: ">") : !endsWord(at: offset) {
                    offset += 1
                }
                offset = min(offset + (isVerbatim ? 1 : 0), end)
                found.tag = word..<offset
            case UInt8(ascii: "&") where found.anchor == nil:
                offset += 1
                while offset < end, Self.isAnchorName(bytes[offset]) { offset += 1 }
                found.anchor = word..<offset
            default:
                found.content = offset
                return found
            }
        }
        return found
    }

    private func endsWord(at offset: Int) -> Bool {
        Self.endsAnchor(bytes[offset])
    }

    /// One past the last byte of a literal or folded scalar that is not blank.
    ///
    /// `start` is at the `|` or `>`, `end` where libyaml says that the scalar ends.
    func blockScalarEnd(from start: Int, to end: Int) -> Int {
        let header = blockHeaderEnd(from: start)
        var line = header
        while line < end, !Self.isBreak(bytes[line]) { line += 1 }
        var last = end
        while last > line, Self.isBlankOrBreak(bytes[last - 1]) { last -= 1 }
        return last > line ? last : header
    }

    /// One past the indicators of a literal's or folded scalar's header: `|2-` has three bytes.
    func blockHeaderEnd(from start: Int) -> Int {
        var offset = min(start + 1, bytes.count)
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): offset += 1
            default: return offset
            }
        }
        return offset
    }

    /// The `?` that introduces a key, if one stands behind the end of what was read before.
    func questionMark(before start: Int, behind end: Int) -> Int? {
        var offset = end
        while offset < start {
            switch bytes[offset] {
            case UInt8(ascii: "?"): return offset
            case UInt8(ascii: "#"): while offset < start, !Self.isBreak(bytes[offset]) { offset += 1 }
            default: offset += 1
            }
        }
        return nil
    }

    /// Whether an anchor's name ends before this byte for every YAML reader.
    static func endsAnchor(_ byte: UInt8) -> Bool {
        isBlankOrBreak(byte) || isFlowIndicator(byte)
    }

    /// libyaml's own choice, where YAML 1.2 takes everything but blanks and brackets.
    private static func isAnchorName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isBreak(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func isBlankOrBreak(_ byte: UInt8) -> Bool {
        isBreak(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isFlowIndicator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
        default: false
        }
    }
}
