import PolicyPlan
import Testing

@testable import PolicyRuntime

/// Programs in which two records contradict each other are refused when they are loaded.
struct ProgramDamageTests {
    @Test
    func `digits that do not belong to their bounds are damage`() throws {
        typealias Rule = ProgramLayout.NumberRule
        #expect(Rule.sureDigits(low: .min, high: .max) == 0xFFFE)
        #expect(Rule.sureDigits(low: 1, high: 1_000_000) == 0b111_1100)
        #expect(Rule.sureDigits(low: 0, high: 9) == 0)
        #expect(Rule.sureDigits(low: 0, high: 10) == 0b10)
        #expect(Rule.sureDigits(low: 11, high: 99) == 0)
        let fixture = try JSONFixture(schema: #"{ "type": "number", "minimum": 3, "maximum": 70 }"#)
        let view = fixture.buffer.view
        var bytes = (0..<view.byteCount).map { view.byte(at: $0) }
        // The rule is found by its two integers.
        let place = try #require(
            (0...bytes.count - 16).first { index in
                bytes[index..<index + 16].elementsEqual([3, 0, 0, 0, 0, 0, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0])
            }
        )
        let digits = place - Rule.low + Rule.sureDigits
        bytes[digits] ^= 4
        #expect(throws: ProgramDamage.self) { try ProgramVerifier.verify(ProgramBuffer(bytes).view) }
    }

    @Test
    func `a look at names where none is forbidden is damage`() throws {
        typealias Root = ProgramLayout.Root
        let fixture = try JSONFixture(schema: #"{ "type": "object" }"#)
        let view = fixture.buffer.view
        var bytes = (0..<view.byteCount).map { view.byte(at: $0) }
        for root in view.roots {
            #expect(view.word(at: Int(root) + Root.forbid) == 0)
            bytes[Int(root) + Root.flags] |= UInt8(Root.namesInPass)
        }
        #expect(throws: ProgramDamage.self) { try ProgramVerifier.verify(ProgramBuffer(bytes).view) }
    }
}
