package import PolicyDocument
package import WebSocketProtocol

/// `transport`: how a handshake must arrive, and who may speak for its client.
package struct TransportSection: Sendable {
    package enum TLS: String, Sendable, CaseIterable {
        case required, optional
    }

    package enum ClientAddressSource: String, Sendable, CaseIterable {
        case peer, forwardedFor, forwarded, proxyProtocol
    }

    package var head: SectionHead
    package var tls: Located<TLS>?
    /// Accepted Host names, lower case, A-labels; with a port only where the author gave one.
    package var hosts: Located<[Located<HostPattern>]>?
    package var trustedProxies: Located<[Located<AddressPrefix>]>?
    package var clientAddress: Located<ClientAddressSource>?

    package init(head: SectionHead) {
        self.head = head
    }
}

/// One accepted Host: a name or address, and a port where the policy names one.
package struct HostPattern: Sendable, Equatable {
    /// Lower-case ASCII: A-labels, or the canonical text of an address (IPv6 in brackets).
    package let name: String
    /// nil: any port.
    package let port: UInt16?
    /// As the author wrote it.
    package let written: String

    package init(name: String, port: UInt16?, written: String) {
        self.name = name
        self.port = port
        self.written = written
    }
}

/// `clients`: address lists, after the client's address has been resolved; `deny` beats `allow`.
package struct ClientsSection: Sendable {
    package var head: SectionHead
    package var allow: Located<[Located<AddressPrefix>]>?
    package var deny: Located<[Located<AddressPrefix>]>?

    package init(head: SectionHead) {
        self.head = head
    }
}
