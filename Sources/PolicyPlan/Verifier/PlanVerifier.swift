/// Walks everything that a plan's policy record reaches, once, so that running the plan needs no checks.
enum PlanVerifier {
    /// Throws unless every record, list, table and text that the runtime may read lies in its section and means something.
    static func verify(_ plan: PlanMemory, _ sections: PlanSections) throws(PlanError) {
        if let range = sections.sources { try PlanSources(plan, range).verify() }
        let sourceCount = sections.sources.map { PlanSources(plan, $0).entryCount }
        let contents = try verifyProgram(plan, sections.program)
        var walk = RecordWalk(plan, sections, contents: contents, sourceCount: sourceCount)
        try walk.verifyPolicy(sections.policy)
    }

    /// The number of types of each root of the program; an empty section has none.
    private static func verifyProgram(_ plan: PlanMemory, _ range: Range<Int>) throws(PlanError) -> [UInt32: Int] {
        guard !range.isEmpty else { return [:] }
        // The section lies in the plan's memory, which the caller holds, and begins at a multiple of 8.
        let view = unsafe ProgramView(base: plan.base + range.lowerBound, byteCount: range.count)
        do throws(ProgramDamage) {
            try ProgramVerifier.verify(view)
        } catch {
            throw PlanError("content program: \(error.reason)", at: range.lowerBound + error.offset)
        }
        var contents: [UInt32: Int] = [:]
        for root in view.roots {
            contents[root] = Int(view.word(at: Int(root) + ProgramLayout.Root.typeCount))
        }
        return contents
    }
}
