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
package enum StepKind: UInt32, CaseIterable, Sendable {
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
