import SeededNumbers
import Testing

@testable import PolicyPlanner

struct AddressIntervalsTests {
    /// Blocks of an address space of eight bits.
    private func block(_ base: UInt8, _ length: Int, _ order: Int) -> AddressIntervals<UInt8>.Block {
        let mask: UInt8 = length == 0 ? 0 : .max << UInt8(8 - length)
        return .init(first: base & mask, last: base & mask | ~mask, order: order)
    }

    @Test func `each address finds the first block that holds it`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let blocks = (0..<Int.random(in: 0...8, using: &generator)).map { order in
                block(.random(in: 0...255, using: &generator), .random(in: 0...8, using: &generator), order)
            }
            let intervals = AddressIntervals(blocks).intervals
            #expect(intervals.first?.first == 0)
            for address in 0...255 as ClosedRange<UInt8> {
                let expected = blocks.first { $0.first <= address && address <= $0.last }?.order
                let found = intervals.last { $0.first <= address }?.order
                #expect(found == expected, "\(address) in \(blocks)")
            }
        }
    }

    @Test func `intervals ascend and neighbours differ`() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let blocks = (0..<8).map { order in
                block(.random(in: 0...255, using: &generator), .random(in: 0...8, using: &generator), order)
            }
            let intervals = AddressIntervals(blocks).intervals
            for (left, right) in zip(intervals, intervals.dropFirst()) {
                #expect(left.first < right.first)
                #expect(left.order != right.order)
            }
        }
    }
}
