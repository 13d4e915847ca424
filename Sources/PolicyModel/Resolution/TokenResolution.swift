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
        let isComplete = checkStated(sources, algorithms, keys, key, &combining)
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
        guard isComplete, let sources, let algorithms, let keys, let expiry, let closes, let absent else { return nil }
        var check = TokenCheck(
            mode: mode,
            span: key,
            sources: sources,
            absent: absent,
            algorithms: algorithms,
            keys: keys,
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
        check.renewal = combining.equal(sections.compactMap(\.renew), named: "token.renew")
        return check
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
        _ algorithms: Located<[Located<TokenSection.Algorithm>]>?,
        _ keys: Located<[Located<TokenSection.Key>]>?,
        _ key: Span,
        _ combining: inout Combining
    ) -> Bool {
        let stated: [(isThere: Bool, id: String, message: String, help: String)] = [
            (
                sources.map { !$0.value.isEmpty } ?? false, "token-source", "`token` says where a token stands: `from`",
                "as `from: [{ header: Authorization }]`"
            ),
            (
                algorithms.map { !$0.value.isEmpty } ?? false, "algorithms-missing",
                "`token` pins no algorithm: `algorithms`",
                "as `algorithms: [HS256]`; a token must never choose how it is verified (RFC 8725 §3.1)"
            ),
            (
                keys.map { !$0.value.isEmpty } ?? false, "token-key", "`token` names no key: `keys`",
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
