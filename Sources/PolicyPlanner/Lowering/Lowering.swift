package import PolicyDocument
import PolicyPlan

/// A graph on its way into a plan; each kind of set or record is lowered in a file of its own.
package struct Lowering {
    var writer = PlanWriter()
    let registry: SourceRegistry
    var program: ProgramBuilder
    /// Roots of the content program that are written already.
    var contents: [ContentKey: UInt32] = [:]
    var vectors = VectorCollector()

    package init(sources: SourceSet) {
        let registry = SourceRegistry(sources)
        self.registry = registry
        program = ProgramBuilder { registry.index($0) }
    }

    /// The plan's name for a place in the sources.
    func source(_ span: Span) -> UInt32 {
        registry.index(span)
    }

    /// The whole plan, when its policy record has been written.
    mutating func finish(policy: UInt32, digest: [UInt8]) throws(PlanSizeError) -> [UInt8] {
        if !contents.isEmpty {
            let built = program.finish()
            writer.program = built.program
            writer.keywords = built.sources.bytes
        }
        writer.vectors = PlanVector.section(vectors.all)
        writer.sources = registry.writer
        return try writer.finish(policy: policy, digest: digest)
    }
}
