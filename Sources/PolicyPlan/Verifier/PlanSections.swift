/// Where a plan's sections lie, after its header and its table of sections were found right.
///
/// Ranges are bytes from the plan's start; they lie in it, do not overlap, and begin at multiples of 8.
struct PlanSections: Sendable {
    let words: Range<Int>
    let bytes: Range<Int>
    let program: Range<Int>
    let sources: Range<Int>?
    let vectors: Range<Int>?
    let keywords: Range<Int>?
    /// Word index of the policy record, not yet looked at.
    let policy: Int

    /// Reads and checks everything before the sections.
    ///
    /// - Throws: `PlanError` when this is no plan, one of another version, or a damaged one.
    init(verifying plan: PlanMemory) throws(PlanError) {
        try Self.verifyHeader(plan)
        var found: [PlanSection: Range<Int>] = [:]
        let count = Int(plan.word(at: 72))
        guard count <= PlanSection.allCases.count else { throw PlanError("too many sections", at: 72) }
        let tableEnd = PlanHeader.byteCount + count * PlanHeader.sectionEntryByteCount
        guard tableEnd <= plan.byteCount else { throw PlanError("the table of sections is cut off", at: 72) }
        var end = tableEnd
        for index in 0..<count {
            let entry = PlanHeader.byteCount + index * PlanHeader.sectionEntryByteCount
            guard let kind = PlanSection(rawValue: plan.word(at: entry)), plan.word(at: entry + 4) == 0 else {
                throw PlanError("unknown kind of section", at: entry)
            }
            guard found[kind] == nil else { throw PlanError("two sections of one kind", at: entry) }
            let range = try Self.range(plan, entry: entry, after: end)
            found[kind] = range
            end = range.upperBound
        }
        guard plan.byteCount - end < 8 else { throw PlanError("bytes behind the last section", at: end) }
        guard let words = found[.words], let bytes = found[.bytes], let program = found[.program] else {
            throw PlanError("a section is missing", at: 72)
        }
        guard words.count % 4 == 0 else { throw PlanError("the words are cut off", at: words.upperBound) }
        self.words = words
        self.bytes = bytes
        self.program = program
        sources = found[.sources]
        vectors = found[.vectors]
        keywords = found[.keywords]
        policy = Int(plan.word(at: 76))
    }

    private static func verifyHeader(_ plan: PlanMemory) throws(PlanError) {
        #if _endian(big)
        throw PlanError("plans run on little-endian machines only", at: 0)
        #else
        guard plan.byteCount >= PlanHeader.byteCount else {
            throw PlanError("too short for a plan", at: plan.byteCount)
        }
        for (index, byte) in PlanHeader.magic.enumerated() where plan.byte(at: index) != byte {
            throw PlanError("this is no plan", at: index)
        }
        guard plan.word(at: 8) == PlanHeader.formatVersion else {
            throw PlanError("format \(plan.word(at: 8)), this version reads \(PlanHeader.formatVersion)", at: 8)
        }
        guard plan.word(at: 12) <= PlanHeader.runtimeVersion else {
            throw PlanError("it needs runtime \(plan.word(at: 12)), this is \(PlanHeader.runtimeVersion)", at: 12)
        }
        guard plan.wide(at: 16) & ~PlanHeader.knownFeatures == 0 else {
            throw PlanError("it needs a feature that this version does not have", at: 16)
        }
        guard plan.byteCount <= PlanHeader.maximumByteCount else {
            throw PlanError("longer than \(PlanHeader.maximumByteCount) bytes", at: PlanHeader.maximumByteCount)
        }
        guard plan.wide(at: 24) == UInt64(plan.byteCount) else {
            throw PlanError("\(plan.byteCount) bytes, the header says \(plan.wide(at: 24))", at: 24)
        }
        guard plan.wide(at: PlanChecksum.offset) == plan.checksum else {
            throw PlanError("the checksum is wrong", at: PlanChecksum.offset)
        }
        #endif
    }

    /// The bytes of one section, which stands behind `end`.
    private static func range(_ plan: PlanMemory, entry: Int, after end: Int) throws(PlanError) -> Range<Int> {
        let offset = plan.wide(at: entry + 8)
        let length = plan.wide(at: entry + 16)
        guard offset <= UInt64(plan.byteCount), length <= UInt64(plan.byteCount) - offset else {
            throw PlanError("a section lies outside of the plan", at: entry)
        }
        guard offset % 8 == 0 else { throw PlanError("a section is not aligned", at: entry) }
        guard Int(offset) >= end, Int(offset) - end < 8 else {
            throw PlanError("sections overlap or leave a gap", at: entry)
        }
        return Int(offset)..<Int(offset + length)
    }
}
