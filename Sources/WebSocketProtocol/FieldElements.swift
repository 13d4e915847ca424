/// The elements of a comma-separated field over all its lines, in order (RFC 9110 §5.6.1).
///
/// Blanks around an element are not part of it, empty elements are passed over: `a,b`, two lines `a` and `b`, and
/// `a , b ,` are the same. It knows no quoted strings: use it for lists of tokens.
package struct FieldElements {
    private let kind: HandshakeFieldName
    private var line: Int
    private var rest: Range<Int>?

    /// Walks the lines of `kind`, the first of which stands at the place `firstLine` of `HandshakeRequest.fields` or later.
    package init(_ kind: HandshakeFieldName, firstLine: Int = 0) {
        self.kind = kind
        line = firstLine
    }

    /// The next element that is not empty, nil at the end of the last line.
    package mutating func next(in request: borrowing HandshakeRequest) -> Range<Int>? {
        let bytes = request.span
        while true {
            if let range = rest {
                let comma = bytes.firstIndex(of: 0x2C, in: range)
                let element = bytes.trimmed(range.lowerBound..<(comma ?? range.upperBound))
                rest = comma.map { ($0 &+ 1)..<range.upperBound }
                if !element.isEmpty { return element }
            } else {
                guard let place = request.nextField(kind, from: line) else { return nil }
                rest = request.fields[place].value
                line = place &+ 1
            }
        }
    }
}
