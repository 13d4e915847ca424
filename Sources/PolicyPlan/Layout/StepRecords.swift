/// One step of a handshake's pipeline.
@usableFromInline package enum StepRecord {
    /// `StepKind`.
    @inlinable package static var kind: Int { 0 }
    /// 0 enforce, 1 observe.
    @inlinable package static var mode: Int { 1 }
    /// A word index or a limit's index, by kind.
    @inlinable package static var operand: Int { 2 }
    @inlinable package static var source: Int { 3 }
    @inlinable package static var wordCount: Int { 4 }
}

/// What a step checks.
@usableFromInline package enum StepKind: UInt32, CaseIterable, Sendable {
    /// Operand: `ClientsRecord`.
    case clients = 1
    /// No operand.
    case tls = 2
    /// Operand: `HostsRecord`.
    case hosts = 3
    /// Refuses with pathForbidden. No operand.
    case path = 4
    /// Operand: `OriginsRecord`.
    case origins = 5
    /// Operand: index of a limit whose `per` needs no token.
    case limit = 6
    /// Operand: `SubprotocolsRecord`.
    case subprotocols = 7
    /// Operand: `TokenRecord`.
    case token = 8
    /// Operand: index of a limit per subject or claim.
    case identityLimit = 9

    /// The kind of a plan's word; nil where it is none.
    ///
    /// What `init(rawValue:)` says, without a call into another module.
    @inlinable @inline(__always)
    package init?(word: UInt32) {
        switch word {
        case 1: self = .clients
        case 2: self = .tls
        case 3: self = .hosts
        case 4: self = .path
        case 5: self = .origins
        case 6: self = .limit
        case 7: self = .subprotocols
        case 8: self = .token
        case 9: self = .identityLimit
        default: return nil
        }
    }

    /// The stages of a decision's cost, for `explain`: 0 compares a few words, 1 looks up a table, 2 takes from a
    /// counter, 3 runs cryptography.
    package var costClass: Int {
        switch self {
        case .tls, .path: 0
        case .clients, .hosts, .origins, .subprotocols: 1
        case .limit, .identityLimit: 2
        case .token: 3
        }
    }
}
