import WebSocketProtocol

/// What one counter of a table belongs to, as keyed hashes: a client cannot choose colliding ones.
struct LimitKey: Sendable, Equatable {
    /// Of the key itself; never 0, which marks a free slot.
    let fingerprint: UInt64
    /// Of the coarser blocks that an address counts under when the table is full: v4 /24 then /16, v6 /48 then /32.
    let coarse: UInt64?
    let coarsest: UInt64?
}

/// Makes keys with secrets of this process.
struct LimitKeyMaker: Sendable {
    private let first: UInt64
    private let second: UInt64

    init(seed: (UInt64, UInt64)) {
        first = seed.0
        second = seed.1 | 1
    }

    func address(_ address: IPAddress, v4Bits: Int, v6Bits: Int) -> LimitKey {
        let exact = address.masked(v4Length: v4Bits, v6Length: v6Bits)
        let coarse = address.masked(v4Length: min(24, v4Bits), v6Length: min(48, v6Bits))
        let coarsest = address.masked(v4Length: min(16, v4Bits), v6Length: min(32, v6Bits))
        return LimitKey(
            fingerprint: hash(exact.high, exact.low, 1),
            coarse: hash(coarse.high, coarse.low, 2),
            coarsest: hash(coarsest.high, coarsest.low, 3)
        )
    }

    /// Where a client has no address: all such share one counter.
    var unknownAddress: LimitKey { number(.max) }

    func number(_ value: UInt64) -> LimitKey {
        LimitKey(fingerprint: hash(value, 0, 4), coarse: nil, coarsest: nil)
    }

    func bytes(_ bytes: Span<UInt8>) -> LimitKey {
        var state = first ^ UInt64(bytes.count)
        var word: UInt64 = 0
        for index in bytes.indices {
            word = word &<< 8 | UInt64(bytes[index])
            if index & 7 == 7 {
                state = fold(state ^ word, second)
                word = 0
            }
        }
        return LimitKey(fingerprint: hash(fold(state ^ word, second), state, 5), coarse: nil, coarsest: nil)
    }

    private func hash(_ high: UInt64, _ low: UInt64, _ domain: UInt64) -> UInt64 {
        let mixed = fold(high ^ first, low ^ second) ^ domain &* 0x9E37_79B9_7F4A_7C15
        let hash = fold(mixed ^ second, first | 1)
        return hash == 0 ? 1 : hash
    }

    private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
