import PolicyDocument
import WebSocketProtocol

/// Reads `transport` and `clients`.
enum TransportReading {
    static func transport(_ node: Node, key: Span, _ context: ReadingContext) -> TransportSection? {
        guard let reader = MappingReader(node, PolicyKeys.transport, context) else { return nil }
        var section = TransportSection(head: reader.head(key: key))
        section.tls = reader.word("tls")
        section.hosts = reader.list("hosts", host)
        section.trustedProxies = reader.list("trustedProxies", prefix)
        section.clientAddress = reader.word("clientAddress")
        if let source = section.clientAddress, source.value == .proxyProtocol {
            context.error(
                "not-enforced",
                "`clientAddress: proxyProtocol` is not enforced by this version",
                at: source.span
            )
        }
        if context.isInRoute {
            for name in ["trustedProxies", "clientAddress"] {
                guard let span = reader.keySpan(name) else { continue }
                context.error(
                    "top-level-only",
                    "`\(name)` belongs to the top level: the client's address is found before the path is looked at",
                    at: span
                )
            }
        }
        return section
    }

    static func clients(_ node: Node, key: Span, _ context: ReadingContext) -> ClientsSection? {
        guard let reader = MappingReader(node, PolicyKeys.clients, context) else { return nil }
        var section = ClientsSection(head: reader.head(key: key))
        section.allow = reader.list("allow", prefix)
        section.deny = reader.list("deny", prefix)
        return section
    }

    /// An address or a block of addresses.
    static func prefix(_ node: Node, _ context: ReadingContext) -> AddressPrefix? {
        guard let text = Words.text(node, context) else { return nil }
        if let prefix = AddressPrefix(parsing: text) { return prefix }
        context.error(
            "wrong-address",
            "\(ReadingContext.shown(node)) is no address and no block of addresses",
            at: node.span,
            help: text.contains("%")
                ? "an address of a policy has no zone"
                : "write an address or a block, as `192.0.2.0/24` or `2001:db8::/32`"
        )
        return nil
    }

    /// A Host name with an optional port.
    private static func host(_ node: Node, _ context: ReadingContext) -> HostPattern? {
        guard let text = Words.text(node, context) else { return nil }
        if text.contains("://") {
            context.error(
                "wrong-host",
                "\(ReadingContext.shown(node)) is an origin, not a host",
                at: node.span,
                help: "write the host alone, as `api.example`"
            )
            return nil
        }
        let ascii = InternationalName.aLabels(text) ?? text
        let bytes = Array(ascii.utf8)
        guard let field = HostField.parse(bytes.span) else {
            context.error(
                "wrong-host",
                "\(ReadingContext.shown(node)) is no host",
                at: node.span,
                help: "write a name or an address, with a port where it matters: `api.example`, `[::1]:8080`"
            )
            return nil
        }
        return HostPattern(
            name: String(decoding: field.canonicalHost(in: bytes.span), as: UTF8.self),
            port: field.port,
            written: text
        )
    }
}
