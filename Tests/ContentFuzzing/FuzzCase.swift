import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import PolicyRuntime
import ReferenceEvaluator
import WebSocketProtocol

/// One input of the fuzzer: a byte of settings, a schema as JSON, a newline, and the message up to the end.
///
/// The schema is compiled and the message decided by the runtime and by the reference evaluator, which walks both as trees.
package struct FuzzCase {
    /// Longer ones take the reference evaluator too long.
    private static let longest = 4096

    private let settings: UInt8
    private let schema: [UInt8]
    private let message: [UInt8]

    /// nil where the bytes have no such form.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.longest, let settings = bytes.first else { return nil }
        guard let end = bytes.firstIndex(of: 0x0A), end > 0 else { return nil }
        self.settings = settings
        schema = Array(bytes[1..<end])
        message = Array(bytes[(end + 1)...])
    }

    private var deniesDuplicates: Bool { settings & 1 != 0 }
    private var isInteroperable: Bool { settings & 2 != 0 }
    private var isTyped: Bool { settings & 4 != 0 }
    private var forbids: Bool { settings & 8 != 0 }
    private var depth: Int { settings & 16 != 0 ? 4 : 64 }

    /// What the two say differently, as a text; nil where they agree, or where the schema is none.
    package func disagreement() -> String? {
        guard let document = read(), document.nodes.allSatisfy({ Self.isComparable($0) }) else { return nil }
        let place = document.nodes[document.root].span
        let forbidden = forbids ? Self.forbidden(at: place) : []
        var spec = ContentSpec(
            everyMessage: isTyped ? [] : [document],
            discriminator: isTyped ? ["type"] : nil,
            types: isTyped ? [.init(name: "a", schemas: [document]), .init(name: "b", schemas: [])] : [],
            depth: depth,
            denyDuplicates: deniesDuplicates,
            interoperable: isInteroperable,
            onViolation: .close
        )
        spec.forbiddenKeys = forbidden
        spec.forbiddenStrings = forbidden
        var builder = ProgramBuilder(sourceIndex: { UInt32($0.start) })
        guard let root = try? builder.addContent(spec) else { return nil }
        let built = builder.finish()
        let buffer = ProgramBuffer(built.program)
        do { try ProgramVerifier.verify(buffer.view) } catch { return "the verifier refuses the program: \(error)" }
        let fast = decide(buffer.view, root, built.sources)
        let slow = ContentCheck(message, rules(document, forbidden, at: place)).verdict
        guard fast.violation != slow?.violation || (slow != nil && fast.offset != slow?.offset) else { return nil }
        func shown(_ violation: Violation?, _ offset: Int?) -> String {
            violation.map { "\($0.name) at \(offset ?? -1)" } ?? "accepted"
        }
        return
            "the runtime: \(shown(fast.violation, fast.offset)); the reference: \(shown(slow?.violation, slow?.offset))"
    }

    /// The reference evaluator knows the formats that a few words define.
    private static func isComparable(_ node: SchemaNode) -> Bool {
        node.format.map { FormatCheck.known.contains($0.value) } ?? true
    }

    private func read() -> SchemaDocument? {
        let file = SourceFile(id: FileID(index: 0), path: "schema.json", bytes: schema)
        var diagnostics = Diagnostics()
        guard let node = DocumentReader.readJSON(file, diagnostics: &diagnostics) else { return nil }
        let document = SchemaReader.read(node, root: node, diagnostics: &diagnostics)
        return diagnostics.hasErrors ? nil : document
    }

    /// The runtime's verdict; where it refuses, the report is made as well.
    private func decide(_ program: ProgramView, _ root: UInt32, _ sources: ProgramSources) -> ContentVerdict {
        var scratch = ContentScratch()
        var padded = PaddedBytes()
        padded.append(message.span)
        let verdict = ContentChecker.check(program: program, root: root, message: padded, scratch: &scratch)
        if verdict.violation != nil {
            _ = ContentReport.make(program: program, root: root, sources: sources, message: padded)
        }
        return verdict
    }

    private func rules(
        _ document: SchemaDocument,
        _ forbidden: [ContentSpec.Forbidden],
        at place: Span
    ) -> ContentRules {
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
        var rules = ContentRules(
            depth: depth,
            deniesDuplicates: deniesDuplicates,
            isInteroperable: isInteroperable,
            schemas: isTyped ? [] : [document],
            discriminator: isTyped ? ["type"] : nil,
            types: isTyped ? [type("a", [document]), type("b", [])] : nil,
            onViolation: .close,
            place: { _ in place }
        )
        let entries = forbidden.map { MessagesSection.Forbidden(patterns: [$0.pattern], mode: .enforce, span: place) }
        rules.forbid.keys = entries
        rules.forbid.strings = entries
        return rules
    }

    private static func forbidden(at place: Span) -> [ContentSpec.Forbidden] {
        ["^\\$", "x+y"].compactMap { text in
            guard let automaton = try? Pattern(text).automaton() else { return nil }
            return ContentSpec.Forbidden(pattern: SchemaPattern(text: text, automaton: automaton), span: place)
        }
    }
}
