/// The segments of a path between its slashes: `/ws/prices` gives `ws` and `prices`, `/ws/` gives `ws` and an empty one.
///
/// Segments are cut while encoded and compared after percent-decoding: `/%77s` is `/ws`. What decoding could turn into another
/// path, an encoded slash above all, makes a path suspicious instead, and such a path matches nothing. The path of an absolute
/// form that has none counts as `/`.
package struct PathSegments {
    private let end: Int
    private var next: Int?

    /// Walks the segments of a path.
    ///
    /// - Parameter path: `RequestTarget.path`.
    package init(_ path: Range<Int>) {
        end = path.upperBound
        next = path.isEmpty ? path.lowerBound : path.lowerBound &+ 1
    }

    /// The next segment, still encoded; nil at the end.
    package mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        guard let start = next else { return nil }
        guard let slash = bytes.firstIndex(of: 0x2F, in: start..<end) else {
            next = nil
            return start..<end
        }
        next = slash &+ 1
        return start..<slash
    }

    /// What is left of the path behind the last segment given, slashes within; nil when nothing is.
    ///
    /// This is what `{name...}` takes.
    package var remainder: Range<Int>? { next.map { $0..<end } }
}

extension PathSegments {
    /// Whether servers behind could read the path as another one than it looks; such a path is refused as pathForbidden.
    ///
    /// Suspicious are: an empty segment but the last (`//`), `.` and `..` also encoded and also with parameters (`..;x`), a
    /// backslash or an encoded one, an encoded slash, an encoded NUL or other control character, and a percent sign without
    /// two hexadecimal digits.
    package static func isSuspicious(_ path: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        var segments = PathSegments(path)
        while let segment = segments.next(in: bytes) {
            if segment.isEmpty, segments.remainder != nil { return true }
            if isSuspicious(segment: segment, in: bytes) { return true }
        }
        return false
    }

    private static func isSuspicious(segment: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        var dots = 0
        var isDotsOnly = true
        var isParameter = false
        var reader = PercentReader(segment)
        while let step = reader.next(in: bytes) {
            let byte: UInt8
            switch step {
            case .malformed: return true
            case .plain(let value): byte = value
            case .encoded(let value):
                byte = value
                if byte == 0x2F || byte < 0x20 || byte == 0x7F { return true }
            }
            if byte == 0x5C { return true }
            if byte == 0x3B { isParameter = true }
            guard !isParameter else { continue }
            if byte == 0x2E { dots &+= 1 } else { isDotsOnly = false }
        }
        return isDotsOnly && (dots == 1 || dots == 2)
    }

    /// Whether a segment decodes to `decoded`; every escape is decoded.
    ///
    /// - Parameters:
    ///   - segment: what `next(in:)` gave.
    ///   - decoded: the bytes that a policy means.
    ///   - bytes: the buffer of the request.
    /// - Returns: whether they are equal, with case.
    package static func equals(_ segment: Range<Int>, decoded: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        PercentReader.equals(segment, decoded: decoded, in: bytes)
    }
}
