import WebSocketProtocol

/// A set of blocks of addresses that can be asked whether it holds a whole block.
struct AddressCoverage {
    private struct Block: Hashable {
        let base: IPAddress
        let length: Int
        let isV4: Bool
    }

    private var blocks: Set<Block> = []
    private var lengths: (v4: Set<Int>, v6: Set<Int>) = ([], [])

    init(_ prefixes: [AddressPrefix]) {
        for prefix in prefixes { insert(prefix) }
    }

    mutating func insert(_ prefix: AddressPrefix) {
        blocks.insert(Block(base: prefix.base, length: prefix.length, isV4: prefix.isV4))
        if prefix.isV4 { lengths.v4.insert(prefix.length) } else { lengths.v6.insert(prefix.length) }
    }

    /// Whether one block of the set holds all of `prefix`.
    func covers(_ prefix: AddressPrefix) -> Bool {
        let isV4 = prefix.isV4
        for length in isV4 ? lengths.v4 : lengths.v6 where length <= prefix.length {
            let base = prefix.base.masked(toBits: isV4 ? 96 + length : length)
            if blocks.contains(Block(base: base, length: length, isV4: isV4)) { return true }
        }
        return false
    }

    /// Whether a block of the set holds `address`.
    func contains(_ address: IPAddress) -> Bool {
        AddressPrefix(address, length: address.isV4 ? 32 : 128).map(covers) ?? false
    }

    /// Whether every IPv4 and every IPv6 address lies in the set.
    var holdsEverything: Bool {
        var v4: [AddressIntervals<UInt32>.Block] = []
        var v6: [AddressIntervals<UInt128>.Block] = []
        for block in blocks {
            if block.isV4 {
                let last =
                    block.length == 32 ? block.base.v4Bits : block.base.v4Bits | UInt32.max >> UInt32(block.length)
                v4.append(.init(first: block.base.v4Bits, last: last, order: 0))
            } else {
                let first = UInt128(block.base.high) << 64 | UInt128(block.base.low)
                v6.append(.init(first: first, last: first | UInt128.max >> UInt128(block.length), order: 0))
            }
        }
        return AddressIntervals(v4).intervals.allSatisfy { $0.order != nil }
            && AddressIntervals(v6).intervals.allSatisfy { $0.order != nil }
    }
}
