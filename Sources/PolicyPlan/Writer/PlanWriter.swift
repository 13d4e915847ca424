/// Puts a plan's words and bytes together; equal texts, lists and records are written once.
///
/// The same calls in the same order give the same bytes.
package struct PlanWriter {
    /// A text in the bytes section.
    package struct Text: Sendable, Hashable {
        package let offset: UInt32
        package let length: UInt32

        /// No text: what stands where `none` says so.
        package static var absent: Text { Text(offset: none, length: 0) }
    }

    /// A list in the words section.
    package struct List: Sendable, Hashable {
        package let index: UInt32
        package let count: UInt32

        package init(index: UInt32, count: UInt32) {
            self.index = index
            self.count = count
        }
    }

    private var words: [UInt32] = []
    private var bytes: [UInt8] = []
    private var knownTexts: [[UInt8]: Text] = [:]
    private var knownRuns: [[UInt32]: UInt32] = [:]
    /// The content program.
    package var program: [UInt8] = []
    /// Where the content program's keywords were written; see `ProgramSources`.
    package var keywords: [UInt8] = []
    /// The vectors section; none is written where it is empty.
    package var vectors: [UInt8] = []
    /// The sources section.
    package var sources = SourcesWriter()

    package init() {}

    /// Writes a text.
    package mutating func text(_ content: [UInt8]) -> Text {
        if let known = knownTexts[content] { return known }
        let text = Text(offset: UInt32(bytes.count), length: UInt32(content.count))
        bytes += content
        knownTexts[content] = text
        return text
    }

    /// Writes a text.
    package mutating func text(_ content: String) -> Text {
        text(Array(content.utf8))
    }

    /// Writes a run of words and says where it begins; an empty one begins at 0.
    package mutating func run(_ content: [UInt32]) -> UInt32 {
        guard !content.isEmpty else { return 0 }
        if let known = knownRuns[content] { return known }
        let index = UInt32(words.count)
        words += content
        knownRuns[content] = index
        return index
    }

    /// Writes a list of words.
    package mutating func list(_ content: [UInt32]) -> List {
        List(index: run(content), count: UInt32(content.count))
    }

    /// Writes a list of texts: pairs of offset and length.
    package mutating func list(texts: [String]) -> List {
        var pairs: [UInt32] = []
        for content in texts {
            let text = text(content)
            pairs += [text.offset, text.length]
        }
        return List(index: run(pairs), count: UInt32(texts.count))
    }

    /// Writes a record.
    package mutating func record(_ record: RecordWords) -> UInt32 {
        run(record.words)
    }

    /// Writes a record behind everything else, also where an equal run stands already: for records whose order matters.
    package mutating func place(_ record: RecordWords) -> UInt32 {
        let index = UInt32(words.count)
        words += record.words
        return index
    }

    /// Writes records one after the other.
    package mutating func list(records: [RecordWords]) -> List {
        List(index: run(records.flatMap(\.words)), count: UInt32(records.count))
    }

    /// The whole plan.
    ///
    /// - Parameters:
    ///   - policy: where the policy record was written.
    ///   - digest: SHA-256 of the sources.
    /// - Returns: what `Plan(verifying:)` takes.
    /// - Throws: `PlanSizeError` when it would be longer than a plan may be.
    package func finish(policy: UInt32, digest: [UInt8]) throws(PlanSizeError) -> [UInt8] {
        var wordBytes: [UInt8] = []
        wordBytes.reserveCapacity(4 * words.count)
        for word in words { wordBytes.append(littleEndian: word) }
        var image = PlanImage(policy: policy, digest: digest)
        image.add(.words, wordBytes)
        image.add(.bytes, bytes)
        image.add(.program, program)
        image.add(.sources, sources.bytes)

        if !vectors.isEmpty { image.add(.vectors, vectors) }
        if !keywords.isEmpty { image.add(.keywords, keywords) }
        let plan = image.bytes
        guard plan.count <= PlanHeader.maximumByteCount else { throw PlanSizeError(byteCount: plan.count) }
        return plan
    }
}

/// A plan that would be longer than `PlanHeader.maximumByteCount`.
package struct PlanSizeError: Error, Equatable {
    package let byteCount: Int
}
