package import PolicyDocument

/// `limits`: rates, counts, sizes and deadlines.
package struct LimitsSection: Sendable {
    /// What one bucket of a limit stands for.
    package enum Per: Sendable, Equatable {
        case connection
        /// The resolved client address, by prefix; defaults 32 and 64 bits.
        case clientAddress(v4: Int, v6: Int)
        case subject
        case route
        case server
        /// A claim of the token: reference tokens of the pointer after `token:`.
        case claim([String])
    }

    package enum Quantity: Sendable, Equatable {
        case frequency(RateLimit)
        case concurrent(Int64)
    }

    /// One entry of `connections`, `messages` or `bytes`, or `tokenAttempts` or `controlFrames`.
    package struct Entry: Sendable {
        package var span: Span
        package var per: Located<Per>
        package var quantity: Located<Quantity>
        /// Keys that the limit's table holds; nil where the author left it to the default.
        package var tableSize: Located<Int64>?
        /// Whether all instances count together.
        package var isShared: Bool

        package init(
            span: Span,
            per: Located<Per>,
            quantity: Located<Quantity>,
            tableSize: Located<Int64>? = nil,
            isShared: Bool = false
        ) {
            self.span = span
            self.per = per
            self.quantity = quantity
            self.tableSize = tableSize
            self.isShared = isShared
        }
    }

    package enum OnExceeded: String, Sendable, CaseIterable {
        case close, drop
    }

    /// What holds while shared counters cannot be asked.
    package enum OnStoreFailure: String, Sendable, CaseIterable {
        case deny, allow
    }

    package var head: SectionHead
    package var connections: [Entry] = []
    package var tokenAttempts: Entry?
    package var messages: [Entry] = []
    package var bytes: [Entry] = []
    package var controlFrames: Entry?
    package var messageSize: Located<Bound<Int64>>?
    package var frameSize: Located<Bound<Int64>>?
    package var fragments: Located<Bound<Int64>>?
    package var handshakeSize: Located<Bound<Int64>>?
    package var handshakeTimeout: Located<Bound<Nanoseconds>>?
    package var idleTimeout: Located<Bound<Nanoseconds>>?
    package var connectionLifetime: Located<Bound<Nanoseconds>>?
    /// How long a peer may take to answer a close.
    package var closeWait: Located<Nanoseconds>?
    /// Bytes that may wait for a client that does not read.
    package var outboundQueue: Located<Bound<Int64>>?
    package var onExceeded: Located<OnExceeded>?
    package var onStoreFailure: Located<OnStoreFailure>?
    /// `beforeToken`: how large the message with the token is, and how soon it comes.
    package var beforeTokenSize: Located<Bound<Int64>>?
    package var beforeTokenWithin: Located<Bound<Nanoseconds>>?

    package init(head: SectionHead) {
        self.head = head
    }
}

/// What holds where no level says anything.
package enum LimitDefaults {
    package static let messageBytes: Int64 = 64 * 1024
    package static let fragmentsPerMessage: Int64 = 64
    package static let handshakeBytes: Int64 = 16 * 1024
    package static let handshakeTimeout = Nanoseconds.seconds(10)
    package static let idleTimeout = Nanoseconds.seconds(60)
    package static let closeWait = Nanoseconds.seconds(1)
    package static let outboundBytes: Int64 = 1024 * 1024
    package static let controlFrames = RateLimit.rate(count: 10, period: .seconds(1), burst: 10)
    package static let tokenAttempts = RateLimit.rate(count: 5, period: .seconds(1), burst: 20)
    package static let tableSize: Int64 = 65_536
    package static let beforeTokenBytes: Int64 = 4 * 1024
    package static let beforeTokenWithin = Nanoseconds.seconds(5)
    package static let clockSkew = Nanoseconds.seconds(30)
    package static let depth: Int64 = 32
}
