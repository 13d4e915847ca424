import PolicyDocument
import WebSocketProtocol

/// Reads `token` and `subprotocols`.
enum TokenReading {
    static func section(_ node: Node, key: Span, _ context: ReadingContext) -> TokenSection? {
        guard let reader = MappingReader(node, PolicyKeys.token, context) else { return nil }
        var section = TokenSection(head: reader.head(key: key))
        section.from = reader.list("from", source)
        section.absent = reader.word("absent")
        section.algorithms = reader.list("algorithms", algorithm)
        section.keys = reader.list("keys", TokenReading.key)
        section.issuer = reader.value("issuer", Words.text)
        section.audience = reader.list("audience", Words.text)
        section.expiry = reader.word("expiry")
        section.clockSkew = reader.value("clockSkew", QuantityReading.duration)
        if let skew = section.clockSkew, skew.value > .seconds(300) {
            context.error("clock-skew", "`clockSkew` is at most 5m", at: skew.span)
        }
        section.lifetime = reader.value("lifetime", QuantityReading.duration)
        section.subject = reader.value("subject", PointerReading.tokens)
        section.claims = reader.value("claims", SchemaValue.read)
        section.atExpiry = reader.word("atExpiry")
        section.renew = reader.value("renew", renewal)
        section.introspection = reader.value("introspection", introspection)
        if let revoked = reader["revoked"], let list = MappingReader(revoked, PolicyKeys.revoked, context) {
            section.revoked = list.value("file", Words.text).map { path in
                Located(RelativePath.resolved(path.value, against: context.path), at: path.span)
            }
            section.revokedShared = list.value("shared", Words.boolean)
            if list["file"] == nil, list["shared"] == nil || section.revokedShared?.value == false {
                context.error(
                    "token-revoked",
                    "`revoked` needs the `file` that lists who is refused, or `shared: true`",
                    at: revoked.span
                )
            }
        }
        checkAlgorithms(section, context)
        return section
    }

    private static func renewal(_ node: Node, _ context: ReadingContext) -> TokenSection.Renewal? {
        guard let reader = MappingReader(node, PolicyKeys.renew, context) else { return nil }
        guard reader["type"] != nil, reader["message"] != nil else {
            context.error(
                "token-renew",
                "`renew` names the `type` of a message, and where in that `message` the token stands",
                at: node.span,
                help: "as `renew: { type: auth.renew, message: /token }`"
            )
            return nil
        }
        guard let type = reader.value("type", Words.text), let pointer = reader.value("message", PointerReading.tokens)
        else { return nil }
        return TokenSection.Renewal(type: type.value, pointer: pointer.value)
    }

    private static func introspection(_ node: Node, _ context: ReadingContext) -> TokenSection.Introspection? {
        guard let reader = MappingReader(node, PolicyKeys.introspection, context) else { return nil }
        guard let place = reader["url"] else {
            context.error(
                "token-introspection",
                "`introspection` needs the `url` that is asked about tokens",
                at: node.span,
                help: "as `introspection: { url: https://auth.example/introspect, cache: 30s }`"
            )
            return nil
        }
        let cache = reader.value("cache", QuantityReading.duration)
        if let cache, cache.value > .seconds(3600) {
            context.error(
                "token-introspection",
                "`cache` is at most 1h",
                at: cache.span,
                help: "for so long nobody notices that a token was taken back"
            )
            return nil
        }
        guard let text = Words.text(place, context),
            let url = address(text, at: place.span, "token-introspection", context)
        else { return nil }
        return TokenSection.Introspection(url: Located(url.text, at: place.span), cache: cache)
    }

    private static func checkAlgorithms(_ section: TokenSection, _ context: ReadingContext) {
        guard let algorithms = section.algorithms?.value, let first = algorithms.first else { return }
        if let other = algorithms.first(where: { $0.value.isSymmetric != first.value.isSymmetric }) {
            context.error(
                "mixed-algorithms",
                "`\(other.value.rawValue)` and `\(first.value.rawValue)` need keys of different kinds",
                at: other.span,
                labels: [.init("the first one stands here", at: first.span)],
                help: "a public key must never be taken for a shared secret (RFC 8725 §3.1): list one kind"
            )
        }
    }

    private static func algorithm(_ node: Node, _ context: ReadingContext) -> TokenSection.Algorithm? {
        if node.text?.lowercased() == "none" {
            context.error(
                "algorithm-none",
                "`\(node.text ?? "")` accepts tokens that nobody signed",
                at: node.span,
                help: "list the algorithm that signs your tokens, as `HS256`"
            )
            return nil
        }
        return Words.read(node, as: TokenSection.Algorithm.self, context)
    }

    private static func source(_ node: Node, _ context: ReadingContext) -> TokenSection.Source? {
        guard let reader = MappingReader(node, PolicyKeys.tokenSource, context) else { return nil }
        guard node.entries.count == 1, let entry = node.entries.first, let name = entry.key.text else {
            context.error(
                "token-source",
                "an entry names one place: query, header, cookie, subprotocol or message",
                at: node.span
            )
            return nil
        }
        if name == "message" { return PointerReading.tokens(entry.value, context).map { .message($0) } }
        guard reader.table[name]?.isEnforced == true, let value = Words.text(entry.value, context) else { return nil }
        let bytes = Array(value.utf8)
        switch name {
        case "query": return .query(value)
        case "header", "cookie", "subprotocol":
            guard ASCIIToken.isToken(bytes) else {
                context.error("token-source", "`\(value)` is no token of RFC 9110 §5.6.2", at: entry.value.span)
                return nil
            }
            switch name {
            case "header": return .header(value.lowercased())
            case "cookie": return .cookie(value)
            default: return .subprotocol(prefix: value)
            }
        default: return nil
        }
    }

    /// One key: where its bytes are, never what they are; nothing of a literal is echoed.
    private static func key(_ node: Node, _ context: ReadingContext) -> TokenSection.Key? {
        func literal(_ span: Span) -> TokenSection.Key? {
            var diagnostic = Diagnostic(
                .error,
                "literal-secret",
                .init("a key stands here as it is"),
                at: span,
                help: "name where it is kept, `env: NAME` or `file: ./path`, and take this key for known to others"
            )
            diagnostic.hidesText = true
            context.diagnostics.report(diagnostic)
            return nil
        }
        guard node.kind == .mapping else { return literal(node.span) }
        for entry in node.entries where PolicyKeys.tokenKey[entry.key.text ?? ""] == nil {
            return literal(entry.value.span)
        }
        guard let reader = MappingReader(node, PolicyKeys.tokenKey, context) else { return nil }
        let encoding: Located<TokenSection.KeyEncoding>? = reader.word("encoding")
        switch (reader["env"], reader["file"], reader["jwks"]) {
        case (nil, nil, let path?):
            return keySet(path, encoding, context)
        case (let name?, nil, nil):
            guard let text = Words.text(name, context) else { return nil }
            guard text.utf8.allSatisfy({ $0 != 0x3D && $0 > 0x20 && $0 < 0x7F }), text.utf8.count <= 200 else {
                return literal(name.span)
            }
            return TokenSection.Key(source: .env(text), encoding: encoding?.value ?? .raw)
        case (nil, let path?, nil):
            guard let text = Words.text(path, context) else { return nil }
            if text.contains("-----BEGIN") { return literal(path.span) }
            return TokenSection.Key(
                source: .file(RelativePath.resolved(text, against: context.path)),
                encoding: encoding?.value ?? .raw
            )
        default:
            context.error("token-key", "an entry names one place: `env`, `file` or `jwks`", at: node.span)
            return nil
        }
    }

    private static func keySet(
        _ path: Node,
        _ encoding: Located<TokenSection.KeyEncoding>?,
        _ context: ReadingContext
    ) -> TokenSection.Key? {
        guard let text = Words.text(path, context) else { return nil }
        if let encoding {
            context.error("token-key", "a key set says itself how its keys are written", at: encoding.span)
        }
        if text.contains("://") {
            return address(text, at: path.span, "token-key", context).map {
                TokenSection.Key(source: .remoteKeySet($0.text), encoding: .raw)
            }
        }
        return TokenSection.Key(source: .keySet(RelativePath.resolved(text, against: context.path)), encoding: .raw)
    }

    /// An `https:` address that the server will ask.
    private static func address(
        _ text: String,
        at span: Span,
        _ id: String,
        _ context: ReadingContext
    ) -> HTTPSAddress? {
        do throws(HTTPSAddress.Problem) { return try HTTPSAddress(parsing: text) } catch {
            var diagnostic = Diagnostic(
                .error,
                id,
                // A password in an address is no text to repeat.
                .init(error == .userInformation ? "the address \(error.rawValue)" : "`\(text)` \(error.rawValue)"),
                at: span,
                help: error == .notHTTPS
                    ? "whoever can change what comes back can let anybody in: use `https://`" : nil
            )
            diagnostic.hidesText = error == .userInformation
            context.diagnostics.report(diagnostic)
            return nil
        }
    }

    static func subprotocols(_ node: Node, key: Span, _ context: ReadingContext) -> SubprotocolsSection? {
        guard let reader = MappingReader(node, PolicyKeys.subprotocols, context) else { return nil }
        var section = SubprotocolsSection(head: reader.head(key: key))
        section.allow = reader.list("allow") { node, context in
            guard let text = Words.text(node, context) else { return nil }
            guard ASCIIToken.isToken(Array(text.utf8)) else {
                context.error(
                    "wrong-subprotocol",
                    "`\(text)` cannot be sent as a subprotocol",
                    at: node.span,
                    help: "a subprotocol is a token (RFC 9110 §5.6.2): no `/`, no `:`, no blanks"
                )
                return nil
            }
            return text
        }
        section.absent = reader.word("absent")
        return section
    }
}

/// Texts of RFC 9110 §5.6.2.
enum ASCIIToken {
    static func isToken(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
