import CAllocationCounter
import Testing

@testable import DecisionCases

@Suite(.serialized)
struct AllocationCounterTests {
    @Test func `the counter counts what is allocated`() {
        let before = allocation_count()
        var kept: [[UInt8]] = []
        for size in 1...100 { kept.append(Array(repeating: 1, count: size * 10)) }
        #expect(allocation_count() - before >= 100)
        #expect(kept.count == 100)
    }

    @Test func `an accepted message allocates nothing, but for memory beyond 64 KiB that is given back`() throws {
        for item in try DecisionCases.all() where item.name.hasPrefix("message") {
            let most: Double = item.name == "message, batch1m" ? 2 : 0
            #expect(item.allocations() <= most, "\(item.name): \(item.allocations())")
        }
    }
}
