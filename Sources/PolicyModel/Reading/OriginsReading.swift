import PolicyDocument
import WebSocketProtocol

/// Reads `origins`.
enum OriginsReading {
    static func section(_ node: Node, key: Span, _ context: ReadingContext) -> OriginsSection? {
        if node.kind == .scalar {
            guard node.text == "any" else {
                context.expected("`any` or a mapping", at: node, help: "list the origins under `allow`")
                return nil
            }
            var section = OriginsSection(head: SectionHead(key: key, span: node.span))
            section.any = Located(true, at: node.span)
            return section
        }
        guard let reader = MappingReader(node, PolicyKeys.origins, context) else { return nil }
        var section = OriginsSection(head: reader.head(key: key))
        section.allow = reader.list("allow", pattern)
        section.sameOrigin = reader.value("sameOrigin", Words.boolean)
        section.absent = reader.word("absent")
        return section
    }

    /// One entry of `allow`.
    static func pattern(_ node: Node, _ context: ReadingContext) -> OriginPattern? {
        guard node.kind == .scalar, let written = node.text, !written.isEmpty else {
            context.expected("an origin such as `https://app.example`", at: node)
            return nil
        }
        func wrong(_ message: String, help: String? = nil) -> OriginPattern? {
            context.error("wrong-origin", message, at: node.span, help: help)
            return nil
        }
        switch written {
        case "*": return OriginPattern(form: .everySite, written: written)
        case "null": return OriginPattern(form: .null, written: written)
        case "file:", "file://": return OriginPattern(form: .file, written: written)
        default: break
        }
        guard let colon = written.range(ofFirst: "://") else {
            context.error(
                "origin-without-scheme",
                "origin `\(written)` has no scheme",
                at: node.span,
                help: "write `https://\(written)`, or the scheme that its pages are served with"
            )
            return nil
        }
        let scheme = written[..<colon.lowerBound].lowercased()
        guard isScheme(scheme) else { return wrong("`\(scheme)` is no scheme") }
        var rest = written[colon.upperBound...]
        var hadPath = false
        if let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" || $0 == "#" }) {
            hadPath = true
            rest = rest[..<end]
        }
        guard !rest.contains("@") else {
            return wrong("an origin has no user: `\(written)`", help: "leave out what stands before `@`")
        }
        guard !rest.contains("%") else { return wrong("an address of an origin has no zone: `\(written)`") }
        return tuple(scheme, String(rest), written, hadPath, node, context)
    }

    private static func tuple(
        _ scheme: String,
        _ authority: String,
        _ written: String,
        _ hadPath: Bool,
        _ node: Node,
        _ context: ReadingContext
    ) -> OriginPattern? {
        func wrong(_ message: String, help: String? = nil) -> OriginPattern? {
            context.error("wrong-origin", message, at: node.span, help: help)
            return nil
        }
        var host = authority
        var port = OriginPattern.Port.standard
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            let text = String(authority[authority.index(after: colon)...])
            host = String(authority[..<colon])
            if text == "*" {
                port = .every
            } else {
                guard let number = UInt16(text), number > 0, String(number) == text else {
                    return wrong("`\(text)` is no port", help: "ports are 1 to 65535, without leading zeros, or `*`")
                }
                port = number == standardPort(scheme) ? .standard : .exact(number)
            }
        }
        guard !host.isEmpty else { return wrong("origin `\(written)` has no host") }
        if host == "*" {
            return OriginPattern(
                form: .tuple(scheme: scheme, host: .every, port: port == .standard ? .every : port),
                written: written,
                hadPath: hadPath
            )
        }
        var suffix = host[...]
        var wildcard = 0
        if suffix.hasPrefix("**.") {
            wildcard = 2
            suffix = suffix.dropFirst(3)
        } else if suffix.hasPrefix("*.") {
            wildcard = 1
            suffix = suffix.dropFirst(2)
        }
        guard !suffix.contains("*") else {
            return wrong(
                "`*` stands for whole labels at the front of a host, not inside `\(host)`",
                help: "write `*.` for one label or `**.` for one or more, then the rest of the host"
            )
        }
        let ascii = InternationalName.aLabels(String(suffix)) ?? String(suffix).lowercased()
        let probe = Array("\(scheme)://\(ascii)".utf8)
        guard let authority = OriginParts.parse(probe.span)?.authority else {
            return wrong("`\(host)` is no host", help: "a host is a name of letters, digits and `-`, or an address")
        }
        let key = String(decoding: authority.canonicalHost(in: probe.span), as: UTF8.self)
        let form: OriginPattern.Host =
            switch wildcard {
            case 1: .oneLabel(suffix: key)
            case 2: .labels(suffix: key)
            default: .exact(key)
            }
        if wildcard > 0, key.hasPrefix("[") || key.last?.isNumber == true && IPAddress(parsing: key) != nil {
            return wrong("a wildcard stands before a name, not before an address: `\(host)`")
        }
        return OriginPattern(
            form: .tuple(scheme: scheme, host: form, port: port),
            written: written,
            hadPath: hadPath,
            unicodeHost: suffix.utf8.contains { $0 >= 0x80 } ? String(suffix) : nil
        )
    }

    private static func standardPort(_ scheme: String) -> UInt16? {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        default: nil
        }
    }

    /// RFC 3986 §3.1.
    private static func isScheme(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
        }
    }
}

extension String {
    /// Where `text` first stands.
    fileprivate func range(ofFirst text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
