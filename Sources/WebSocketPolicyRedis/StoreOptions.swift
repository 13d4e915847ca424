public import NIOCore

/// How the store is reached, and how long it may take.
public struct StoreOptions: Sendable {
    /// Name or address.
    public var host: String
    /// TCP port.
    public var port: Int
    /// Sent with AUTH where there is one.
    public var password: String?
    /// The number of the database.
    public var database: Int
    /// What keys begin with.
    public var prefix: String
    /// With this the names of counters are hashed, so that nobody who reads the store learns an address or a subject; the same
    /// on every instance, at least 16 bytes.
    public var secret: [UInt8]
    /// How long an answer may take.
    public var timeout: TimeAmount = .milliseconds(100)
    /// How long a connection may take.
    public var connectTimeout: TimeAmount = .milliseconds(500)
    /// So many answers in a row that do not come in time: the store is not asked any more until it answers a new connection.
    public var timeoutsUntilClosed = 3
    /// How long until a connection is tried again: doubled each time up to the longest, less up to half of it at random.
    public var shortestPause: TimeAmount = .milliseconds(50)
    /// The longest pause between two tries.
    public var longestPause: TimeAmount = .seconds(5)
    /// Questions of one connection that may wait at once; more are answered as if the store were away.
    public var waitingQuestions = 10_000
    /// How often leases that messages want are asked for.
    public var leaseInterval: TimeAmount = .milliseconds(2)

    /// The store at an address.
    ///
    /// - Parameters:
    ///   - host: name or address.
    ///   - port: TCP port.
    ///   - prefix: what keys begin with.
    ///   - secret: what names are hashed with, at least 16 bytes.
    ///   - password: sent with AUTH.
    ///   - database: the number of the database.
    public init(
        host: String = "127.0.0.1",
        port: Int = 6379,
        prefix: String = "wspolicy",
        secret: [UInt8],
        password: String? = nil,
        database: Int = 0
    ) {
        self.host = host
        self.port = port
        self.prefix = prefix
        self.secret = secret
        self.password = password
        self.database = database
    }
}

/// Why a store cannot be used at all.
public enum StoreError: Error, Equatable {
    /// The secret has less than 16 bytes: addresses could be found by trying all.
    case shortSecret
}
