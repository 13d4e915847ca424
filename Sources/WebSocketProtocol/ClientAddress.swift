/// Who the client of a handshake is, after the forwarded headers that may be believed.
package struct ClientAddress: Equatable, Sendable {
    /// The client; nil when it is unknown: an entry could not be read, or the connection has no address.
    package let address: IPAddress?
    /// The address under which limits count: the client, or the last hop that could be read.
    package let countedAs: IPAddress?

    package init(address: IPAddress?, countedAs: IPAddress?) {
        self.address = address
        self.countedAs = countedAs
    }
}

/// Where a policy takes the client's address from.
package enum ClientAddressSource: UInt8, Sendable {
    /// The other end of the connection; behind the PROXY protocol the host has put the client there.
    case peer
    /// X-Forwarded-For.
    case forwardedFor
    /// Forwarded, RFC 7239.
    case forwarded
}

/// The walk from the TCP peer over trusted hops to the client.
///
/// The caller says which hops are trusted, so that its table is asked without a closure:
///
///     var walk = ClientAddressWalk(request, source: .forwardedFor)
///     while let hop = walk.hop, trusted.contains(hop) { walk.advance(in: request) }
///     let client = walk.client
///
/// Forwarded headers count only behind a trusted peer. The first hop that is not trusted is the client. When all are, or no
/// header stands there, it is the left-most address. An entry that cannot be read stops the walk, and the client is unknown.
package struct ClientAddressWalk {
    /// The hop whose trust decides how the walk goes on; nil when it is at its end.
    package private(set) var hop: IPAddress?
    /// How many hops the caller found trusted.
    package private(set) var trustedHops = 0

    private let source: ClientAddressSource
    private var last: IPAddress?
    private var isUnknown: Bool
    private var forwardedFor: ForwardedForHops
    private var forwarded: ForwardedElements

    /// Begins at the peer.
    package init(_ request: borrowing HandshakeRequest, source: ClientAddressSource) {
        self.source = source
        hop = request.peer?.address
        last = hop
        isUnknown = hop == nil
        forwardedFor = ForwardedForHops(request)
        forwarded = ForwardedElements(request)
    }

    /// Goes on behind `hop`, which is trusted.
    package mutating func advance(in request: borrowing HandshakeRequest) {
        guard hop != nil else { return }
        trustedHops &+= 1
        hop = nil
        let next: ForwardedHop?
        switch source {
        case .peer: next = nil
        case .forwardedFor: next = forwardedFor.next(in: request)
        case .forwarded: next = forwarded.next(in: request)?.hop
        }
        switch next {
        case .address(let address):
            hop = address
            last = address
        case .hidden, .unreadable: isUnknown = true
        case nil: break
        }
    }

    /// Whether the TCP peer itself is trusted, so that its forwarded proto counts.
    package var isPeerTrusted: Bool { trustedHops > 0 }

    /// The client, once `hop` is nil or not trusted.
    package var client: ClientAddress { ClientAddress(address: isUnknown ? nil : last, countedAs: last) }
}

extension ClientAddress {
    /// The client of a request, the hops asked through a function; for tools and tests.
    package static func resolve(
        _ request: borrowing HandshakeRequest,
        source: ClientAddressSource,
        isTrusted: (IPAddress) -> Bool
    ) -> ClientAddress {
        var walk = ClientAddressWalk(request, source: source)
        while let hop = walk.hop, isTrusted(hop) { walk.advance(in: request) }
        return walk.client
    }
}
