/// One key of the language.
package struct PolicyKey: Sendable, Equatable {
    package let name: String
    /// Whether this version does what the key says; a key that it does not is an error, never without effect.
    package let isEnforced: Bool
}

/// The closed set of keys that one kind of mapping may hold.
package struct KeyTable: Sendable {
    /// What the mapping is called in messages: `transport`, `an entry of limits.connections`.
    package let place: String
    package let keys: [PolicyKey]

    fileprivate init(_ place: String, _ enforced: [String], notEnforced: [String] = []) {
        self.place = place
        keys =
            enforced.map { PolicyKey(name: $0, isEnforced: true) }
            + notEnforced.map { PolicyKey(name: $0, isEnforced: false) }
    }

    package subscript(_ name: String) -> PolicyKey? {
        keys.first { $0.name == name }
    }
}

/// Every key of the language, by the mapping that it stands in.
package enum PolicyKeys {
    private static let sections = [
        "mode", "transport", "clients", "origins", "token", "subprotocols", "limits", "messages", "serverMessages",
        "closeCodes", "responses", "responseHeaders",
    ]
    private static let laterSections = ["compression", "rules", "onPolicyChange", "audit"]

    package static let top = KeyTable(
        "a policy",
        ["wspolicy", "name", "description", "target", "extends", "routes"] + sections,
        notEnforced: laterSections
    )
    package static let route = KeyTable("a route", ["path"] + sections, notEnforced: laterSections)
    package static let transport = KeyTable(
        "`transport`",
        ["mode", "tls", "hosts", "trustedProxies", "clientAddress"]
    )
    package static let clients = KeyTable("`clients`", ["mode", "allow", "deny"])
    package static let origins = KeyTable("`origins`", ["mode", "allow", "sameOrigin", "absent"])
    package static let token = KeyTable(
        "`token`",
        [
            "mode", "from", "absent", "algorithms", "keys", "issuer", "audience", "expiry", "clockSkew", "lifetime",
            "subject", "claims", "atExpiry", "revoked", "renew", "introspection",
        ]
    )
    package static let introspection = KeyTable("`token.introspection`", ["url", "cache"])
    package static let renew = KeyTable("`token.renew`", ["type", "message"])
    package static let revoked = KeyTable("`token.revoked`", ["file", "shared"])
    package static let tokenSource = KeyTable(
        "an entry of `token.from`",
        ["query", "header", "cookie", "subprotocol", "message"]
    )
    package static let tokenKey = KeyTable(
        "an entry of `token.keys`",
        ["env", "file", "jwks", "encoding"]
    )
    package static let subprotocols = KeyTable("`subprotocols`", ["mode", "allow", "absent"])
    package static let limits = KeyTable(
        "`limits`",
        [
            "mode", "connections", "tokenAttempts", "messages", "bytes", "messageSize", "frameSize", "fragments",
            "controlFrames", "handshakeSize", "handshakeTimeout", "idleTimeout", "connectionLifetime", "closeWait",
            "outboundQueue", "onExceeded", "onStoreFailure", "beforeToken",
        ],
        notEnforced: ["budget"]
    )
    package static let beforeToken = KeyTable("`limits.beforeToken`", ["messageSize", "within"])
    package static let limitEntry = KeyTable(
        "a limit",
        ["per", "rate", "burst", "atMost", "concurrent", "tableSize", "prefix", "shared"]
    )
    package static let prefix = KeyTable("`prefix`", ["v4", "v6"])
    private static let messageKeys = [
        "mode", "format", "duplicateKeys", "depth", "interoperable", "onViolation", "schema", "discriminator", "types",
        "forbid", "asyncapi", "batch",
    ]
    package static let messages = KeyTable(
        "`messages`",
        messageKeys + ["first"]
    )
    package static let serverMessages = KeyTable("`serverMessages`", messageKeys)
    package static let batch = KeyTable("`batch`", ["items", "count"])
    package static let asyncapi = KeyTable("`asyncapi`", ["file", "channels"])
    package static let forbid = KeyTable("`messages.forbid`", ["keys", "strings"])
    package static let forbidden = KeyTable("an entry of `messages.forbid`", ["pattern", "pack", "mode"])
    package static let messageType = KeyTable("a message type", ["schema", "rate", "cost", "onViolation"])
    package static let serverMessageType = KeyTable("a type of server message", ["schema", "rate", "onViolation"])
    package static let response = KeyTable("a response", ["deliver", "status", "reason"])

    /// All tables, for whoever walks the language.
    package static let all = [
        top, route, transport, clients, origins, token, renew, revoked, introspection, tokenSource, tokenKey,
        subprotocols, limits,
        beforeToken,
        limitEntry, prefix,
        messages, serverMessages, batch, asyncapi, forbid, forbidden, messageType, serverMessageType, response,
    ]

    /// Where else a key stands: for the help at an unknown one.
    static func places(of name: String, except table: KeyTable) -> [String] {
        all.filter { $0.place != table.place && $0[name] != nil }.map(\.place)
    }
}
