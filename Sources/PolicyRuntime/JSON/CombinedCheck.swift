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

    private let fast: FastCheck
    private let program: RecordPointer
    private let memory: CheckMemory

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
    private struct Frame {
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
    private func add(_ offset: UInt32, _ first: Int) -> Int {
        let id = Int((program + offset).word(Node.id))
        while memory.places.count <= id { memory.places.append(-1) }
        let known = memory.places[id]
        if known >= first, known < memory.entries.count, memory.entries[known].node == offset { return known }
        memory.entries.append(.init(node: offset, id: id, state: .holds, outer: known))
        memory.places[id] = memory.entries.count - 1
        return memory.entries.count - 1
    }

    private func close(_ first: Int) {
        while memory.entries.count > first {
            let entry = memory.entries.removeLast()
            memory.places[entry.id] = entry.outer
        }
    }

    private func node(_ entry: Int) -> RecordPointer {
        program + memory.entries[entry].node
    }

    private func isPlain(_ node: RecordPointer) -> Bool {
        node.byte(Node.flags) & Node.isPlain != 0
    }

    private func combination(_ node: RecordPointer) -> RecordPointer? {
        let offset = node.word(Node.combination)
        return offset == 0 ? nil : program + offset
    }

    private func forEachApplicator(_ node: RecordPointer, _ body: (RecordPointer) -> Void) {
        guard let combination = combination(node) else { return }
        let list = program + combination.word(Combination.applicators)
        for index in 0..<Int(combination.word(Combination.applicatorCount)) {
            body(list + index &* Layout.Applicator.size)
        }
    }

    private func forEachNode(_ applicator: RecordPointer, _ body: (UInt32) -> Void) {
        let list = program + applicator.word(Layout.Applicator.list)
        for index in 0..<Int(applicator.word(Layout.Applicator.count)) {
            let node = list.word(4 &* index)
            if node != Layout.none { body(node) }
        }
    }

    // MARK: Values

    /// Compares a value with all entries from `first` on, of which `requested` are asked for; its end.
    private func run(
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
    private func complete(_ first: Int, _ explained: Int, includingPlain: Bool) {
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
    private func asks(_ first: Int, _ field: Int) -> Bool {
        (first..<memory.entries.count).contains { entry in
            combination(node(entry)).map { $0.word(field) != Layout.none } ?? false
        }
    }

    /// What an entry's own keywords say of a scalar, or of a container's type.
    private func begin(_ entry: Int, _ place: BytePointer, _ depth: Int, _ frame: Frame) {
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
    private func walks(_ entry: Int, _ frame: Frame) -> Bool {
        frame.isTracked || entry == frame.explained || !isPlain(node(entry))
    }

    /// Whether an entry still takes part in the comparison of a container's parts.
    private func isOpen(_ entry: Int, _ frame: Frame) -> Bool {
        memory.entries[entry].state == .holds && walks(entry, frame)
    }

    /// Compares a member's or item's value with what the entries ask of it; its end.
    private func part(
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
    private func addRow(_ frame: inout Frame) -> Int? {
        guard frame.isTracked else { return nil }
        let row = memory.rows.count
        for _ in 0..<frame.count { memory.rows.append(0) }
        frame.rowCount += 1
        return row
    }

    private func link(_ entry: Int, _ node: UInt32, _ kind: CheckMemory.Link.Kind, _ children: Int) {
        // Nothing is to be looked at where everything is allowed.
        if case .required = kind, program + node == fast.anyNode { return }
        let child = add(node, children)
        memory.links.append(.init(entry: entry, child: child, kind: kind))
    }

    // MARK: Objects

    private func members(_ brace: BytePointer, _ frame: inout Frame, _ depth: Int) -> BytePointer {
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let quote = place
            let nameEnd = JSONSkim.string(at: quote)
            let row = addRow(&frame)
            let children = memory.entries.count
            let links = memory.links.count
            let mark = fast.scratch.mark
            var name = quote + 1
            var length = nameEnd - quote &- 2
            if StringScan.hasEscape(from: name, to: nameEnd + -1) {
                (name, length) = fast.scratch.unescape(from: name, to: nameEnd + -1)
            }
            for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
                member(entry, quote, name, length, children, row.map { $0 + entry - frame.first }, depth)
            }
            fast.scratch.reset(to: mark)
            place = BlankScan.skip(BlankScan.skip(nameEnd) + 1)
            place = BlankScan.skip(part(place, children, links, row, frame, depth))
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        var distinct = -1
        for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
            if !isComplete(entry, brace, &distinct) { memory.entries[entry].state = .fails }
        }
        return place + 1
    }

    /// What one entry says of a member: of its name at once, of its value by a link.
    private func member(
        _ entry: Int,
        _ quote: BytePointer,
        _ name: BytePointer,
        _ length: Int,
        _ children: Int,
        _ mark: Int?,
        _ depth: Int
    ) {
        typealias Rule = Layout.ObjectRule
        let node = node(entry)
        let rule = program + node.word(Node.object)
        let names = rule.word(Rule.names)
        if names != 0, (program + names).word(Layout.ObjectNames.node) != Layout.none {
            let allowed = program + (program + names).word(Layout.ObjectNames.node)
            guard passes(quote, allowed, depth) else {
                memory.entries[entry].state = .fails
                return
            }
        }
        let child: UInt32
        let isDenied: Bool
        let isEvaluated: Bool
        let property = NameLookup.index(of: name, length, in: rule, program)
        if property >= 0 {
            let record = program + rule.word(Layout.NameTable.entries) + property &* Layout.NameEntry.size
            memory.words[memory.entries[entry].words + property / 64] |= 1 << UInt64(property % 64)
            child = record.word(Layout.NameEntry.target)
            isDenied = record.word(Layout.NameEntry.flags) & Layout.NameEntry.denied != 0
            isEvaluated = record.word(Layout.NameEntry.flags) & Layout.NameEntry.evaluated != 0
        } else {
            var outcome = 0
            if names != 0, (program + names).word(Layout.ObjectNames.automaton) != 0 {
                let automaton = program + (program + names).word(Layout.ObjectNames.automaton)
                outcome = AutomatonRun.outcome(automaton, name, length)
            }
            if outcome > 0, let found = MemberNames.child(outcome, program + names, program) {
                child = UInt32(truncatingIfNeeded: found.node - program)
                isDenied = found.isDenied
                isEvaluated = true
            } else {
                child = rule.word(Rule.additional)
                isDenied = rule.word(Rule.flags) & Rule.additionalDenied != 0
                isEvaluated = rule.word(Rule.flags) & Rule.additionalEvaluates != 0
            }
        }
        guard !isDenied else {
            memory.entries[entry].state = .fails
            return
        }
        link(entry, child, .required, children)
        if let mark, isEvaluated { memory.rows[mark] |= 1 }
        if let combination = combination(node) {
            let rest = combination.word(Combination.unevaluatedProperties)
            if rest != Layout.none { link(entry, rest, .unevaluated, children) }
        }
    }

    private func isSeen(_ entry: Int, _ property: Int) -> Bool {
        memory.words[memory.entries[entry].words + property / 64] >> UInt64(property % 64) & 1 == 1
    }

    /// What an entry's own keywords say at the closing brace; `distinct` is the number of names once it is known.
    private func isComplete(_ entry: Int, _ brace: BytePointer, _ distinct: inout Int) -> Bool {
        typealias Rule = Layout.ObjectRule
        let rule = program + node(entry).word(Node.object)
        let properties = Int(rule.word(Layout.NameTable.count))
        let isWide = rule.word(Rule.flags) & Rule.wide != 0
        let required = isWide ? program + rule.word(Rule.requiredWords) : rule + Rule.required
        for index in 0..<(properties &+ 63) / 64 {
            let mask = required.long(8 &* index)
            guard memory.words[memory.entries[entry].words + index] & mask == mask else { return false }
        }
        guard MemberNames.missing(of: rule, program, isSeen: { isSeen(entry, $0) }) == nil else { return false }
        guard rule.word(Rule.flags) & Rule.counted != 0 else { return true }
        if distinct < 0 { distinct = distinctNames(brace) }
        return distinct >= Int(rule.word(Rule.minimum)) && distinct <= Int(rule.word(Rule.maximum))
    }

    private func distinctNames(_ brace: BytePointer) -> Int {
        let mark = fast.scratch.mark
        defer { fast.scratch.reset(to: mark) }
        var count = 0
        var object: UInt32 = 0
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let end = JSONSkim.string(at: place)
            var name = place + 1
            var length = end - place &- 2
            if !fast.isDistinct, StringScan.hasEscape(from: name, to: end + -1) {
                (name, length) = fast.scratch.unescape(from: name, to: end + -1)
            }
            if fast.isDistinct || fast.scratch.insert(name, length, base: mark.names, object: &object) { count += 1 }
            place = BlankScan.skip(BlankScan.skip(end) + 1)
            place = BlankScan.skip(JSONSkim.value(at: place))
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        return count
    }

    // MARK: Arrays

    private func items(_ bracket: BytePointer, _ frame: inout Frame, _ depth: Int) -> BytePointer {
        typealias Rule = Layout.ArrayRule
        var place = BlankScan.skip(bracket + 1)
        var count = 0
        while place.byte != 0x5D {
            let row = addRow(&frame)
            let children = memory.entries.count
            let links = memory.links.count
            for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
                item(entry, count, children, row.map { $0 + entry - frame.first })
            }
            place = BlankScan.skip(part(place, children, links, row, frame, depth))
            count += 1
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
            let rule = program + node(entry).word(Node.array)
            let holds =
                count >= Int(rule.word(Rule.minimum)) && count <= Int(rule.word(Rule.maximum))
                && (rule.word(Rule.flags) & Rule.unique == 0
                    || ValueComparison(scratch: fast.scratch).hasUniqueItems(bracket))
            if !holds { memory.entries[entry].state = .fails }
        }
        return place + 1
    }

    private func item(_ entry: Int, _ index: Int, _ children: Int, _ mark: Int?) {
        typealias Rule = Layout.ArrayRule
        let node = node(entry)
        let rule = program + node.word(Node.array)
        var child = rule.word(Rule.items)
        var isDenied = rule.word(Rule.flags) & Rule.itemsDenied != 0
        var isEvaluated = rule.word(Rule.flags) & Rule.itemsEvaluate != 0
        if index < Int(rule.word(Rule.prefixCount)) {
            let record = program + rule.word(Rule.prefix) + index &* Layout.PrefixItem.size
            child = record.word(Layout.PrefixItem.node)
            isDenied = record.word(Layout.PrefixItem.flags) & Layout.PrefixItem.denied != 0
            isEvaluated = true
        }
        guard !isDenied else {
            memory.entries[entry].state = .fails
            return
        }
        link(entry, child, .required, children)
        if let mark, isEvaluated { memory.rows[mark] |= 1 }
        guard let combination = combination(node) else { return }
        let contains = program + combination.word(Combination.contains)
        for place in 0..<Int(combination.word(Combination.containsCount)) {
            let record = contains + place &* Layout.Contains.size
            link(entry, record.word(Layout.Contains.node), .contains(place), children)
        }
        let rest = combination.word(Combination.unevaluatedItems)
        if rest != Layout.none { link(entry, rest, .unevaluated, children) }
    }

    // MARK: Decisions

    /// Whether an entry passes, once everything below its value is known.
    private func decide(_ entry: Int, _ frame: Frame) -> Bool {
        switch memory.entries[entry].state {
        case .passed: return true
        // In place of itself: the verifier knows none, and nothing passes for it.
        case .refused, .deciding: return false
        case .fails:
            memory.entries[entry].state = .refused
            return false
        case .holds: break
        }
        memory.entries[entry].state = .deciding
        // A scalar has nothing to be evaluated; a plain node has been decided as a whole.
        let isWhole = !walks(entry, frame)
        let holds = isWhole || fault(of: entry, frame) == nil
        memory.entries[entry].state = holds ? .passed : .refused
        return holds
    }

    /// The first part of an entry's combination that does not hold; what passes adds to what the entry evaluates.
    private func fault(of entry: Int, _ frame: Frame) -> (ContentKeyword, UInt32)? {
        let node = node(entry)
        guard let combination = combination(node) else { return nil }
        var fault: (ContentKeyword, UInt32)?
        var index: UInt32 = 0
        forEachApplicator(node) { applicator in
            if fault == nil, let keyword = self.fault(applicator, entry, frame) { fault = (keyword, index) }
            index += 1
        }
        guard fault == nil else { return fault }
        if frame.isArray, memory.entries[entry].state != .fails {
            let contains = program + combination.word(Combination.contains)
            for place in 0..<Int(combination.word(Combination.containsCount)) {
                let record = contains + place &* Layout.Contains.size
                let count = memory.counts[memory.entries[entry].counts + place]
                guard count >= Int(record.word(Layout.Contains.minimum)),
                    count <= Int(record.word(Layout.Contains.maximum))
                else { return (.contains, UInt32(place)) }
            }
            if combination.word(Combination.unevaluatedItems) != Layout.none, !isEvaluated(entry, frame) {
                return (.unevaluatedItems, 0)
            }
        }
        if frame.isObject, combination.word(Combination.unevaluatedProperties) != Layout.none,
            memory.entries[entry].state != .fails, !isEvaluated(entry, frame)
        {
            return (.unevaluatedProperties, 0)
        }
        return nil
    }

    /// Whether every member or item is evaluated or passes the rule for the rest; all of them are evaluated then.
    private func isEvaluated(_ entry: Int, _ frame: Frame) -> Bool {
        var row = frame.rows + entry - frame.first
        for _ in 0..<frame.rowCount {
            guard memory.rows[row] != 0 else { return false }
            memory.rows[row] = 1
            row += frame.count
        }
        return true
    }

    /// The keyword, where an applicator does not hold.
    private func fault(_ applicator: RecordPointer, _ entry: Int, _ frame: Frame) -> ContentKeyword? {
        typealias Applicator = Layout.Applicator
        func passes(_ node: UInt32) -> Bool {
            let inner = add(node, frame.first)
            guard decide(inner, frame) else { return false }
            take(inner, entry, frame)
            return true
        }
        let list = program + applicator.word(Applicator.list)
        switch applicator.word(Applicator.kind) {
        case Applicator.all: return passes(list.word(0)) ? nil : .allOf
        case Applicator.any, Applicator.one:
            var count = 0
            forEachNode(applicator) { if passes($0) { count += 1 } }
            if applicator.word(Applicator.kind) == Applicator.any { return count > 0 ? nil : .anyOf }
            return count == 1 ? nil : .oneOf
        case Applicator.not: return decide(add(list.word(0), frame.first), frame) ? .not : nil
        case Applicator.conditional:
            let then = list.word(4)
            let otherwise = list.word(8)
            guard passes(list.word(0)) else {
                return otherwise == Layout.none || passes(otherwise) ? nil : .conditional
            }
            return then == Layout.none || passes(then) ? nil : .conditional
        default:
            guard frame.isObject, memory.entries[entry].state != .fails,
                isSeen(entry, Int(applicator.word(Applicator.property)))
            else { return nil }
            return passes(list.word(0)) ? nil : .dependentSchema
        }
    }

    /// Adds what one entry evaluates to another.
    private func take(_ inner: Int, _ entry: Int, _ frame: Frame) {
        var row = frame.rows
        for _ in 0..<frame.rowCount {
            memory.rows[row + entry - frame.first] |= memory.rows[row + inner - frame.first] & 1
            row += frame.count
        }
    }
}
