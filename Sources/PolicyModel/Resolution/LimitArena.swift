import PolicyDocument

/// Every counter of a policy once, however many routes count by it.
struct LimitArena {
    private(set) var checks: [LimitCheck] = []
    /// By the place where the entry is written.
    private var known: [Span: Int] = [:]
    private var standards: [String: Int] = [:]

    /// The counters of a list of entries.
    mutating func indices(of entries: [LimitsSection.Entry], mode: Mode) -> [Int] {
        entries.map { entry in
            if let index = known[entry.span] { return index }
            checks.append(
                LimitCheck(
                    mode: mode,
                    per: entry.per.value,
                    quantity: entry.quantity.value,
                    tableSize: entry.tableSize?.value ?? LimitDefaults.tableSize,
                    isShared: entry.isShared,
                    span: entry.span
                )
            )
            known[entry.span] = checks.count - 1
            return checks.count - 1
        }
    }

    /// A counter that holds where no level says anything: one for the whole policy.
    mutating func standard(_ per: LimitsSection.Per, _ limit: RateLimit, at span: Span, named name: String) -> Int {
        if let index = standards[name] { return index }
        checks.append(
            LimitCheck(
                mode: .enforce,
                per: per,
                quantity: .frequency(limit),
                tableSize: LimitDefaults.tableSize,
                span: span
            )
        )
        standards[name] = checks.count - 1
        return checks.count - 1
    }

    /// A message type's own rate, per connection.
    mutating func ownRate(_ rate: Located<RateLimit>, mode: Mode) -> Int {
        if let index = known[rate.span] { return index }
        checks.append(
            LimitCheck(
                mode: mode,
                per: .connection,
                quantity: .frequency(rate.value),
                tableSize: LimitDefaults.tableSize,
                span: rate.span
            )
        )
        known[rate.span] = checks.count - 1
        return checks.count - 1
    }
}

extension LimitCheck {
    /// Whether it counts over time; otherwise it counts what is open at once.
    var isRate: Bool {
        switch quantity {
        case .frequency: true
        case .concurrent: false
        }
    }

    /// Whether its key is known only once a token has been verified.
    var needsIdentity: Bool {
        switch per {
        case .subject, .claim: true
        case .connection, .clientAddress, .route, .server: false
        }
    }
}
