/// The segments of a path between its slashes: `/ws/prices` gives `ws` and `prices`, `/ws/` gives `ws` and an empty one.
///
/// Segments compare after percent-decoding of unreserved characters only (RFC 3986 §6.2.2): `/%77s` is `/ws`, while an
/// encoded reserved character stays apart from the plain one. The path of an absolute form that has none counts as `/`.
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

    /// Whether a segment is the one that `canonical` spells.
    ///
    /// - Parameters:
    ///   - segment: what `next(in:)` gave.
    ///   - canonical: what `canonicalSegment(of:)` made.
    ///   - bytes: the buffer of the request.
    /// - Returns: whether they are equal after decoding of unreserved characters.
    package static func equals(_ segment: Range<Int>, canonical: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        var place = 0
        var reader = PercentReader(segment)
        while let step = reader.next(in: bytes) {
            switch step {
            case .plain(let byte):
                guard place < canonical.count, canonical[place] == byte else { return false }
                place &+= 1
            case .encoded(let byte) where ASCII.isUnreserved(byte):
                guard place < canonical.count, canonical[place] == byte else { return false }
                place &+= 1
            case .encoded(let byte):
                guard place &+ 3 <= canonical.count, canonical[place] == 0x25,
                    canonical[place &+ 1] == ASCII.upperHex(byte &>> 4),
                    canonical[place &+ 2] == ASCII.upperHex(byte & 0xF)
                else { return false }
                place &+= 3
            case .malformed: return false
            }
        }
        return place == canonical.count
    }

    /// A hash of a segment, equal for every spelling of it.
    ///
    /// A hit must be confirmed by `equals(_:canonical:in:)`. The hash of a canonical segment is that of all its bytes.
    package static func hash(_ segment: Range<Int>, in bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
        var hash = seed ^ 0xCBF2_9CE4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var reader = PercentReader(segment)
        while let step = reader.next(in: bytes) {
            switch step {
            case .plain(let byte): take(byte)
            case .encoded(let byte) where ASCII.isUnreserved(byte): take(byte)
            case .encoded(let byte):
                take(0x25)
                take(ASCII.upperHex(byte &>> 4))
                take(ASCII.upperHex(byte & 0xF))
            case .malformed: take(0x25)
            }
        }
        return ByteHash.combine(seed, hash)
    }

    /// The canonical spelling of a segment that a policy writes; nil where a percent sign has not two hexadecimal digits.
    ///
    /// Unreserved characters are plain, escapes have capitals, and what no segment may hold unencoded (RFC 3986 §3.3) is
    /// encoded: bytes beyond ASCII, spaces, quotes, brackets and the like.
    package static func canonicalSegment(of text: String) -> [UInt8]? {
        var canonical: [UInt8] = []
        func encode(_ byte: UInt8) { canonical += [0x25, ASCII.upperHex(byte >> 4), ASCII.upperHex(byte & 0xF)] }
        let bytes = text.utf8Span.span
        var reader = PercentReader(bytes.indices)
        while let step = reader.next(in: bytes) {
            switch step {
            case .malformed: return nil
            case .encoded(let byte): if ASCII.isUnreserved(byte) { canonical.append(byte) } else { encode(byte) }
            case .plain(let byte): if ASCII.isPathCharacter(byte) { canonical.append(byte) } else { encode(byte) }
            }
        }
        return canonical
    }
}
