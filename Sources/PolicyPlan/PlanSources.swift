/// Reads the sources section where it lies; see `SourcesSection`.
struct PlanSources {
    private let plan: PlanMemory
    private let range: Range<Int>

    /// The section that lies at `range` of a plan; verify it before the first question.
    init(_ plan: PlanMemory, _ range: Range<Int>) {
        self.plan = plan
        self.range = range
    }

    var entryCount: Int { word(1) }

    private var fileCount: Int { word(0) }
    private var suppressionCount: Int { word(2) }
    private var poolCount: Int { word(3) }
    private var files: Int { SourcesSection.headWordCount }
    private var entries: Int { files + fileCount * SourcesSection.fileWordCount }
    private var silenced: Int { entries + entryCount * SourcesSection.entryWordCount }
    private var pool: Int { silenced + suppressionCount * SourcesSection.suppressionWordCount }

    private func word(_ index: Int) -> Int {
        Int(plan.word(at: range.lowerBound &+ 4 &* index))
    }

    /// Throws unless every number of the section leads to something in it.
    func verify() throws(PlanError) {
        guard range.count % 4 == 0, range.count >= 4 * SourcesSection.headWordCount else {
            throw PlanError("the sources are cut off", at: range.lowerBound)
        }
        // All counts are 32-bit numbers, so the sum does not overflow.
        guard 4 * pool + (poolCount + 3) / 4 * 4 == range.count else {
            throw PlanError("the sources' length is wrong", at: range.lowerBound)
        }
        for file in 0..<fileCount { try verifyText(files + file * SourcesSection.fileWordCount) }
        for entry in 0..<entryCount {
            let place = entries + entry * SourcesSection.entryWordCount
            guard word(place) < fileCount else {
                throw PlanError("a source in no file", at: range.lowerBound + 4 * place)
            }
        }
        for suppression in 0..<suppressionCount {
            let place = silenced + suppression * SourcesSection.suppressionWordCount
            try verifyText(place)
            try verifyText(place + 2)
            guard word(place + 4) < entryCount else {
                throw PlanError("a suppression without place", at: range.lowerBound + 4 * place)
            }
        }
    }

    private func verifyText(_ index: Int) throws(PlanError) {
        guard word(index) <= poolCount, word(index + 1) <= poolCount - word(index) else {
            throw PlanError("a source's text lies outside", at: range.lowerBound + 4 * index)
        }
    }

    private func text(_ index: Int) -> String {
        plan.text(at: range.lowerBound + 4 * pool + word(index), count: word(index + 1))
    }

    /// The place with an index; nil when there is none.
    func source(_ index: UInt32) -> PlanSource? {
        guard index < entryCount else { return nil }
        let entry = entries + Int(index) * SourcesSection.entryWordCount
        return PlanSource(
            path: text(files + word(entry) * SourcesSection.fileWordCount),
            line: word(entry + 1),
            column: word(entry + 2)
        )
    }

    /// The paths of all files.
    var paths: [String] {
        (0..<fileCount).map { text(files + $0 * SourcesSection.fileWordCount) }
    }

    /// What the author silenced.
    var suppressions: [PlanSuppression] {
        (0..<suppressionCount).compactMap { suppression in
            let place = silenced + suppression * SourcesSection.suppressionWordCount
            guard let source = source(UInt32(word(place + 4))) else { return nil }
            return PlanSuppression(rule: text(place), reason: text(place + 2), source: source)
        }
    }
}
