import PolicyPlan

/// Decides values for which several schemas count at once: unions, negation, conditions, counted items, and what nobody
/// evaluated.
///
/// Every schema that looks at a value is compared with it once, whoever asks, so the cost is at most the number of values
/// times the number of schemas, never their powers. It runs over values that the fast pass found to be well-formed.
struct CombinedCheck {
    typealias Layout = ProgramLayout
    typealias Node = ProgramLayout.Node
    typealias Combination = ProgramLayout.Combination

    let fast: FastCheck
    let program: RecordPointer
    let memory: CheckMemory

    init(_ fast: FastCheck) {
        var fast = fast
        fast.isDistinct = fast.denyDuplicates
        self.fast = fast
        program = fast.program
        memory = fast.scratch.memory
    }

    /// Whether a well-formed value passes a node; `isExpanded` where its short way must not be taken.
    func passes(_ place: BytePointer, _ node: RecordPointer, _ depth: Int, isExpanded: Bool = false) -> Bool {
        let first = memory.entries.count
        defer { close(first) }
        let entry = add(UInt32(truncatingIfNeeded: node - program), first)
        _ = run(place, first, requested: 1, depth, explained: isExpanded ? entry : -1)
        return memory.entries[entry].state == .passed
    }

    /// The first part of a node's combination that a well-formed value does not keep, and its index among its kind.
    func firstFault(_ place: BytePointer, _ node: RecordPointer, _ depth: Int) -> (ContentKeyword, UInt32)? {
        let first = memory.entries.count
        defer { close(first) }
        _ = add(UInt32(truncatingIfNeeded: node - program), first)
        var fault: (ContentKeyword, UInt32)?
        _ = run(place, first, requested: 1, depth, explained: first) { frame in
            // What its own keywords refuse is known without this.
            if memory.entries[first].state == .holds { fault = self.fault(of: first, frame) }
        }
        return fault
    }

    // MARK: Entries

    /// Members or items of one value, as far as `unevaluated…` asks for them.
    struct Frame {
        let first: Int
        let count: Int
        let rows: Int
        var rowCount = 0
        let isObject: Bool
        let isArray: Bool
        /// Some entry asks what is evaluated, so that all of them must say.
        let isTracked: Bool
        /// The entry whose combination is looked at though the fast pass knows a short way; -1 for none.
        let explained: Int
    }

    /// The entry of a node for the value whose entries begin at `first`.
    func add(_ offset: UInt32, _ first: Int) -> Int {
        let id = Int((program + offset).word(Node.id))
        while memory.places.count <= id { memory.places.append(-1) }
        let known = memory.places[id]
        if known >= first, known < memory.entries.count, memory.entries[known].node == offset { return known }
        memory.entries.append(.init(node: offset, id: id, state: .holds, outer: known))
        memory.places[id] = memory.entries.count - 1
        return memory.entries.count - 1
    }

    func close(_ first: Int) {
        while memory.entries.count > first {
            let entry = memory.entries.removeLast()
            memory.places[entry.id] = entry.outer
        }
    }

    func node(_ entry: Int) -> RecordPointer {
        program + memory.entries[entry].node
    }

    func isPlain(_ node: RecordPointer) -> Bool {
        node.byte(Node.flags) & Node.isPlain != 0
    }

    func combination(_ node: RecordPointer) -> RecordPointer? {
        let offset = node.word(Node.combination)
        return offset == 0 ? nil : program + offset
    }

    func forEachApplicator(_ node: RecordPointer, _ body: (RecordPointer) -> Void) {
        guard let combination = combination(node) else { return }
        let list = program + combination.word(Combination.applicators)
        for index in 0..<Int(combination.word(Combination.applicatorCount)) {
            body(list + index &* Layout.Applicator.size)
        }
    }

    func forEachNode(_ applicator: RecordPointer, _ body: (UInt32) -> Void) {
        let list = program + applicator.word(Layout.Applicator.list)
        for index in 0..<Int(applicator.word(Layout.Applicator.count)) {
            let node = list.word(4 &* index)
            if node != Layout.none { body(node) }
        }
    }

    // MARK: Values

    /// Compares a value with all entries from `first` on, of which `requested` are asked for; its end.
    func run(
        _ place: BytePointer,
        _ first: Int,
        requested: Int,
        _ depth: Int,
        explained: Int = -1,
        inspect: (Frame) -> Void = { _ in }
    ) -> BytePointer {
        let isObject = place.byte == 0x7B
        let isArray = place.byte == 0x5B
        complete(first, explained, includingPlain: false)
        let isTracked =
            (isObject && asks(first, Combination.unevaluatedProperties))
            || (isArray && asks(first, Combination.unevaluatedItems))
        if isTracked { complete(first, explained, includingPlain: true) }
        var frame = Frame(
            first: first,
            count: memory.entries.count - first,
            rows: memory.rows.count,
            isObject: isObject,
            isArray: isArray,
            isTracked: isTracked,
            explained: explained
        )
        let words = memory.words.count
        let counts = memory.counts.count
        for entry in first..<first + frame.count { begin(entry, place, depth, frame) }
        let end: BytePointer
        if isObject {
            end = members(place, &frame, depth)
        } else if isArray {
            end = items(place, &frame, depth)
        } else {
            end = JSONSkim.value(at: place)
        }
        inspect(frame)
        for entry in first..<first + requested { _ = decide(entry, frame) }
        memory.words.removeLast(memory.words.count - words)
        memory.counts.removeLast(memory.counts.count - counts)
        memory.rows.removeLast(memory.rows.count - frame.rows)
        return end
    }

    /// Adds every schema that the entries apply to the same value.
    func complete(_ first: Int, _ explained: Int, includingPlain: Bool) {
        var index = first
        while index < memory.entries.count {
            let node = node(index)
            if includingPlain || index == explained || !isPlain(node) {
                forEachApplicator(node) { applicator in forEachNode(applicator) { _ = add($0, first) } }
            }
            index += 1
        }
    }

    /// Whether an entry has a rule for what nobody evaluates.
    func asks(_ first: Int, _ field: Int) -> Bool {
        (first..<memory.entries.count).contains { entry in
            combination(node(entry)).map { $0.word(field) != Layout.none } ?? false
        }
    }

    /// What an entry's own keywords say of a scalar, or of a container's type.
    func begin(_ entry: Int, _ place: BytePointer, _ depth: Int, _ frame: Frame) {
        let node = node(entry)
        guard frame.isObject || frame.isArray, walks(entry, frame) else {
            let mark = fast.scratch.mark
            let isWhole = isPlain(node) && !frame.isTracked && entry != frame.explained
            let end = isWhole ? fast.value(at: place, node, depth) : fast.generalValue(at: place, node, depth)
            fast.scratch.reset(to: mark)
            if end == nil { memory.entries[entry].state = .fails }
            return
        }
        let type: ValueTypes = place.byte == 0x7B ? .object : .array
        let values = node.word(Node.values)
        let isListed = values == 0 || ConstantMatch(program: program).isListed(place, program + values)
        guard ValueTypes(rawValue: node.byte(Node.types)).contains(type), isListed else {
            memory.entries[entry].state = .fails
            return
        }
        memory.entries[entry].words = memory.words.count
        memory.entries[entry].counts = memory.counts.count
        if type == .object {
            let properties = Int((program + node.word(Node.object)).word(Layout.NameTable.count))
            for _ in 0..<(properties &+ 63) / 64 { memory.words.append(0) }
        } else if let combination = combination(node) {
            for _ in 0..<Int(combination.word(Combination.containsCount)) { memory.counts.append(0) }
        }
    }

    /// Whether a node is compared part by part here, and not by one run of the fast pass.
    func walks(_ entry: Int, _ frame: Frame) -> Bool {
        frame.isTracked || entry == frame.explained || !isPlain(node(entry))
    }

    /// Whether an entry still takes part in the comparison of a container's parts.
    func isOpen(_ entry: Int, _ frame: Frame) -> Bool {
        memory.entries[entry].state == .holds && walks(entry, frame)
    }

    /// Compares a member's or item's value with what the entries ask of it; its end.
    func part(
        _ place: BytePointer,
        _ children: Int,
        _ links: Int,
        _ row: Int?,
        _ frame: Frame,
        _ depth: Int
    ) -> BytePointer {
        let requested = memory.entries.count - children
        let end =
            requested == 0
            ? JSONSkim.value(at: place) : run(place, children, requested: requested, depth &- 1)
        for index in links..<memory.links.count {
            let link = memory.links[index]
            let holds = memory.entries[link.child].state == .passed
            switch link.kind {
            case .required: if !holds { memory.entries[link.entry].state = .fails }
            case .unevaluated: if holds, let row { memory.rows[row + link.entry - frame.first] |= 2 }
            case .contains(let index):
                guard holds else { continue }
                memory.counts[memory.entries[link.entry].counts + index] += 1
                let flags = combination(node(link.entry))?.word(Combination.flags) ?? 0
                if let row, flags & Combination.containsEvaluates != 0 {
                    memory.rows[row + link.entry - frame.first] |= 1
                }
            }
        }
        memory.links.removeLast(memory.links.count - links)
        close(children)
        return end
    }

    /// A row for one more member or item, where rows are kept.
    func addRow(_ frame: inout Frame) -> Int? {
        guard frame.isTracked else { return nil }
        let row = memory.rows.count
        for _ in 0..<frame.count { memory.rows.append(0) }
        frame.rowCount += 1
        return row
    }

    func link(_ entry: Int, _ node: UInt32, _ kind: CheckMemory.Link.Kind, _ children: Int) {
        // Nothing is to be looked at where everything is allowed.
        if case .required = kind, program + node == fast.anyNode { return }
        let child = add(node, children)
        memory.links.append(.init(entry: entry, child: child, kind: kind))
    }
}
