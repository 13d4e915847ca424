import PolicyPlan

/// What the parts of a value say together: combinations, counts, what is evaluated.
extension CombinedCheck {
    /// Whether an entry passes, once everything below its value is known.
    func decide(_ entry: Int, _ frame: Frame) -> Bool {
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
    func fault(of entry: Int, _ frame: Frame) -> (ContentKeyword, UInt32)? {
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
    func isEvaluated(_ entry: Int, _ frame: Frame) -> Bool {
        var row = frame.rows + entry - frame.first
        for _ in 0..<frame.rowCount {
            guard memory.rows[row] != 0 else { return false }
            memory.rows[row] = 1
            row += frame.count
        }
        return true
    }

    /// The keyword, where an applicator does not hold.
    func fault(_ applicator: RecordPointer, _ entry: Int, _ frame: Frame) -> ContentKeyword? {
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
    func take(_ inner: Int, _ entry: Int, _ frame: Frame) {
        var row = frame.rows
        for _ in 0..<frame.rowCount {
            memory.rows[row + entry - frame.first] |= memory.rows[row + inner - frame.first] & 1
            row += frame.count
        }
    }
}
