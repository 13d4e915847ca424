/// A compiled policy: verified once, then run where it lies.
///
/// Immutable and shared freely between threads.
public final class Plan: Sendable {
    private let memory: PlanMemory
    private let sections: PlanSections

    /// What the runtime reads; valid as long as the plan lives.
    package let view: PlanView
    /// The policy's name.
    public let name: String
    /// Where the keywords of the content program were written; empty where that was stripped.
    package let programSources: ProgramSources

    /// Copies a plan's bytes and shows that they can be run.
    ///
    /// - Parameter bytes: what the compiler wrote.
    /// - Throws: `PlanError` for the first thing that is wrong: another format, damage, or records that lead out of the plan.
    public init(verifying bytes: [UInt8]) throws(PlanError) {
        let memory = PlanMemory(bytes)
        let sections = try PlanSections(verifying: memory)
        try PlanVerifier.verify(memory, sections)
        let policy = sections.policy
        // The sections lie in the memory, which this object keeps; words are aligned to 8.
        let words = unsafe (memory.base + sections.words.lowerBound).assumingMemoryBound(to: UInt32.self)
        let texts = unsafe (memory.base + sections.bytes.lowerBound).assumingMemoryBound(to: UInt8.self)
        let view = unsafe PlanView(
            words: words,
            bytes: texts,
            programBase: memory.base + sections.program.lowerBound,
            programByteCount: sections.program.count,
            policy: policy
        )
        self.view = view
        self.name = view.text(
            offset: view.index(policy + PolicyRecord.nameOffset),
            length: view.index(policy + PolicyRecord.nameLength)
        )
        programSources = ProgramSources(bytes: sections.keywords.map { memory.bytes(in: $0) } ?? [])
        self.memory = memory
        self.sections = sections
    }

    /// SHA-256 of the sources: 32 bytes.
    public var digest: [UInt8] {
        memory.bytes(in: PlanHeader.digestOffset..<(PlanHeader.digestOffset + 32))
    }

    /// How long the plan is.
    public var byteCount: Int {
        memory.byteCount
    }

    /// The plan as it is written to a file: `Plan(verifying:)` takes it.
    public var serialized: [UInt8] { bytes }

    /// The plan as it was written.
    package var bytes: [UInt8] {
        memory.bytes
    }

    /// The checksum over the plan's bytes, which tells two plans apart.
    public var checksum: UInt64 {
        memory.wide(at: PlanChecksum.offset)
    }

    /// The line that a check comes from.
    ///
    /// - Parameter index: the source of a step, a limit or another record.
    /// - Returns: nil where there is none or the sources were stripped.
    public func source(_ index: UInt32) -> PlanSource? {
        guard let range = sections.sources else { return nil }
        return PlanSources(memory, range).source(index)
    }

    /// The findings that the author silenced, in the order of the sources; none where they were stripped.
    public var suppressions: [PlanSuppression] {
        guard let range = sections.sources else { return [] }
        return PlanSources(memory, range).suppressions
    }

    /// The paths of the policy's files; none where the sources were stripped.
    package var sourcePaths: [String] {
        guard let range = sections.sources else { return [] }
        return PlanSources(memory, range).paths
    }

    /// The values by which the plan checks itself; nil where they were stripped.
    package var vectors: [UInt8]? {
        guard let range = sections.vectors else { return nil }
        return memory.bytes(in: range)
    }

    /// The same plan without sources and vectors: smaller, and silent about the policy's files.
    public func stripped() -> [UInt8] {
        var image = PlanImage(policy: UInt32(sections.policy), digest: digest)
        image.add(.words, memory.bytes(in: sections.words))
        image.add(.bytes, memory.bytes(in: sections.bytes))
        image.add(.program, memory.bytes(in: sections.program))
        return image.bytes
    }
}
