import PolicyDocument
import PolicyModel

/// How often something may be, as a level writes it.
struct WrittenFrequency {
    let limit: Located<RateLimit>
    /// Whether instances lease it in slices: messages that they count together.
    var isLeased = false
}

extension Level {
    /// All of the level, in the order of its sections: connections, failed tokens, messages, bytes, control frames, types.
    var frequencies: [WrittenFrequency] {
        var found: [WrittenFrequency] = []
        func add(_ entries: [LimitsSection.Entry], areLeased: Bool = false) {
            for entry in entries {
                guard case .frequency(let limit) = entry.quantity.value else { continue }
                found.append(
                    WrittenFrequency(
                        limit: Located(limit, at: entry.quantity.span),
                        isLeased: areLeased && entry.isShared
                    )
                )
            }
        }
        if let limits {
            add(limits.connections)
            add(limits.tokenAttempts.map { [$0] } ?? [])
            add(limits.messages, areLeased: true)
            add(limits.bytes)
            add(limits.controlFrames.map { [$0] } ?? [])
        }
        for section in [messages, serverMessages].compactMap(\.self) {
            found += (section.types?.value ?? []).compactMap { $0.rate.map { WrittenFrequency(limit: $0) } }
        }
        return found
    }
}
