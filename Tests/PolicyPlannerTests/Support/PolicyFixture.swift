import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// Builds resolved policies by hand: each value gets a line of its own in a made-up source file.
struct PolicyFixture {
    private(set) var sources = SourceSet()
    private var nextLine = 1
    private let file: FileID
    private let other: FileID
    /// Whether the next places lie in the other file.
    var isInOther = false

    init(otherFile: String = "other.yaml", isFirst: Bool = false) {
        let text = String(repeating: "line\n", count: 40_000)
        let early = isFirst ? sources.add(path: otherFile, bytes: Array(text.utf8)) : nil
        file = sources.add(path: "policy.yaml", bytes: Array(text.utf8))
        if let early {
            other = early
        } else {
            other = sources.add(path: otherFile, bytes: Array(text.utf8))
        }
    }

    /// The place of the next line.
    mutating func span() -> Span {
        nextLine += 1
        return span(line: nextLine)
    }

    /// The place of a line.
    func span(line: Int) -> Span {
        Span(file: isInOther ? other : file, start: 5 * (line - 1), end: 5 * line - 1)
    }

    mutating func located<Value>(_ value: Value) -> Located<Value> {
        Located(value, at: span())
    }

    /// Prefixes as `10.0.0.0/8`; what is none is left out.
    mutating func prefixes(_ texts: String...) -> [Located<AddressPrefix>] {
        texts.compactMap { AddressPrefix(parsing: $0) }.map { located($0) }
    }

    mutating func clients(
        _ mode: Mode = .enforce,
        allow: [Located<AddressPrefix>]? = nil,
        deny: [Located<AddressPrefix>] = []
    ) -> ClientsCheck {
        let span = span()
        return ClientsCheck(mode: mode, allow: allow.map { Located($0, at: span) }, deny: deny, span: span)
    }

    /// An exact or wildcard origin, as `https://*.a.example:8443`.
    static func pattern(_ text: String) -> OriginPattern {
        if text == "null" { return OriginPattern(form: .null, written: text) }
        if text == "file:" { return OriginPattern(form: .file, written: text) }
        if text == "*" { return OriginPattern(form: .everySite, written: text) }
        let scheme = text.split(separator: ":").first.map(String.init) ?? ""
        var rest = String(text.dropFirst(scheme.count + 3))
        var port = OriginPattern.Port.standard
        if let colon = rest.lastIndex(of: ":"), !rest.hasSuffix("]") {
            let digits = rest[rest.index(after: colon)...]
            port = digits == "*" ? .every : UInt16(digits).map { .exact($0) } ?? .standard
            rest = String(rest[..<colon])
        }
        let host: OriginPattern.Host =
            if rest == "*" {
                .every
            } else if rest.hasPrefix("**.") {
                .labels(suffix: String(rest.dropFirst(3)))
            } else if rest.hasPrefix("*.") {
                .oneLabel(suffix: String(rest.dropFirst(2)))
            } else {
                .exact(rest)
            }
        return OriginPattern(form: .tuple(scheme: scheme, host: host, port: port), written: text)
    }

    mutating func origins(
        _ mode: Mode = .enforce,
        _ allow: [String],
        everySite: Bool = false,
        sameOrigin: Bool = false,
        absent: OriginsSection.Absent = .deny
    ) -> OriginsCheck {
        OriginsCheck(
            mode: mode,
            everySite: everySite,
            allow: allow.map { located(Self.pattern($0)) },
            sameOrigin: sameOrigin,
            absent: located(absent),
            span: span()
        )
    }

    mutating func hosts(_ mode: Mode = .enforce, _ names: [String]) -> HostsCheck {
        HostsCheck(
            mode: mode,
            hosts: names.map { text in
                let parts = text.split(separator: ":").map(String.init)
                let port = parts.count == 2 ? UInt16(parts[1]) : nil
                return located(HostPattern(name: parts[0], port: port, written: text))
            },
            span: span()
        )
    }

    mutating func subprotocols(
        _ mode: Mode = .enforce,
        _ names: [String],
        absent: SubprotocolsSection.Absent = .allow
    ) -> SubprotocolsCheck {
        SubprotocolsCheck(mode: mode, allow: names.map { located($0) }, absent: located(absent), span: span())
    }

    mutating func limit(
        _ per: LimitsSection.Per,
        _ quantity: LimitsSection.Quantity,
        mode: Mode = .enforce
    ) -> LimitCheck {
        LimitCheck(mode: mode, per: per, quantity: quantity, tableSize: 65_536, span: span())
    }

    mutating func token(_ mode: Mode = .enforce) -> TokenCheck {
        var check = TokenCheck(
            mode: mode,
            span: span(),
            sources: located([located(.query("token")), located(.header("authorization"))]),
            absent: located(.deny),
            algorithms: located([located(.HS256)]),
            keys: located([located(TokenSection.Key(source: .env("KEY"), encoding: .raw))]),
            issuer: located("https://auth.example"),
            audience: located([located("realtime")]),
            expiryRequired: located(true),
            clockSkew: located(.seconds(30)),
            lifetime: nil,
            subject: located(["user_id"]),
            claims: [],
            closesAtExpiry: located(true)
        )
        check.revoked = [located("./revoked.txt")]
        check.revokedShared = span()
        return check
    }

    mutating func messages(_ mode: Mode = .enforce) -> MessageCheck {
        MessageCheck(
            mode: mode,
            span: span(),
            format: located(.json),
            duplicateKeys: located(.deny),
            depth: located(32),
            interoperable: located(true),
            onViolation: located(.close),
            schemas: [],
            discriminator: nil,
            types: nil
        )
    }

    /// Answers with the language's defaults.
    static var answers: Answers {
        Answers { violation in
            Answers.Answer(
                delivery: .http,
                status: violation.defaultStatus ?? 0,
                closeCode: violation.defaultCloseCode,
                reason: violation.summary
            )
        }
    }

    /// A path pattern, as `/ws/{name}/{rest...}`.
    static func path(_ text: String) -> PathPattern {
        let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
            guard segment.hasPrefix("{") else { return PathPattern.Segment.literal(String(segment)) }
            let name = segment.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
        return PathPattern(segments: segments, written: text)
    }

    mutating func route(_ pattern: String? = nil) -> ResolvedRoute {
        ResolvedRoute(
            pattern: pattern.map(Self.path),
            span: span(),
            messageBytes: located(.atMost(65_536)),
            frameBytes: located(.atMost(65_536)),
            fragments: located(.atMost(64)),
            idleTimeout: located(.atMost(.seconds(60))),
            connectionLifetime: located(.unlimited),
            answers: Self.answers
        )
    }

    mutating func policy(_ routes: [ResolvedRoute], limits: [LimitCheck] = []) -> ResolvedPolicy {
        let hasPaths = routes.contains { $0.pattern != nil }
        return ResolvedPolicy(
            name: "fixture",
            target: .gateway,
            files: [],
            addressing: ResolvedPolicy.Addressing(
                source: located(.forwardedFor),
                trustedProxies: [located(prefixes("10.0.0.0/8", "fd00::/8"))]
            ),
            handshakeBytes: located(.atMost(16_384)),
            limits: limits,
            routes: routes,
            unrouted: UnroutedChecks(
                clients: routes.first?.clients ?? [],
                tls: routes.first?.tls ?? [],
                hosts: routes.first?.hosts ?? [],
                answers: Self.answers,
                responseHeaders: [],
                span: hasPaths ? span() : nil
            ),
            defaultSpan: span(line: 1)
        )
    }

    /// A policy with every kind of check, on two routes.
    mutating func everything() -> ResolvedPolicy {
        let limits = [
            limit(.clientAddress(v4: 32, v6: 64), .frequency(.atMost(count: 10, period: .seconds(60)))),
            limit(.server, .concurrent(50_000)),
            limit(.subject, .concurrent(5)),
            limit(.connection, .frequency(.rate(count: 10, period: .seconds(1), burst: 10))),
            limit(.clientAddress(v4: 32, v6: 64), .frequency(.rate(count: 5, period: .seconds(1), burst: 20))),
            limit(.claim(["tenant"]), .frequency(.rate(count: 50, period: .seconds(1), burst: 100)), mode: .observe),
        ]
        var prices = route("/ws/prices/{symbol}")
        prices.clients = [clients(deny: prefixes("192.0.2.0/24", "2001:db8:bad::/48"))]
        prices.tls = [TLSCheck(mode: .enforce, span: span())]
        prices.hosts = [hosts(.enforce, ["api.example", "api.example:8443"])]
        prices.origins = [
            origins(.enforce, ["https://app.example", "https://**.app.example", "http://localhost:*", "null"]),
            origins(.observe, ["https://app.example"]),
        ]
        prices.connectionLimits = [0, 1]
        prices.subprotocols = [subprotocols(.enforce, ["v2", "v1"])]
        prices.tokens = [token()]
        prices.tokenAttempts = [4]
        prices.identityLimits = [2]
        prices.controlFrames = [3]
        prices.messageRates = [3, 5]
        prices.byteRates = [3]
        prices.messages = [messages()]
        prices.responseHeaders = [
            ResponseHeaderEntry(name: located("X-Frame-Options"), value: located("DENY"))
        ]
        var orders = prices
        orders.pattern = Self.path("/ws/orders")
        orders.messages = [messages(), messages(.observe)]
        return policy([orders, prices], limits: limits)
    }
}
