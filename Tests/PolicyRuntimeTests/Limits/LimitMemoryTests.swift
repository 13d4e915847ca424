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
}
