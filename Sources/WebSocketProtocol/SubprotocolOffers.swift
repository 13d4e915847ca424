/// The subprotocols that a client offers, in its order, over all Sec-WebSocket-Protocol lines (RFC 6455 §4.2.1).
///
/// `p1,p2`, two lines `p1` and `p2`, and `p1 , p2 ,` are the same offers. Names compare with case.
package struct SubprotocolOffers {
    /// One offer.
    package struct Offer: Equatable, Sendable {
        /// The name, a range of the request's bytes; never empty.
        package let name: Range<Int>
        /// Whether the name is a token of RFC 9110 §5.6.2; one that is none can never be selected.
        package let isToken: Bool
    }

    private var elements: FieldElements

    /// Walks the offers.
    ///
    /// - Parameter firstLine: a place in `HandshakeRequest.fields` before which no Sec-WebSocket-Protocol line stands.
    package init(firstLine: Int = 0) {
        elements = FieldElements(.subprotocol, firstLine: firstLine)
    }

    /// The next offer, nil at the end.
    package mutating func next(in request: borrowing HandshakeRequest) -> Offer? {
        guard let name = elements.next(in: request) else { return nil }
        return Offer(name: name, isToken: ASCII.isToken(request.span, in: name))
    }
}
