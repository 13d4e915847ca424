import PolicyDocument
import PolicyModel

extension LoadedPolicy {
    /// Every node of every schema of what clients send; claims are the issuer's, and are left out.
    func eachMessageSchemaNode(_ visit: (SchemaNode) -> Void) {
        for document in clientSchemas {
            let closed = document.closedFromOutside
            for (index, node) in document.nodes.enumerated() where node.boolean == nil {
                var node = node
                // Whoever closes the object around it closes this one too.
                if closed.contains(index), node.unevaluatedProperties == nil {
                    node.unevaluatedProperties = Located(index, at: node.span)
                }
                visit(node)
            }
        }
    }

    /// Whether a schema of the same document as `node` is `false`.
    func isFalse(_ schema: Int, beside node: SchemaNode) -> Bool {
        messageSchemas.contains { document in
            document.nodes.contains { $0.span == node.span }
                && document.nodes.indices.contains(schema) && document.nodes[schema].boolean == false
        }
    }

    /// The schemas of all messages of both directions, as written.
    var messageSchemas: [SchemaDocument] {
        clientSchemas + writtenLevels.compactMap(\.serverMessages).flatMap(\.allSchemas)
    }

    /// The schemas of what clients send, as written.
    private var clientSchemas: [SchemaDocument] {
        writtenLevels.compactMap(\.messages).flatMap(\.allSchemas)
    }

    /// The author's text at a span.
    func written(_ span: Span) -> String {
        String(decoding: sources[span.file].bytes[span.start..<span.end], as: UTF8.self)
    }
}

extension SchemaNode {
    /// Whether `type` names the type; a schema that leaves `type` out is not one that an author meant for it.
    func allows(_ type: SchemaType) -> Bool {
        types?.value.contains { $0.value == type } == true
    }
}

extension SchemaDocument {
    /// Schemas for a value of which another one says what nobody evaluates.
    fileprivate var closedFromOutside: Set<Int> {
        var found: Set<Int> = []
        var open = nodes.filter { $0.unevaluatedProperties != nil }.flatMap(\.schemasInPlace)
        while let index = open.popLast() {
            guard found.insert(index).inserted else { continue }
            open += nodes[index].schemasInPlace
        }
        return found
    }
}

extension MessagesSection {
    fileprivate var allSchemas: [SchemaDocument] {
        (schemas + (types?.value.flatMap(\.schemas) ?? [])).map(\.value)
    }
}
