import PolicyPlan

/// A key with what makes its coarser granularities: the block that an address lies in, twice, then one of a fixed set.
struct KeyChain {
    let key: LimitKey
    let keys: LimitKeyMaker
    let v4Bits: Int
    let v6Bits: Int

    @inline(__always)
    var fingerprint: UInt64 { key.fingerprint }

    /// The fingerprint at a granularity; nil where the key has no coarser one.
    func fingerprint(_ level: Int) -> UInt64? {
        guard level > 0 else { return key.fingerprint }
        return key.address.map { keys.block(of: $0, level: level, v4Bits: v4Bits, v6Bits: v6Bits) }
    }

    /// What a coarser granularity is called outside of this process: the block of an address, or the number of a cell.
    func name(_ level: Int) -> [UInt8] {
        guard level < 3, let block = key.address.map({ keys.blockAddress(of: $0, level, v4Bits, v6Bits) }) else {
            return [UInt8(truncatingIfNeeded: sharedPlace), UInt8(truncatingIfNeeded: sharedPlace >> 8)]
        }
        return block.nameBytes
    }

    /// The place of the fixed set: of an address by its coarsest block.
    var sharedPlace: Int { SharedCells.place(fingerprint(2) ?? key.fingerprint) }
}
