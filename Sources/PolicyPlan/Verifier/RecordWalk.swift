/// The walk over a plan's records: where it has been, and the tests that every record shares.
///
/// Records may be reached on many ways; each is looked at once a kind. Damaged plans whose lists overlap cost a bounded
/// multiple of their size.
@safe
struct RecordWalk {
    /// The kinds of record that remember a visit.
    enum Kind: UInt8 {
        case route = 1, clients, addresses, hosts, origins, subprotocols, token, messages, path, answers, textTable
    }

    private let plan: PlanMemory
    private let words: Range<Int>
    private let bytes: Range<Int>
    private let wordCount: Int
    private let byteCount: Int
    /// The roots of the content program, with their number of types.
    let contents: [UInt32: Int]
    private let sourceCount: Int?
    private var seen: [UInt8]
    private var budget: Int

    /// Set by the policy record before anything that refers to them.
    var limitList = 0
    var limitCount = 0
    var routeCount = 0

    init(_ plan: PlanMemory, _ sections: PlanSections, contents: [UInt32: Int], sourceCount: Int?) {
        self.plan = plan
        self.words = sections.words
        self.bytes = sections.bytes
        self.contents = contents
        self.sourceCount = sourceCount
        wordCount = sections.words.count / 4
        byteCount = sections.bytes.count
        seen = [UInt8](repeating: 0, count: wordCount)
        budget = 1024 + 16 * (wordCount + byteCount)
    }

    // MARK: Reading

    /// The word at an index that was required before.
    func word(_ index: Int) -> UInt32 {
        plan.word(at: words.lowerBound &+ 4 &* index)
    }

    /// The word at an index that was required before, as an index or a count.
    func index(_ index: Int) -> Int {
        Int(word(index))
    }

    /// The 64-bit number in two words that were required before.
    func wide(_ index: Int) -> UInt64 {
        UInt64(word(index)) | UInt64(word(index &+ 1)) &<< 32
    }

    /// The byte of a text that was required before.
    func byte(_ offset: Int) -> UInt8 {
        plan.byte(at: bytes.lowerBound &+ offset)
    }

    // MARK: Tests

    /// An error about the word at an index.
    func error(_ reason: String, at index: Int) -> PlanError {
        PlanError(reason, at: words.lowerBound + 4 * index)
    }

    /// Throws unless `count` records of `size` words lie in the section.
    mutating func require(_ index: Int, _ count: Int = 1, size: Int, _ what: String) throws(PlanError) {
        // Counts are 32-bit numbers and sizes small, so the product does not overflow.
        guard index <= wordCount, count &* size <= wordCount &- index else {
            throw error("\(what): outside of the words", at: min(index, wordCount))
        }
        try spend(1 &+ count &* size, at: index)
    }

    /// Takes from what the whole walk may cost.
    mutating func spend(_ cost: Int, at index: Int) throws(PlanError) {
        budget &-= cost
        guard budget >= 0 else { throw error("lists overlap too often", at: index) }
    }

    /// Whether a record of this kind has not been looked at before.
    mutating func isNew(_ kind: Kind, _ index: Int) -> Bool {
        guard seen[index] != kind.rawValue else { return false }
        seen[index] = kind.rawValue
        return true
    }

    /// Throws unless the text whose offset and length stand at `index` lies in the bytes.
    mutating func requireText(_ index: Int, _ what: String) throws(PlanError) {
        let offset = self.index(index)
        let length = self.index(index &+ 1)
        guard offset <= byteCount, length <= byteCount &- offset else {
            throw error("\(what): outside of the bytes", at: index)
        }
        try spend(length &>> 3, at: index)
    }

    /// Throws unless the word at `index` names a source or is `none`.
    func requireSource(_ index: Int) throws(PlanError) {
        let source = word(index)
        guard let sourceCount, source != none, source >= sourceCount else { return }
        throw error("a source that is not there", at: index)
    }

    /// Throws unless the word at `index` is at most `maximum`.
    func requireWord(_ index: Int, atMost maximum: UInt32, _ what: String) throws(PlanError) {
        guard word(index) <= maximum else { throw error("unknown \(what)", at: index) }
    }

    /// Throws unless the words of a list name limits that fit.
    mutating func requireLimits(
        list: Int,
        _ what: String,
        where fits: (_ limit: Int, RecordWalk) -> Bool
    ) throws(PlanError) {
        let first = index(list)
        let count = index(list &+ 1)
        try require(first, count, size: 1, what)
        for place in first..<(first &+ count) { try requireLimit(place, what, where: fits) }
    }

    /// Throws unless the word at `index` names a limit that fits.
    func requireLimit(
        _ index: Int,
        _ what: String,
        where fits: (_ limit: Int, RecordWalk) -> Bool
    ) throws(PlanError) {
        let limit = self.index(index)
        guard limit < limitCount else { throw error("\(what): no such limit", at: index) }
        guard fits(limitList &+ limit &* LimitRecord.wordCount, self) else {
            throw error("\(what): a limit of another kind", at: index)
        }
    }

    /// Throws unless the pairs of offset and length of a list lie in the bytes.
    mutating func requireTexts(list: Int, _ what: String) throws(PlanError) {
        let first = index(list)
        let count = index(list &+ 1)
        try require(first, count, size: 2, what)
        for place in 0..<count { try requireText(first &+ 2 &* place, what) }
    }
}
