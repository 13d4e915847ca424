/// The entries of X-Forwarded-For from the right, over all its lines: the nearest hop's word first.
///
/// All lines count as one list in their order. An empty entry is unreadable, not absent: a hop that wrote nothing did not
/// vouch for what stands left of it.
package struct ForwardedForHops {
    private var line: Int
    private var rest: Range<Int>?

    /// Walks the entries of a request.
    package init(_ request: borrowing HandshakeRequest) {
        line = request.fields.count
    }

    /// The next entry to the left, nil when there are no more.
    package mutating func next(in request: borrowing HandshakeRequest) -> ForwardedHop? {
        let range: Range<Int>
        if let rest {
            range = rest
        } else {
            guard let place = request.previousField(.forwardedFor, before: line) else { return nil }
            line = place
            range = request.fields[place].value
        }
        let bytes = request.span
        var start = range.upperBound
        while start > range.lowerBound, bytes[start &- 1] != 0x2C { start &-= 1 }
        rest = start > range.lowerBound ? range.lowerBound..<(start &- 1) : nil
        return ForwardedHop(bytes, in: bytes.trimmed(start..<range.upperBound))
    }
}
