/// The cookies of a request over all its Cookie lines, in order (RFC 6265 §5.4).
///
/// Lines are split on `;`, each pair at its first `=`, and blanks around name and value are cut off. A pair without `=` has an empty name, as browsers have it. Quotes around a value belong to it.
package struct CookiePairs {
    /// One cookie, ranges of the request's bytes.
    package struct Pair: Equatable, Sendable {
        package let name: Range<Int>
        package let value: Range<Int>
    }

    private var line: Int
    private var rest = 0..<0

    /// Walks the cookies.
    ///
    /// - Parameter firstLine: a place in `HandshakeRequest.fields` before which no Cookie line stands.
    package init(firstLine: Int = 0) {
        line = firstLine
    }

    /// The next cookie, nil at the end of the last line; empty pairs are passed over.
    package mutating func next(in request: borrowing HandshakeRequest) -> Pair? {
        let bytes = request.span
        while true {
            while !rest.isEmpty {
                let end = bytes.firstIndex(of: 0x3B, in: rest) ?? rest.upperBound
                let pair = bytes.trimmed(rest.lowerBound..<end)
                rest = min(end &+ 1, rest.upperBound)..<rest.upperBound
                guard !pair.isEmpty else { continue }
                guard let equals = bytes.firstIndex(of: 0x3D, in: pair) else {
                    return Pair(name: pair.lowerBound..<pair.lowerBound, value: pair)
                }
                return Pair(
                    name: bytes.trimmed(pair.lowerBound..<equals),
                    value: bytes.trimmed((equals &+ 1)..<pair.upperBound)
                )
            }
            guard let place = request.nextField(.cookie, from: line) else { return nil }
            rest = request.fields[place].value
            line = place &+ 1
        }
    }

    /// The values of one cookie in a request.
    ///
    /// - Parameters:
    ///   - name: the cookie's name, compared with case.
    ///   - request: the request.
    ///   - firstLine: a place in `HandshakeRequest.fields` before which no Cookie line stands.
    /// - Returns: how many there are, and the first value.
    package static func occurrences(
        of name: Span<UInt8>,
        in request: borrowing HandshakeRequest,
        firstLine: Int = 0
    ) -> Occurrences {
        var found = Occurrences()
        let bytes = request.span
        var cookies = CookiePairs(firstLine: firstLine)
        while let cookie = cookies.next(in: request) {
            if bytes.equals(name, in: cookie.name) { found.note(cookie.value) }
        }
        return found
    }
}
