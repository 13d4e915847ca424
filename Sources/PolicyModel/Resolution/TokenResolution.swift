import PolicyDocument

/// Combines the `token` sections of levels.
enum TokenResolution {
    static func checks(
        _ stack: LevelStack,
        _ files: [PolicyFile],
        _ combining: inout Combining
    ) -> [TokenCheck] {
        var checks: [TokenCheck] = []
        for (mode, sections) in stack.combinations(\.token, head: \.head) {
            if let check = combine(sections, mode, &combining) { checks.append(check) }
        }
        return checks
    }

    private static func combine(
        _ sections: [TokenSection],
        _ mode: Mode,
        _ combining: inout Combining
    ) -> TokenCheck? {
        guard let inner = sections.last else { return nil }
        let key = inner.head.key
        let sources = combining.intersection(sections.compactMap(\.from), named: "token.from", key: name)
        let algorithms = combining.intersection(
            sections.compactMap(\.algorithms),
            named: "token.algorithms"
        ) { $0.rawValue }
        let keys = combining.intersection(sections.compactMap(\.keys), named: "token.keys") { $0.name }
        let audience = combining.intersection(sections.compactMap(\.audience), named: "token.audience") { $0 }
        let introspection = introspection(sections, &combining)
        let isOpaque = introspection != nil && algorithms == nil && keys == nil
        let isComplete =
            checkStated(sources, isOpaque ? nil : (algorithms, keys), key, &combining)
            && checkKinds(sections, &combining)
        let issuer = combining.equal(sections.compactMap(\.issuer), named: "token.issuer")
        let subject = combining.equal(sections.compactMap(\.subject), named: "token.subject")
        let expiry = combining.strictest(
            sections.map { ($0.expiry, $0.head) },
            default: .required,
            order: [.required, .optional],
            named: "expiry"
        )
        let closes = combining.strictest(
            sections.map { ($0.atExpiry, $0.head) },
            default: .close,
            order: [.close, .ignore],
            named: "atExpiry"
        )
        let absent = combining.strictest(
            sections.map { ($0.absent, $0.head) },
            default: .deny,
            order: [.deny, .allow],
            named: "absent"
        )
        let skew = combining.smallest(sections.compactMap(\.clockSkew), named: "clockSkew")
        let lifetime = combining.smallest(sections.compactMap(\.lifetime), named: "lifetime")
        guard isComplete, let sources, let expiry, let closes, let absent else { return nil }
        var check = TokenCheck(
            mode: mode,
            span: key,
            sources: sources,
            absent: absent,
            algorithms: algorithms ?? Located([], at: introspection?.url.span ?? key),
            keys: keys ?? Located([], at: introspection?.url.span ?? key),
            issuer: issuer,
            audience: audience,
            expiryRequired: Located(expiry.value == .required, at: expiry.span),
            clockSkew: skew ?? Located(LimitDefaults.clockSkew, at: key),
            lifetime: lifetime,
            subject: subject ?? Located(["sub"], at: key),
            claims: sections.compactMap(\.claims),
            closesAtExpiry: Located(closes.value == .close, at: closes.span)
        )
        check.revoked = sections.compactMap(\.revoked)
        check.revokedShared = revokedShared(sections, &combining)
        check.renewal = combining.equal(sections.compactMap(\.renew), named: "token.renew")
        check.introspection = introspection
        return check
    }

    /// Where the outermost level that asks for the shared list does; all below it have it too.
    private static func revokedShared(_ sections: [TokenSection], _ combining: inout Combining) -> Span? {
        var kept: Span?
        for word in sections.compactMap(\.revokedShared) {
            if word.value {
                kept = kept ?? word.span
            } else if let kept {
                combining.loosenings.append(
                    Loosening(kind: .withoutEffect, inner: word.span, outer: kept, what: "`shared: false`")
                )
            }
        }
        return kept
    }

    private static func introspection(
        _ sections: [TokenSection],
        _ combining: inout Combining
    ) -> TokenSection.Introspection? {
        let stated = sections.compactMap { $0.introspection?.value }
        let url = combining.equal(stated.map(\.url), named: "token.introspection.url")
        let cache = combining.smallest(stated.compactMap(\.cache), named: "token.introspection.cache")
        return url.map { TokenSection.Introspection(url: $0, cache: cache) }
    }

    /// The outermost level that says how tokens are believed says for which kinds of them: an inner one adds none.
    private static func checkKinds(_ sections: [TokenSection], _ combining: inout Combining) -> Bool {
        guard let outer = sections.first(where: { $0.keys != nil || $0.introspection != nil }) else { return true }
        for section in sections {
            if let span = section.introspection?.span, outer.introspection == nil {
                combining.diagnostics.error(
                    "token-introspection",
                    .init("an outer level believes signed tokens alone"),
                    at: span,
                    labels: [.init("by these keys", at: outer.keys?.span ?? outer.head.key)],
                    help: "a level only ever narrows what levels around it allow: name `introspection` out there"
                )
                return false
            }
            if let span = section.keys?.span, outer.keys == nil {
                combining.diagnostics.error(
                    "token-key",
                    .init("an outer level believes only tokens that are asked about"),
                    at: span,
                    labels: [.init("here", at: outer.introspection?.span ?? outer.head.key)],
                    help: "a level only ever narrows what levels around it allow: name `keys` out there"
                )
                return false
            }
        }
        return true
    }

    /// A renewal whose message no route has would never be taken.
    static func checkRenewals(_ routes: [ResolvedRoute], _ combining: inout Combining) {
        var isFound: [Span: Bool] = [:]
        for route in routes {
            for renewal in route.tokens.compactMap(\.renewal) {
                isFound[renewal.span] = isFound[renewal.span] == true || route.type(of: renewal.value) != nil
            }
        }
        for (span, isFound) in isFound where !isFound {
            combining.diagnostics.error(
                "renew-type",
                .init("no route has a message of the type that `renew` names"),
                at: span,
                help: "list it in `messages.types`, with the schema of the message that brings the token"
            )
        }
    }

    private static func checkStated(
        _ sources: Located<[Located<TokenSection.Source>]>?,
        _ signed: (
            algorithms: Located<[Located<TokenSection.Algorithm>]>?, keys: Located<[Located<TokenSection.Key>]>?
        )?,
        _ key: Span,
        _ combining: inout Combining
    ) -> Bool {
        let stated: [(isThere: Bool, id: String, message: String, help: String)] = [
            (
                sources.map { !$0.value.isEmpty } ?? false, "token-source", "`token` says where a token stands: `from`",
                "as `from: [{ header: Authorization }]`"
            ),
            (
                signed.map { $0.algorithms?.value.isEmpty == false } ?? true, "algorithms-missing",
                "`token` pins no algorithm: `algorithms`",
                "as `algorithms: [HS256]`; a token must never choose how it is verified (RFC 8725 §3.1)"
            ),
            (
                signed.map { $0.keys?.value.isEmpty == false } ?? true, "token-key", "`token` names no key: `keys`",
                "as `keys: [{ env: JWT_KEY }]`"
            ),
        ]
        for entry in stated where !entry.isThere {
            combining.diagnostics.error(entry.id, .init(entry.message), at: key, help: entry.help)
        }
        return stated.allSatisfy(\.isThere)
    }

    private static func name(_ source: TokenSection.Source) -> String {
        switch source {
        case .query(let name): "query: \(name)"
        case .header(let name): "header: \(name)"
        case .cookie(let name): "cookie: \(name)"
        case .subprotocol(let prefix): "subprotocol: \(prefix)"
        case .message(let pointer): "message: \(pointer.joined(separator: "/"))"
        }
    }
}
