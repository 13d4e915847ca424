import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import ReferenceEvaluator
import SeededNumbers
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// The content pass and the reference evaluator, which walks schemas and messages as trees, decide alike.
struct ContentTwinTests {
    @Test(arguments: 101...106)
    func `the reference evaluator and the content pass decide random messages alike`(_ seed: UInt64) throws {
        var random = RandomSchemas(generator: SeededGenerator(seed: seed))
        var accepted = 0
        var refused: [Violation: Int] = [:]
        for _ in 0..<60 {
            let everyMessage = JSONAgreementTests.document(from: &random)
            let isTyped = random.generator.once(in: 2)
            let ofType = JSONAgreementTests.document(from: &random)
            let deniesDuplicates = random.generator.once(in: 2)
            let isInteroperable = random.generator.once(in: 2)
            let fixture = try JSONFixture(
                ContentSpec(
                    everyMessage: [everyMessage],
                    discriminator: isTyped ? ["type"] : nil,
                    types: isTyped ? [.init(name: "buy", schemas: [ofType]), .init(name: "née", schemas: [])] : [],
                    depth: 4,
                    denyDuplicates: deniesDuplicates,
                    interoperable: isInteroperable,
                    onViolation: .close
                )
            )
            let place = Span(file: FileID(index: 0), start: 0, end: 0)
            func type(_ name: String, _ schemas: [SchemaDocument]) -> MessageCheck.MessageType {
                MessageCheck.MessageType(
                    name: name,
                    span: place,
                    schemas: schemas.map { Located($0, at: place) },
                    rates: [],
                    cost: 1,
                    onViolation: nil
                )
            }
            let rules = ContentRules(
                depth: 4,
                deniesDuplicates: deniesDuplicates,
                isInteroperable: isInteroperable,
                schemas: [everyMessage],
                discriminator: isTyped ? ["type"] : nil,
                types: isTyped ? [type("buy", [ofType]), type("née", [])] : nil,
                onViolation: .close,
                place: { _ in place }
            )
            for round in 0..<40 {
                let text = random.value()
                let message = round.isMultiple(of: 2) ? Array(text.utf8) : random.mutated(text)
                let fast = fixture.check(message)
                let slow = ContentCheck(message, rules).verdict
                let shown = String(decoding: message.prefix(300), as: UTF8.self)
                #expect(fast.violation == slow?.violation, "\(shown)")
                if slow != nil { #expect(fast.offset == slow?.offset, "\(shown)") }
                if let violation = fast.violation { refused[violation, default: 0] += 1 } else { accepted += 1 }
            }
        }
        #expect(accepted > 50)
        #expect(refused[.schemaMismatch, default: 0] > 100)
        #expect(refused[.malformedJSON, default: 0] > 100)
    }
}
