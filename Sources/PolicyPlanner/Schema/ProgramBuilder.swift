package import PolicyDocument
import PolicyModel
package import PolicyPlan
import WebSocketProtocol

/// Gathers the content checks of a plan and writes them as one program section.
///
/// Schemas that check the same are written once, also across roots; the same additions in the same order give the same bytes.
package struct ProgramBuilder {
    /// One root, its nodes merged but not yet written.
    private struct Root {
        let spec: ContentSpec
        let node: Int
        var types: [Int]
    }

    private var merge: SchemaMerge
    private var roots: [Root] = []

    /// `sourceIndex` gives a place in a policy the number by which the plan knows it.
    package init(sourceIndex: @escaping (Span) -> UInt32) {
        merge = SchemaMerge(sourceIndex: sourceIndex)
    }

    /// Adds a root and returns its offset in the section.
    package mutating func addContent(_ spec: ContentSpec) throws(ProgramBuildError) -> UInt32 {
        let every = spec.everyMessage.map { merge.add($0) }
        let node = try merge.merge(every)
        var types: [Int] = []
        if spec.discriminator != nil {
            for type in spec.types {
                let own = type.schemas.map { merge.add($0) }
                types.append(try merge.merge(every + own))
            }
        }
        roots.append(Root(spec: spec, node: node, types: types))
        return UInt32(ProgramLayout.headerBytes + (roots.count - 1) * ProgramLayout.Root.size)
    }

    /// The finished section and the places of its keywords.
    package func finish() -> (program: [UInt8], sources: ProgramSources) {
        var merge = merge
        var roots = roots
        merge.putTagsFirst()
        for (place, root) in roots.enumerated() {
            guard let tokens = root.spec.discriminator, let first = tokens.first, ArrayIndex(token: first) == nil else {
                continue
            }
            for (index, type) in root.types.enumerated() where merge.nodes[type].types.contains(.object) {
                roots[place].types[index] = merge.putFirst(ExactText(first), in: type)
            }
        }
        var emission = ProgramEmission(merge.nodes, rootCount: roots.count, sourceIndex: merge.sourceIndex)
        for (index, root) in roots.enumerated() {
            emission.writeRoot(index, root.spec, node: root.node, types: root.types)
        }
        return emission.finish()
    }
}
