import PolicyModel

/// The path of a request, segment by segment.
struct PathText {
    /// Decoded; nil where a segment cannot be, or could mean another path than it looks.
    let segments: [[UInt8]]?

    init(_ path: [UInt8]) {
        let pieces = ByteText.split(path.isEmpty ? [] : Array(path.dropFirst()), at: "/")
        var decoded: [[UInt8]] = []
        for (place, piece) in pieces.enumerated() {
            guard let text = ByteText.percentDecoded(piece), !Self.isSuspicious(piece, text),
                !text.isEmpty || place == pieces.count - 1
            else {
                segments = nil
                return
            }
            decoded.append(text)
        }
        segments = decoded
    }

    private static func isSuspicious(_ written: [UInt8], _ decoded: [UInt8]) -> Bool {
        // Only an encoded slash can be left in a segment.
        if decoded.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 < 0x20 || $0 == 0x7F }) {
            return true
        }
        let withoutParameters = Array(decoded.prefix { $0 != UInt8(ascii: ";") })
        return withoutParameters == Array(".".utf8) || withoutParameters == Array("..".utf8)
    }

    func matches(_ pattern: PathPattern) -> Bool {
        guard var rest = segments.map({ $0[...] }) else { return false }
        for wanted in pattern.segments {
            switch wanted {
            case .literal(let text):
                guard rest.popFirst() == Array(text.utf8) else { return false }
            case .parameter:
                guard let segment = rest.popFirst(), !segment.isEmpty else { return false }
            case .rest:
                return !rest.isEmpty
            }
        }
        return rest.isEmpty
    }
}
