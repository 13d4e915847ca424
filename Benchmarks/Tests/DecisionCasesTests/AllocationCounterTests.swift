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
        for item in try DecisionCases.all() where item.name.hasPrefix("message") && !item.isBroken {
            let most: Double = item.name == "message, batch1m" ? 2 : 0
            #expect(item.allocations() <= most, "\(item.name): \(item.allocations())")
        }
    }

    /// Words of a refusal are put together once, from what stands at its place; the megabyte behind it costs nothing.
    @Test func `a refusal allocates for its report alone, however much follows`() throws {
        let item = try #require(try DecisionCases.named("message, batch1m, broken"))
        #expect(item.isBroken)
        let allocations = item.allocations()
        #expect((1...64).contains(allocations), "\(allocations)")
    }
}
