package import PolicyDocument
package import WebSocketProtocol

/// One level's `clients`.
package struct ClientsCheck: Sendable {
    package var mode: Mode
    /// Refuses what it does not hold; nil where the level lists nobody.
    package var allow: Located<[Located<AddressPrefix>]>?
    package var deny: [Located<AddressPrefix>]
    /// The section's key: what refuses a client whose address cannot be read.
    package var span: Span

    package init(mode: Mode, allow: Located<[Located<AddressPrefix>]>?, deny: [Located<AddressPrefix>], span: Span) {
        self.mode = mode
        self.allow = allow
        self.deny = deny
        self.span = span
    }
}

/// One level that requires TLS.
package struct TLSCheck: Sendable {
    package var mode: Mode
    package var span: Span

    package init(mode: Mode, span: Span) {
        self.mode = mode
        self.span = span
    }
}

/// One level's `transport.hosts`.
package struct HostsCheck: Sendable {
    package var mode: Mode
    package var hosts: [Located<HostPattern>]
    package var span: Span

    package init(mode: Mode, hosts: [Located<HostPattern>], span: Span) {
        self.mode = mode
        self.hosts = hosts
        self.span = span
    }
}

/// One level's `origins`: within it `allow` and `sameOrigin` unite.
package struct OriginsCheck: Sendable {
    package var mode: Mode
    package var everySite: Bool
    package var allow: [Located<OriginPattern>]
    package var sameOrigin: Bool
    package var absent: Located<OriginsSection.Absent>
    /// `allow` where it is written, the section's key otherwise: what refuses a foreign origin.
    package var span: Span

    package init(
        mode: Mode,
        everySite: Bool,
        allow: [Located<OriginPattern>],
        sameOrigin: Bool,
        absent: Located<OriginsSection.Absent>,
        span: Span
    ) {
        self.mode = mode
        self.everySite = everySite
        self.allow = allow
        self.sameOrigin = sameOrigin
        self.absent = absent
        self.span = span
    }
}

/// One level's `subprotocols`.
package struct SubprotocolsCheck: Sendable {
    package var mode: Mode
    /// In order of preference.
    package var allow: [Located<String>]
    package var absent: Located<SubprotocolsSection.Absent>
    package var span: Span

    package init(
        mode: Mode,
        allow: [Located<String>],
        absent: Located<SubprotocolsSection.Absent>,
        span: Span
    ) {
        self.mode = mode
        self.allow = allow
        self.absent = absent
        self.span = span
    }
}

/// The `token` sections of all levels of one mode, combined.
///
/// Where levels observe, the observing check is the combination of every level, so that it says what would be refused if
/// all of them enforced.
package struct TokenCheck: Sendable {
    package var mode: Mode
    package var span: Span
    package var sources: Located<[Located<TokenSection.Source>]>
    package var absent: Located<TokenSection.Absent>
    package var algorithms: Located<[Located<TokenSection.Algorithm>]>
    package var keys: Located<[Located<TokenSection.Key>]>
    package var issuer: Located<String>?
    /// nil: a token that has an `aud` is refused (RFC 7519 §4.1.3).
    package var audience: Located<[Located<String>]>?
    package var expiryRequired: Located<Bool>
    package var clockSkew: Located<Nanoseconds>
    package var lifetime: Located<Nanoseconds>?
    package var subject: Located<[String]>
    /// All hold.
    package var claims: [Located<SchemaDocument>]
    package var closesAtExpiry: Located<Bool>
    /// Files that list who is refused; all hold.
    package var revoked: [Located<String>] = []
    /// Where the list that all instances share is asked for; nil where no level does.
    package var revokedShared: Span?
    package var renewal: Located<TokenSection.Renewal>?
    /// Who is asked about opaque tokens; with keys too, tokens of three parts are verified with those.
    package var introspection: TokenSection.Introspection?

    /// Where the first message has the token; nil where it has none, or where the check only observes.
    package var messagePointer: Located<[String]>? {
        guard mode == .enforce else { return nil }
        return sources.value.lazy.compactMap { source in
            guard case .message(let pointer) = source.value else { return nil }
            return Located(pointer, at: source.span)
        }.first
    }

    /// Whether a connection may be nobody's; one whose token an observing check would have to wait for is.
    package var isOptional: Bool {
        let isLater = sources.value.contains { if case .message = $0.value { true } else { false } }
        return absent.value == .allow || (mode == .observe && isLater)
    }

    package init(
        mode: Mode,
        span: Span,
        sources: Located<[Located<TokenSection.Source>]>,
        absent: Located<TokenSection.Absent>,
        algorithms: Located<[Located<TokenSection.Algorithm>]>,
        keys: Located<[Located<TokenSection.Key>]>,
        issuer: Located<String>?,
        audience: Located<[Located<String>]>?,
        expiryRequired: Located<Bool>,
        clockSkew: Located<Nanoseconds>,
        lifetime: Located<Nanoseconds>?,
        subject: Located<[String]>,
        claims: [Located<SchemaDocument>],
        closesAtExpiry: Located<Bool>
    ) {
        self.mode = mode
        self.span = span
        self.sources = sources
        self.absent = absent
        self.algorithms = algorithms
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.expiryRequired = expiryRequired
        self.clockSkew = clockSkew
        self.lifetime = lifetime
        self.subject = subject
        self.claims = claims
        self.closesAtExpiry = closesAtExpiry
    }
}
