import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// A compiled root and what a test asks of it.
struct JSONFixture {
    let buffer: ProgramBuffer
    let root: UInt32
    let sources: ProgramSources

    /// Of a spec, verified.
    init(_ spec: ContentSpec) throws {
        var builder = ProgramBuilder(sourceIndex: { UInt32($0.start) })
        root = try builder.addContent(spec)
        let built = builder.finish()
        buffer = ProgramBuffer(built.program)
        sources = built.sources
        try ProgramVerifier.verify(buffer.view)
    }

    /// Of one schema in JSON, with everything that is not the schema as lax as it can be.
    init(schema: String, depth: Int = 500, denyDuplicates: Bool = false, interoperable: Bool = false) throws {
        try self.init(
            ContentSpec(
                everyMessage: [try Self.schema(schema)],
                depth: depth,
                denyDuplicates: denyDuplicates,
                interoperable: interoperable
            )
        )
    }

    /// Reads a schema in JSON without any diagnostic.
    static func schema(_ text: String) throws -> SchemaDocument {
        let file = SourceFile(id: FileID(index: 0), path: "schema.json", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        let node = try #require(DocumentReader.readJSON(file, diagnostics: &diagnostics))
        let document = SchemaReader.read(node, root: node, diagnostics: &diagnostics)
        #expect(diagnostics.all.isEmpty)
        return try #require(document)
    }

    /// The verdict, after the fast pass, the slow pass and the copying entry were found to agree.
    func check(_ message: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> ContentVerdict {
        var scratch = ContentScratch()
        var padded = PaddedBytes()
        padded.append(message.span)
        let verdict = ContentChecker.check(program: buffer.view, root: root, message: padded, scratch: &scratch)
        let copied = ContentChecker.check(
            program: buffer.view,
            root: root,
            unpadded: message.span,
            scratch: &scratch
        )
        #expect(verdict == copied, sourceLocation: sourceLocation)
        let walk = ContentWalk.run(
            program: buffer.view,
            root: root,
            start: padded.start,
            count: padded.count,
            detailed: true
        )
        let text = String(decoding: message.prefix(300), as: UTF8.self)
        #expect(walk.verdictFault?.violation == verdict.violation, "\(text)", sourceLocation: sourceLocation)
        #expect(walk.verdictFault?.offset ?? 0 == verdict.offset, "\(text)", sourceLocation: sourceLocation)
        #expect(walk.messageType == verdict.typeIndex, "\(text)", sourceLocation: sourceLocation)
        return verdict
    }

    func check(_ message: String, sourceLocation: SourceLocation = #_sourceLocation) -> ContentVerdict {
        check(Array(message.utf8), sourceLocation: sourceLocation)
    }
}
