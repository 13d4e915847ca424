/// How key sets are fetched, and opaque tokens asked about.
public struct RemoteSettings: Sendable {
    /// Whose signature on a server's certificate is believed.
    public enum Trust: Sendable {
        /// The authorities that the system trusts.
        case system
        /// Certificates as PEM, and no others.
        case certificates(pem: [UInt8])
    }

    /// How long one answer may take in all: names, connection, redirects, the last byte.
    public var timeout: Duration = .seconds(10)
    /// No larger answer is read, in bytes.
    public var maximumBytes = 262_144
    /// After how long a key set is fetched again, a tenth more or less.
    public var refreshEvery: Duration = .seconds(300)
    /// How long after a fetch an unknown key does not lead to another one; after a failed one, how long until the next.
    public var coolDown: Duration = .seconds(30)
    /// From what age on the keys of a set that cannot be fetched any more verify nothing.
    public var maximumAge: Duration = .seconds(86_400)
    /// How long an answer about an opaque token may take in all; a handshake waits so long.
    public var questionTimeout: Duration = .seconds(3)
    /// About how many tokens one server is asked at once; handshakes beyond that are refused meanwhile.
    public var maximumQuestions = 100
    /// The value of the Authorization field with which questions about tokens are asked (RFC 7662 §2.1); nil for none.
    public var introspectionAuthorization: String?
    /// Whose signature on a server's certificate is believed.
    public var trust: Trust = .system
    /// Hears, a sentence each, what an operator should know.
    public var note: @Sendable (String) -> Void = { _ in }

    /// The settings that fit most.
    public init() {}
}
