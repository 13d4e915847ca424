import PolicyPlan
import PolicyPlanner
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

    @Test
    func `a type that is not what its name or its node says is damage`() throws {
        typealias Root = ProgramLayout.Root
        typealias Record = ProgramLayout.TypeRecord
        let object = try JSONFixture.schema(#"{ "type": "object", "properties": { "t": {}, "n": {} } }"#)
        let fixture = try JSONFixture(
            ContentSpec(
                everyMessage: [],
                discriminator: ["t"],
                types: ["a", "b"].map { ContentSpec.MessageType(name: $0, schemas: [object]) }
            )
        )
        let view = fixture.buffer.view
        let bytes = (0..<view.byteCount).map { view.byte(at: $0) }
        let types = Int(view.word(at: Int(fixture.root) + Root.types))
        // Any bit of the copied rule.
        for place in 0..<ProgramLayout.ObjectRule.size {
            var damaged = bytes
            damaged[types + Record.rule + place] ^= 1
            #expect(throws: ProgramDamage.self) { try ProgramVerifier.verify(ProgramBuffer(damaged).view) }
        }
        // Two names for one type, and for each other's.
        let entries = Int(view.word(at: Int(fixture.root) + Root.typeNames + ProgramLayout.NameTable.entries))
        let target = entries + ProgramLayout.NameEntry.target
        for targets in [[1, 1], [0, 0], [1, 0]] as [[UInt8]] {
            var damaged = bytes
            damaged[target] = targets[0]
            damaged[target + ProgramLayout.NameEntry.size] = targets[1]
            #expect(throws: ProgramDamage.self) { try ProgramVerifier.verify(ProgramBuffer(damaged).view) }
        }
    }
}
