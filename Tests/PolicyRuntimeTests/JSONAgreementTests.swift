import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import SeededNumbers
import Testing
import WebSocketProtocol

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

    /// Entries that forbid some of the names and texts that random messages have, known to a schema or not.
    private static func forbidden(_ random: inout RandomSchemas) throws -> [ContentSpec.Forbidden] {
        let place = Span(file: FileID(index: 0), start: 0, end: 0)
        let texts = ["^a$", "^longer", "née", "^type$", "^zz", "y$", "^b", "rather", "^buy$", "^x"]
            .shuffled(using: &random.generator).prefix(Int.random(in: 0...3, using: &random.generator))
        return try texts.enumerated().map { index, text in
            let pattern = SchemaPattern(text: text, automaton: try Pattern(text).automaton())
            return ContentSpec.Forbidden(pattern: pattern, span: Span(file: place.file, start: index, end: index))
        }
    }

    @Test(arguments: 11...14)
    func `both passes find alike what is forbidden`(_ seed: UInt64) throws {
        var random = RandomSchemas(generator: SeededGenerator(seed: seed))
        var accepted = 0
        var forbidden = 0
        for _ in 0..<Self.rounds {
            var spec = ContentSpec(
                everyMessage: random.generator.once(in: 3) ? [] : [Self.document(from: &random)],
                discriminator: random.generator.once(in: 4) ? ["type"] : nil,
                types: [.init(name: "buy", schemas: []), .init(name: "née", schemas: [Self.document(from: &random)])],
                depth: 4,
                denyDuplicates: random.generator.once(in: 2),
                interoperable: false
            )
            if spec.discriminator == nil { spec.types = [] }
            spec.forbiddenKeys = try Self.forbidden(&random)
            spec.forbiddenStrings = random.generator.once(in: 3) ? try Self.forbidden(&random) : []
            let fixture = try JSONFixture(spec)
            for _ in 0..<20 {
                let message = random.value()
                for text in [Array(message.utf8), random.mutated(message)] {
                    switch fixture.check(text).violation {
                    case nil: accepted += 1
                    case .forbiddenContent: forbidden += 1
                    default: break
                    }
                }
            }
        }
        #expect(accepted > Self.rounds)
        #expect(forbidden > Self.rounds)
    }
}
