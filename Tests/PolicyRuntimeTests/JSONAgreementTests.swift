import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import Testing

@testable import PolicyRuntime

/// The fast pass and the slow pass decide alike; `JSONFixture.check` compares them on every message.
struct JSONAgreementTests {
    /// A schema that the reader takes; random ones may contradict themselves.
    private static func document(_ text: String) -> SchemaDocument? {
        let file = SourceFile(id: FileID(index: 0), path: "schema.json", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        guard let node = DocumentReader.readJSON(file, diagnostics: &diagnostics) else { return nil }
        let document = SchemaReader.read(node, root: node, diagnostics: &diagnostics)
        return diagnostics.hasErrors ? nil : document
    }

    /// A random schema that the reader takes; shallow ones, which accept more, come as often as deep ones.
    static func document(from random: inout RandomSchemas) -> SchemaDocument {
        random.isCombining = random.generator.once(in: 2)
        let depth = random.isCombining ? 2 : random.generator.once(in: 2) ? 0 : 3
        while true {
            if let document = document(random.schema(depth)) { return document }
        }
    }

    /// More of the same with `JSON_ROUNDS` set.
    private static let rounds = Int(ProcessInfo.processInfo.environment["JSON_ROUNDS"] ?? "") ?? 150

    @Test(arguments: 1...4)
    func `both passes decide random messages alike`(_ seed: UInt64) throws {
        var random = RandomSchemas(generator: SeededGenerator(seed: seed))
        var accepted = 0
        for _ in 0..<Self.rounds {
            let documents = (0..<3).map { _ in Self.document(from: &random) }
            let isTyped = random.generator.once(in: 2)
            let actions = ContentAction.allCases
            let fixture = try JSONFixture(
                ContentSpec(
                    everyMessage: [documents[0]],
                    discriminator: isTyped ? [["type"], ["a", "b"], ["1"]][Int(seed) % 3] : nil,
                    types: isTyped
                        ? [
                            .init(name: "buy", schemas: [documents[1]]),
                            .init(name: "née", schemas: [documents[1], documents[2]], onSchemaMismatch: .warn),
                            .init(name: "sell", schemas: []),
                        ] : [],
                    depth: 4,
                    denyDuplicates: random.generator.once(in: 2),
                    interoperable: random.generator.once(in: 2),
                    onViolation: actions[Int.random(in: 0..<3, using: &random.generator)]
                )
            )
            for _ in 0..<30 {
                let message = random.value()
                if fixture.check(message).violation == nil { accepted += 1 }
                _ = fixture.check(random.mutated(message))
            }
        }
        #expect(accepted > Self.rounds)
    }
}
