import PolicyDocument
import WebSocketProtocol

/// Handshake checks that stay a list: one a level, all must pass.
enum HandshakeResolution {
    static func clients(_ stack: LevelStack) -> [ClientsCheck] {
        stack.sections(\.clients, head: \.head).map { section, mode in
            ClientsCheck(
                mode: mode,
                allow: section.allow,
                deny: section.deny?.value ?? [],
                span: section.head.key
            )
        }
    }

    /// A level that writes `transport` and leaves `tls` out requires it; without any such level it is required too.
    static func tls(_ stack: LevelStack) -> [TLSCheck] {
        let sections = stack.sections(\.transport, head: \.head)
        guard !sections.isEmpty else { return [TLSCheck(mode: .enforce, span: stack.defaultSpan)] }
        return sections.filter { ($0.section.tls?.value ?? .required) == .required }.map { section, mode in
            TLSCheck(mode: mode, span: section.tls?.span ?? section.head.key)
        }
    }

    static func hosts(_ stack: LevelStack) -> [HostsCheck] {
        stack.sections(\.transport, head: \.head).compactMap { section, mode in
            section.hosts.map { HostsCheck(mode: mode, hosts: $0.value, span: $0.span) }
        }
    }

    static func subprotocols(_ stack: LevelStack, _ combining: inout Combining) -> [SubprotocolsCheck] {
        let sections = stack.sections(\.subprotocols, head: \.head)
        _ = combining.intersection(sections.compactMap { $0.section.allow }, named: "subprotocols.allow") { $0 }
        return sections.compactMap { section, mode in
            guard let allow = section.allow else {
                combining.diagnostics.error(
                    "missing-subprotocols",
                    .init("`subprotocols` lists what it allows: `allow`"),
                    at: section.head.key
                )
                return nil
            }
            return SubprotocolsCheck(
                mode: mode,
                allow: allow.value,
                absent: section.absent ?? Located(.allow, at: section.head.key),
                span: allow.span
            )
        }
    }

    static func origins(
        _ stack: LevelStack,
        _ tokens: [TokenCheck],
        place: Span,
        _ combining: inout Combining
    ) -> [OriginsCheck] {
        let sections = stack.sections(\.origins, head: \.head)
        guard !sections.isEmpty else {
            requireOwnCredential(tokens, at: place, &combining)
            return []
        }
        let hasCookie = tokens.contains { token in
            token.sources.value.contains { source in
                if case .cookie = source.value { true } else { false }
            }
        }
        let hasHosts = stack.levels.contains { $0.transport?.hosts != nil }
        return sections.map { section, mode in
            if let same = section.sameOrigin, same.value, !hasHosts {
                combining.diagnostics.error(
                    "same-origin-without-hosts",
                    .init("`sameOrigin` needs `transport.hosts`"),
                    at: same.span,
                    help: "any name can be made to point here: list the names under which the server is reached"
                )
            }
            if section.any == nil, section.allow == nil, section.sameOrigin == nil {
                combining.diagnostics.error(
                    "missing-origins",
                    .init("`origins` says whom it admits: `allow` or `sameOrigin`"),
                    at: section.head.key,
                    help: "`allow: []` admits no browser"
                )
            }
            if hasCookie {
                for entry in section.allow?.value ?? [] where entry.value.form == .null || entry.value.form == .file {
                    combining.diagnostics.error(
                        "opaque-origin-with-cookie",
                        .init("`\(entry.value.written)` and a cookie that authenticates let any page in"),
                        at: entry.span,
                        help: "every site can make a frame whose origin is null, and every local page is file:"
                    )
                }
            }
            return OriginsCheck(
                mode: mode,
                everySite: section.any != nil
                    || section.allow?.value.contains { $0.value.form == .everySite } == true,
                allow: section.allow?.value ?? [],
                sameOrigin: section.sameOrigin?.value ?? false,
                absent: section.absent ?? Located(.deny, at: section.head.key),
                span: section.allow?.span ?? section.head.key
            )
        }
    }

    /// Without `origins` only a token that no browser attaches by itself keeps other sites' pages out.
    private static func requireOwnCredential(
        _ tokens: [TokenCheck],
        at place: Span,
        _ combining: inout Combining
    ) {
        let isSafe = tokens.contains { token in
            token.mode == .enforce && token.absent.value == .deny
                && token.sources.value.allSatisfy { source in
                    switch source.value {
                    case .query, .header, .subprotocol, .message: true
                    case .cookie: false
                    }
                }
        }
        guard !isSafe else { return }
        combining.diagnostics.error(
            "missing-origins",
            .init("no `origins`: a page of any site could open a connection in its visitor's name"),
            at: place,
            help: "list the origins that serve your pages under `origins.allow`"
        )
    }
}
