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
    /// So many answers in a row that do not come in time, or are errors: the store is not asked any more until it answers a new connection.
    public var timeoutsUntilClosed = 3
    /// How long until a connection is tried again: doubled each time up to the longest, less up to half of it at random.
    public var shortestPause: TimeAmount = .milliseconds(50)
    /// The longest pause between two tries.
    public var longestPause: TimeAmount = .seconds(5)
    /// Questions of one connection that may wait at once; more are answered as if the store were away.
    public var waitingQuestions = 10_000
    /// How often leases that messages want are asked for.
    public var leaseInterval: TimeAmount = .milliseconds(2)
    /// How often it is asked who was revoked.
    public var revocationInterval: TimeAmount = .seconds(1)
    /// How long an answer may take by which nobody waits: what was revoked, and what is written back; longer than `timeout`, so that
    /// many instances that read a long list at once get on.
    public var revocationTimeout: TimeAmount = .seconds(2)
    /// For how long the list of who is revoked counts as known after the store said so last.
    public var revocationsKnownFor: TimeAmount = .seconds(30)
    /// So many entries of the list of who is revoked are taken over, and written, for one policy; the same on every instance.
    public var mostRevocations = 100_000
    /// How long whoever revokes waits for a store that is away.
    public var revokingTimeout: TimeAmount = .seconds(5)

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
    /// The address is none of a store; what is wrong with it.
    case wrongAddress(String)
    /// The store was not reached in time: whether it took what was to be written is not known.
    case unreached
    /// The list of who is revoked has as many entries as it may; nothing was written.
    case listIsFull
}

extension StoreError: CustomStringConvertible {
    /// One sentence for whoever starts the server, or revokes.
    public var description: String {
        switch self {
        case .shortSecret: "the store's secret has less than 16 bytes"
        case .wrongAddress(let problem): "the store's address \(problem)"
        case .unreached: "the store was not reached in time"
        case .listIsFull: "the list of who is revoked is full"
        }
    }
}
