import PolicyDocument
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Writes an `AddressTable` of blocks: disjoint intervals that name the first block that holds them.
    mutating func addresses(_ blocks: [Located<AddressPrefix>]) -> UInt32 {
        var v4: [AddressIntervals<UInt32>.Block] = []
        var v6: [AddressIntervals<UInt128>.Block] = []
        for (order, block) in blocks.enumerated() {
            let (base, last) = (block.value.base, block.value.last)
            if block.value.isV4 {
                v4.append(.init(first: base.v4Bits, last: last.v4Bits, order: order))
            } else {
                v6.append(.init(first: Self.bits(base), last: Self.bits(last), order: order))
            }
        }
        var v4Words: [UInt32] = []
        for interval in AddressIntervals(v4).intervals {
            v4Words += [interval.first, interval.order.map { source(blocks[$0].span) } ?? none]
        }
        var v6Words: [UInt32] = []
        for interval in AddressIntervals(v6).intervals {
            for shift in [96, 64, 32, 0] {
                v6Words.append(UInt32(truncatingIfNeeded: interval.first >> UInt128(shift)))
            }
            v6Words.append(interval.order.map { source(blocks[$0].span) } ?? none)
        }
        var record = RecordWords(AddressTable.wordCount)
        record[AddressTable.v4List] = writer.run(v4Words)
        record[AddressTable.v4Count] = UInt32(v4Words.count / 2)
        record[AddressTable.v6List] = writer.run(v6Words)
        record[AddressTable.v6Count] = UInt32(v6Words.count / 5)
        return writer.record(record)
    }

    private static func bits(_ address: IPAddress) -> UInt128 {
        UInt128(address.high) << 64 | UInt128(address.low)
    }
}

/// Blocks of addresses flattened into disjoint intervals, in one sweep.
///
/// Two blocks are either disjoint or one holds the other, so a stack of open ones suffices.
struct AddressIntervals<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// A block, both ends included, and its place in the list.
    struct Block: Sendable {
        let first: Address
        let last: Address
        let order: Int
    }

    /// An interval to the next one's first address; `order` is nil where no block holds it.
    struct Interval: Equatable, Sendable {
        let first: Address
        let order: Int?
    }

    /// Ascending, the first at zero; neighbours differ in their block.
    private(set) var intervals: [Interval] = []

    init(_ blocks: [Block]) {
        let sorted = blocks.sorted { left, right in
            if left.first != right.first { return left.first < right.first }
            return left.last != right.last ? left.last > right.last : left.order < right.order
        }
        var open: [(last: Address, order: Int)] = []
        begin(at: 0, order: nil)
        for block in sorted {
            close(&open, before: block.first)
            let order = min(block.order, open.last?.order ?? block.order)
            open.append((block.last, order))
            begin(at: block.first, order: order)
        }
        close(&open, before: nil)
    }

    /// Ends the open blocks that do not reach `address`; all of them where it is nil.
    private mutating func close(_ open: inout [(last: Address, order: Int)], before address: Address?) {
        while let top = open.last, address.map({ top.last < $0 }) ?? true {
            open.removeLast()
            if top.last < .max { begin(at: top.last + 1, order: open.last?.order) }
        }
    }

    private mutating func begin(at first: Address, order: Int?) {
        if intervals.last?.first == first { intervals.removeLast() }
        guard intervals.last?.order != order || intervals.isEmpty else { return }
        intervals.append(Interval(first: first, order: order))
    }
}
