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

    /// The first byte of a node behind its anchor and tag, blanks and comments between them skipped.
    func contentStart(from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                offset += 1
            case UInt8(ascii: "#"):
                while offset < end, !Self.isBreak(bytes[offset]) { offset += 1 }
            case UInt8(ascii: "!") where offset + 1 < end && bytes[offset + 1] == UInt8(ascii: "<"):
                while offset < end, bytes[offset] != UInt8(ascii: ">") { offset += 1 }
                offset = min(offset + 1, end)
            case UInt8(ascii: "&"), UInt8(ascii: "!"):
                while offset < end, !Self.isBlankOrBreak(bytes[offset]), !Self.isFlowIndicator(bytes[offset]) {
                    offset += 1
                }
            default:
                return offset
            }
        }
        return end
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

    /// Whether a key is introduced by a `?` of its own, that is, one behind the end of what was read before.
    func isExplicitKey(at start: Int, behind end: Int) -> Bool {
        var offset = end
        while offset < start {
            switch bytes[offset] {
            case UInt8(ascii: "?"): return true
            case UInt8(ascii: "#"): while offset < start, !Self.isBreak(bytes[offset]) { offset += 1 }
            default: offset += 1
            }
        }
        return false
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
