import PolicyPlan
import Testing

@testable import PolicyRuntime

/// A table that is larger than any memory.
struct LimitMemoryTests {
    @Test func `a table for which there is no memory is an error that says how much it needs`() throws {
        let scale = try #require(RateScale(count: 10, period: 1_000_000_000, burst: 10))
        #expect(throws: EngineError.self) { try AtomicSlots(keys: 1 << 50, scale) }
        do throws(EngineError) { _ = try AtomicSlots(keys: 1 << 50, scale) } catch {
            #expect("\(error)".hasSuffix(" bytes of memory for a table of limits; a smaller `tableSize` needs less"))
        }
    }

    @Test(
        arguments: [
            (1, 32), ((1 << 32) - 1, 32), (1 << 32, 33), (60_000_000_000, 36), (3_600_000_000_000, 42),
            ((1 << 56) - 1, 56),
            (1 << 56, 64), (.max, 64),
        ] as [(UInt64, Int)]
    )
    func `a moment has as many bits as its window needs`(period: UInt64, bits: Int) {
        #expect(LimitMemory.momentBits(period: period) == bits)
    }
}
