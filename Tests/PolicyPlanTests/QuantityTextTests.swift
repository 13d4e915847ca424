import PolicyPlan
import Testing

struct QuantityTextTests {
    @Test func `numbers read as people write them`() {
        #expect(QuantityText.count(0) == "0")
        #expect(QuantityText.count(999) == "999")
        #expect(QuantityText.count(1_000) == "1,000")
        #expect(QuantityText.count(UInt64.max) == "18,446,744,073,709,551,615")
        #expect(QuantityText.count(1, "key") == "1 key")
        #expect(QuantityText.bytes(65_536) == "64KiB")
        #expect(QuantityText.bytes(1_000) == "1,000 bytes")
        #expect(QuantityText.memory(1_572_864) == "1.5MiB")
        #expect(QuantityText.memory(2_097_152) == "2MiB")
        #expect(QuantityText.duration(nanoseconds: 60_000_000_000) == "1m")
        #expect(QuantityText.duration(nanoseconds: 1_500_000_000) == "1,500ms")
        #expect(QuantityText.duration(nanoseconds: 0) == "0ns")
    }

    @Test func `columns are as wide as their widest cell`() {
        var columns = TextColumns(indent: 2)
        columns.add("a", "b", "c")
        columns.add("long", "", "d")
        columns.add("e")
        #expect(columns.lines == ["  a     b  c", "  long     d", "  e"])
    }
}
