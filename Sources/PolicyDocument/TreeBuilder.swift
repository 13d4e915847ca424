/// Thrown when a document is given up; the reason has been reported.
struct DocumentGivenUp: Error {}

/// Puts a tree together from nodes in the order of the text: keeps the open collections, drops what must not be in
/// the tree and says why, and bounds depth and number of nodes.
struct TreeBuilder {
    /// A collection whose end is not reached.
    private struct Open {
        let record: Int32
        /// Where its members begin in `pending`.
        let firstPending: Int
        var key = Key.none
        var keys = KeyIndex()
        /// The places in `pending` of the keys `<<`.
        var merges: [Int] = []
    }

    /// What a mapping has of its next member.
    private enum Key {
        case none
        case read(Int32)
        /// Reported as wrong; the value is read and forgotten.
        case refused
    }

    let file: SourceFile
    private let language: Tree.Language
    private(set) var records: [Tree.Record] = []
    /// The root's record, once it is complete.
    private(set) var root: Int32?
    /// The scalars' texts, one behind the other.
    var text: [UInt8] = []
    var diagnostics = Diagnostics()

    private var children: [Int32] = []
    private var pending: [Int32] = []
    private var open: [Open] = []
    /// For each record: how many nodes and how many levels it has with its aliases expanded.
    private var sizes: [Int32] = []
    private var heights: [UInt8] = []
    private var expansion = 0

    init(_ file: SourceFile, language: Tree.Language) {
        self.file = file
        self.language = language
    }

    /// The finished tree's root; nil when nothing was read.
    consuming func makeRoot() -> Node? {
        guard let root else { return nil }
        let tree = Tree(
            file: file.id,
            language: language,
            bytes: file.bytes,
            records: records,
            children: children,
            text: text
        )
        return Node(tree: tree, index: Int(root))
    }

    func span(_ record: Int32) -> Span {
        Span(file: file.id, start: Int(records[Int(record)].start), end: Int(records[Int(record)].end))
    }

    func span(_ start: Int, _ end: Int) -> Span {
        Span(file: file.id, start: start, end: end)
    }

    func span(_ range: Range<Int>) -> Span {
        Span(file: file.id, start: range.lowerBound, end: range.upperBound)
    }

    /// Whether what comes next is a mapping's key.
    var expectsKey: Bool {
        guard let top = open.last, records[Int(top.record)].kind == .mapping else { return false }
        if case .none = top.key { return true }
        return false
    }

    /// How many collections are open.
    var depth: Int {
        open.count
    }

    /// Whether a collection is still open, so that an alias of it would be inside itself.
    func isOpen(_ record: Int32) -> Bool {
        open.contains { $0.record == record }
    }

    /// Adds a scalar whose text lies in the pool.
    ///
    /// - Returns: its record.
    @discardableResult
    mutating func addScalar(
        style: Tree.Style,
        tag: Tree.CoreTag = .none,
        start: Int,
        end: Int,
        text: Range<Int>
    ) throws(DocumentGivenUp) -> Int32 {
        let record = try append(
            .init(
                kind: .scalar,
                style: style,
                tag: tag,
                start: Int32(start),
                end: Int32(end),
                low: Int32(text.lowerBound),
                count: Int32(text.count)
            )
        )
        place(record)
        return record
    }

    /// Begins a collection.
    ///
    /// - Returns: its record.
    @discardableResult
    mutating func open(_ kind: Node.Kind, start: Int) throws(DocumentGivenUp) -> Int32 {
        let record = try append(.init(kind: kind, start: Int32(start), end: Int32(start)))
        open.append(.init(record: record, firstPending: pending.count))
        try checkDepth(open.count, at: span(start, min(start + 1, file.bytes.count)))
        return record
    }

    /// Ends the innermost collection, which then is a member of the next one.
    mutating func close(end: Int) {
        guard let closed = open.popLast() else { return }
        let index = Int(closed.record)
        records[index].end = max(records[index].end, Int32(end))
        var members = Array(pending[closed.firstPending...])
        if !closed.merges.isEmpty {
            members = merged(members, mergePlaces: closed.merges.map { $0 - closed.firstPending })
        }
        pending.removeSubrange(closed.firstPending...)
        records[index].low = Int32(children.count)
        records[index].count = Int32(members.count)
        children.append(contentsOf: members)
        for member in members {
            sizes[index] = Int32(clamping: Int(sizes[index]) + Int(sizes[Int(member)]))
            heights[index] = max(heights[index], heights[Int(member)] + 1)
        }
        place(closed.record)
    }

    /// Moves the innermost collection's start, when it turns out to begin elsewhere.
    mutating func moveStart(to start: Int) {
        guard let top = open.last else { return }
        records[Int(top.record)].start = Int32(start)
    }

    var innermostIsEmpty: Bool {
        guard let top = open.last else { return false }
        if case .none = top.key { return pending.count == top.firstPending }
        return false
    }

    /// Adds an alias of a complete node.
    mutating func addAlias(of target: Int32, start: Int, end: Int) throws(DocumentGivenUp) {
        expansion += Int(sizes[Int(target)])
        guard expansion <= DocumentLimits.aliasExpansion else {
            diagnostics.error(
                "alias-expansion",
                .aliasExpansion,
                at: span(start, end),
                help: "write out what differs, or use fewer aliases inside aliased values"
            )
            throw DocumentGivenUp()
        }
        try checkDepth(open.count + Int(heights[Int(target)]), at: span(start, end))
        var alias = records[Int(target)]
        alias.start = Int32(start)
        alias.end = Int32(end)
        alias.target = target
        let record = try append(alias)
        sizes[Int(record)] = sizes[Int(target)]
        heights[Int(record)] = heights[Int(target)]
        place(record)
    }

    /// Marks the next member as refused: a key that was reported, or a value that cannot be had.
    mutating func refuseNext() {
        guard let last = open.indices.last, records[Int(open[last].record)].kind == .mapping else { return }
        if case .none = open[last].key { open[last].key = .refused } else { open[last].key = .none }
    }

    private mutating func append(_ record: Tree.Record) throws(DocumentGivenUp) -> Int32 {
        guard diagnostics.all.count < DocumentLimits.errors else { throw DocumentGivenUp() }
        guard records.count < DocumentLimits.nodes else {
            diagnostics.error(
                "too-many-nodes",
                .tooManyNodes,
                at: span(Int(record.start), Int(record.end)),
                help: "move parts of it to files of their own and refer to them"
            )
            throw DocumentGivenUp()
        }
        records.append(record)
        sizes.append(1)
        heights.append(record.kind == .scalar ? 0 : 1)
        return Int32(records.count - 1)
    }

    private mutating func checkDepth(_ depth: Int, at span: Span) throws(DocumentGivenUp) {
        guard depth > DocumentLimits.nesting else { return }
        diagnostics.error("nesting-too-deep", .nestingTooDeep, at: span)
        throw DocumentGivenUp()
    }

    private mutating func place(_ record: Int32) {
        guard let last = open.indices.last else {
            root = record
            return
        }
        guard records[Int(open[last].record)].kind == .mapping else {
            pending.append(record)
            return
        }
        switch open[last].key {
        case .none: placeKey(record)
        case .refused: open[last].key = .none
        case .read(let key):
            pending.append(key)
            pending.append(record)
            open[last].key = .none
        }
    }

    private mutating func placeKey(_ record: Int32) {
        let last = open.count - 1
        let key = records[Int(record)]
        open[last].key = .refused
        guard key.target < 0 else {
            diagnostics.error(
                "alias-as-key",
                .aliasAsKey,
                at: span(record),
                help: "write the key out"
            )
            return
        }
        guard key.kind == .scalar else {
            diagnostics.error(
                "complex-key",
                .complexKey,
                at: span(record),
                help: "a key is a single word or a quoted text"
            )
            return
        }
        guard key.style != .plain || key.count > 0 else {
            diagnostics.error("empty-key", .emptyKey, at: span(record), help: "write the key's name before the colon")
            return
        }
        if let first = open[last].keys.insert(record, records: records, text: text) {
            diagnostics.error(
                "duplicate-key",
                .duplicateKey(String(decoding: bytes(of: record), as: UTF8.self)),
                at: span(record),
                labels: [.init("first defined here", at: span(first))],
                help: "keep one of the two; nothing decides between them"
            )
            return
        }
        open[last].key = .read(record)
        if isMergeKey(key) { open[last].merges.append(pending.count) }
    }

    private func bytes(of record: Int32) -> ArraySlice<UInt8> {
        let record = records[Int(record)]
        return text[Int(record.low)..<Int(record.low + record.count)]
    }

    private func isMergeKey(_ key: Tree.Record) -> Bool {
        language == .yaml && key.style == .plain && key.tag == .none
            && text[Int(key.low)..<Int(key.low + key.count)].elementsEqual("<<".utf8)
    }
}

// MARK: - Merge keys

extension TreeBuilder {
    /// The members of a mapping with each `<<` replaced by what it brings.
    ///
    /// A key that the mapping itself writes wins over a merged one, wherever it stands; of several merged mappings the
    /// earlier wins.
    private mutating func merged(_ members: [Int32], mergePlaces: [Int]) -> [Int32] {
        var taken: Set<ArraySlice<UInt8>> = []
        for place in stride(from: 0, to: members.count, by: 2) where !mergePlaces.contains(place) {
            taken.insert(bytes(of: members[place]))
        }
        var result: [Int32] = []
        for place in stride(from: 0, to: members.count, by: 2) {
            guard mergePlaces.contains(place) else {
                result.append(members[place])
                result.append(members[place + 1])
                continue
            }
            for source in mergeSources(members[place + 1]) {
                for key in stride(from: Int(source.low), to: Int(source.low + source.count), by: 2)
                where taken.insert(bytes(of: children[key])).inserted {
                    result.append(children[key])
                    result.append(children[key + 1])
                }
            }
        }
        return result
    }

    /// The mappings that the value of a `<<` names; anything else in it is reported.
    private mutating func mergeSources(_ value: Int32) -> [Tree.Record] {
        let record = resolved(value)
        switch record.kind {
        case .mapping: return [record]
        case .sequence:
            return children[Int(record.low)..<Int(record.low + record.count)].compactMap { member in
                mergeSource(member)
            }
        case .scalar:
            _ = mergeSource(value)
            return []
        }
    }

    private mutating func mergeSource(_ member: Int32) -> Tree.Record? {
        let record = resolved(member)
        guard record.kind != .mapping else { return record }
        diagnostics.error(
            "merge-key",
            .mergeOfNoMapping,
            at: span(member),
            help: "`<<` takes a mapping or a list of mappings; quote it where an ordinary key is meant"
        )
        return nil
    }

    private func resolved(_ index: Int32) -> Tree.Record {
        let record = records[Int(index)]
        return record.target < 0 ? record : records[Int(record.target)]
    }
}

// MARK: - Wording

extension Diagnostic.Message {
    fileprivate static func duplicateKey(_ key: String) -> Self { .init("the key `\(key)` is there twice") }
    fileprivate static var emptyKey: Self { .init("a key is missing before the colon") }
    fileprivate static var complexKey: Self { .init("a list or mapping cannot be a key") }
    fileprivate static var aliasAsKey: Self { .init("an alias cannot be a key") }
    fileprivate static var mergeOfNoMapping: Self { .init("only a mapping can be merged") }
    fileprivate static var tooManyNodes: Self {
        .init("the document has more than \(DocumentLimits.nodes) keys and values")
    }
    fileprivate static var nestingTooDeep: Self {
        .init("lists and mappings are nested more than \(DocumentLimits.nesting) deep")
    }
    fileprivate static var aliasExpansion: Self {
        .init("aliases stand for more than \(DocumentLimits.aliasExpansion) keys and values")
    }
}
