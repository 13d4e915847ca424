import PolicyPlan

/// The fast pass: decides in one run over the bytes whether a message passes every check of a root.
///
/// It only accepts; why a message is refused is for `ContentWalk` to say, which looks at everything again. Methods take the
/// place where a value begins and return the place behind it, or nil when the message is refused.
struct FastCheck {
    typealias Layout = ProgramLayout

    let program: RecordPointer
    let scratch: ScratchPointer
    /// The flags of the root, in one register.
    var flags: UInt32

    static let distinct: UInt32 = 1 << 31

    init(program: RecordPointer, scratch: ScratchPointer, flags: UInt32) {
        self.program = program
        self.scratch = scratch
        self.flags = flags & ~Self.distinct
    }

    @inline(__always)
    var denyDuplicates: Bool { flags & Layout.Root.denyDuplicates != 0 }

    @inline(__always)
    var interoperable: Bool { flags & Layout.Root.interoperable != 0 }

    /// Names that no schema knows are compared with what is forbidden.
    @inline(__always)
    var forbidsNames: Bool { flags & Layout.Root.namesInPass != 0 }

    /// The node that allows everything.
    @inline(__always)
    var anyNode: RecordPointer { program + program.word(Layout.anyNode) }

    /// The message was looked at before, so that no name occurs twice where that is denied.
    @inline(__always)
    var isDistinct: Bool {
        get { flags & Self.distinct != 0 }
        set { flags = newValue ? flags | Self.distinct : flags & ~Self.distinct }
    }

    // MARK: Values

    /// A value against a node; `depth` is how many levels of containers may still open.
    @inline(__always)
    func value(at place: BytePointer, _ node: RecordPointer, _ depth: Int) -> BytePointer? {
        switch node.byte(Layout.Node.operation) {
        case Layout.Operation.anyString:
            guard place.byte == 0x22, let end = StringScan.closingQuote(from: place + 1) else { return nil }
            return end + 1
        case Layout.Operation.anyNumber:
            return anyNumber(at: place)
        case Layout.Operation.boundedNumber:
            return boundedNumber(at: place, program + node.word(Layout.Node.number))
        case Layout.Operation.boundedString:
            return boundedString(at: place, program + node.word(Layout.Node.string))
        case Layout.Operation.shortStrings:
            return shortString(at: place, program + node.word(Layout.Node.string))
        case Layout.Operation.shapedString:
            return shapedString(at: place, program + node.word(Layout.Node.string))
        case Layout.Operation.ruledString:
            return ruledString(at: place, program + node.word(Layout.Node.string))
        case Layout.Operation.object:
            guard place.byte == 0x7B else { return nil }
            return object(at: place, program + node.word(Layout.Node.object), depth)
        case Layout.Operation.array:
            guard place.byte == 0x5B else { return nil }
            return array(at: place, program + node.word(Layout.Node.array), depth)
        case Layout.Operation.general:
            return generalValue(at: place, node, depth)
        default:
            return unionValue(at: place, node, depth)
        }
    }

    /// A value whose node says several things at once.
    @inline(never)
    func unionValue(at place: BytePointer, _ node: RecordPointer, _ depth: Int) -> BytePointer? {
        typealias Dispatch = Layout.Dispatch
        let combination = program + node.word(Layout.Node.combination)
        let dispatch = combination.word(Layout.Combination.dispatch)
        guard dispatch != 0 else { return combinedValue(at: place, node, depth) }
        let record = program + dispatch
        switch record.word(Dispatch.kind) {
        case Dispatch.instead: return value(at: place, program + record.word(Dispatch.node), depth)
        case Dispatch.byTag: return taggedValue(at: place, record, depth)
        case Dispatch.byItem: return selectedValue(at: place, record, node, depth)
        default: break
        }
        let target: UInt32
        switch place.byte {
        case 0x22: target = record.word(Dispatch.string)
        case 0x7B: target = record.word(Dispatch.object)
        case 0x5B: target = record.word(Dispatch.array)
        case 0x74, 0x66: target = record.word(Dispatch.boolean)
        case 0x6E: target = record.word(Dispatch.null)
        default: target = record.word(Dispatch.number)
        }
        return target == Layout.none ? nil : value(at: place, program + target, depth)
    }

    /// The grammar first, then all schemas together over what is known to be well-formed.
    func combinedValue(at place: BytePointer, _ node: RecordPointer, _ depth: Int) -> BytePointer? {
        guard let end = value(at: place, anyNode, depth) else { return nil }
        return CombinedCheck(self).passes(place, node, depth, isExpanded: true) ? end : nil
    }

    /// A value whose node allows several types or has a rule that only some values need.
    @inline(never)
    func generalValue(at place: BytePointer, _ node: RecordPointer, _ depth: Int) -> BytePointer? {
        let types = ValueTypes(rawValue: node.byte(Layout.Node.types))
        switch place.byte {
        case 0x22:
            guard types.contains(.string) else { return nil }
            let rule = node.word(Layout.Node.string)
            guard rule == 0 else { return ruledString(at: place, program + rule) }
            guard let end = StringScan.closingQuote(from: place + 1) else { return nil }
            return end + 1
        case 0x7B:
            guard types.contains(.object) else { return nil }
            guard let end = object(at: place, program + node.word(Layout.Node.object), depth) else { return nil }
            return isListed(place, node) ? end : nil
        case 0x5B:
            guard types.contains(.array) else { return nil }
            guard let end = array(at: place, program + node.word(Layout.Node.array), depth) else { return nil }
            return isListed(place, node) ? end : nil
        case 0x74:
            // t r u e
            guard types.contains(.true), place.word(at: 0) & 0xFFFF_FFFF == 0x6575_7274 else { return nil }
            return place + 4
        case 0x66:
            // f a l s e
            guard types.contains(.false), place.word(at: 0) & 0xFF_FFFF_FFFF == 0x65_736C_6166 else { return nil }
            return place + 5
        case 0x6E:
            // n u l l
            guard types.contains(.null), place.word(at: 0) & 0xFFFF_FFFF == 0x6C6C_756E else { return nil }
            return place + 4
        default:
            guard types.contains(.number) else { return nil }
            let rule = node.word(Layout.Node.number)
            return rule == 0 ? anyNumber(at: place) : slowNumber(at: place, program + rule)
        }
    }

    /// Whether a container is one of the node's listed values, where it lists any.
    func isListed(_ place: BytePointer, _ node: RecordPointer) -> Bool {
        let values = node.word(Layout.Node.values)
        return values == 0 || ConstantMatch(program: program).isListed(place, program + values)
    }

    // MARK: Numbers

    @inline(__always)
    func anyNumber(at place: BytePointer) -> BytePointer? {
        // Fewer than sixteen digits are carried by every reader.
        let first = place.byte == 0x2D ? place + 1 : place
        return DigitRun.short(at: first)?.end ?? slowNumber(at: place)
    }

    @inline(__always)
    func boundedNumber(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        let isNegative = place.byte == 0x2D
        let first = isNegative ? place + 1 : place
        guard let number = DigitRun.short(at: first) else { return slowNumber(at: place, rule) }
        // Most numbers lie far from every bound, which their digits alone show.
        let sure = rule.word(Layout.NumberRule.sureDigits) &>> UInt32(truncatingIfNeeded: number.whole)
        if sure & 1 != 0, !isNegative,
            !number.hasFraction || rule.word(Layout.NumberRule.flags) & Layout.NumberRule.integerOnly == 0
        {
            return number.end
        }
        let magnitude = DigitRun.value(first, number.whole)
        let whole = isNegative ? 0 &- magnitude : magnitude
        let low = Int64(bitPattern: rule.long(Layout.NumberRule.low))
        let high = Int64(bitPattern: rule.long(Layout.NumberRule.high))
        guard number.hasFraction else { return whole >= low && whole <= high ? number.end : nil }
        // Between two integers that are both within the bounds; anything nearer to a bound takes the exact way.
        let far = isNegative ? whole &- 1 : whole &+ 1
        guard min(whole, far) >= low, max(whole, far) <= high,
            rule.word(Layout.NumberRule.flags) & Layout.NumberRule.integerOnly == 0
        else { return slowNumber(at: place, rule) }
        return number.end
    }

    @inline(never)
    func slowNumber(at place: BytePointer) -> BytePointer? {
        guard place.byte == 0x2D || place.byte &- 0x30 < 10 else { return nil }
        let number = NumberText(at: place)
        return number.isWellFormed && number.isSafe(interoperable: interoperable) ? number.end : nil
    }

    @inline(never)
    func slowNumber(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        guard place.byte == 0x2D || place.byte &- 0x30 < 10 else { return nil }
        let number = NumberText(at: place)
        guard number.isWellFormed, number.isSafe(interoperable: interoperable),
            number.firstFault(of: rule, in: program) == nil,
            rule.word(Layout.NumberRule.flags) & Layout.NumberRule.integerByForm == 0
                || NumberForm.isInteger(place, number.end)
        else { return nil }
        return number.end
    }

    // MARK: Containers

    /// An array, from its bracket.
    @inline(never)
    func array(at bracket: BytePointer, _ rule: RecordPointer, _ depth: Int) -> BytePointer? {
        typealias Rule = Layout.ArrayRule
        guard depth > 0 else { return nil }
        var place = BlankScan.skip(bracket + 1)
        let minimum = Int(rule.word(Rule.minimum))
        guard place.byte != 0x5D else { return minimum == 0 ? place + 1 : nil }
        let items = program + rule.word(Rule.items)
        let prefixCount = Int(rule.word(Rule.prefixCount))
        var count = 0
        while true {
            var node = items
            if count < prefixCount {
                let prefix = program + rule.word(Rule.prefix)
                node = program + prefix.word(count &* Layout.PrefixItem.size)
            }
            guard let end = value(at: place, node, depth &- 1) else { return nil }
            count &+= 1
            guard let following = BlankScan.behind(0x2C, at: end) else {
                place = BlankScan.skip(end)
                break
            }
            place = following
        }
        guard place.byte == 0x5D, count >= minimum, count <= Int(rule.word(Rule.maximum)) else { return nil }
        if rule.word(Rule.flags) & Rule.unique != 0, count > 1,
            !ValueComparison(scratch: scratch).hasUniqueItems(bracket)
        {
            return nil
        }
        return place + 1
    }

    /// An object, from its brace.
    @inline(never)
    func object(at brace: BytePointer, _ rule: RecordPointer, _ depth: Int) -> BytePointer? {
        guard depth > 0 else { return nil }
        let place = BlankScan.skip(brace + 1)
        guard rule.word(Layout.ObjectRule.flags) & (Layout.ObjectRule.wide | Layout.ObjectRule.named) == 0 else {
            return GeneralObject(check: self, rule: rule).members(at: place, depth)
        }
        if place.byte == 0x7D { return closedObject(at: place, rule, seen: 0, unknown: 0) }
        if rule.word(Layout.NameTable.count) | rule.word(Layout.ObjectRule.flags) == 0,
            program + rule.word(Layout.ObjectRule.additional) == anyNode
        {
            return FreeValue(check: self).members(at: place, depth &- 1)
        }
        return members(at: place, rule, depth, seen: 0, next: 0)
    }

    /// The members of an object of at most 64 properties, from a name on.
    ///
    /// `seen` has a bit for each property that stands before; `next` is the one that is expected.
    @inline(__always)
    func members(
        at start: BytePointer,
        _ rule: RecordPointer,
        _ depth: Int,
        seen before: UInt64,
        next expected: Int
    ) -> BytePointer? {
        typealias Entry = Layout.NameEntry
        let count = Int(rule.word(Layout.NameTable.count))
        let entries = program + rule.word(Layout.NameTable.entries)
        let base = scratch.nameCount
        var object: UInt32 = 0
        var unknown = 0
        var seen = before
        var repeated: UInt64 = 0
        var next = expected
        var entry = entries + next &* Entry.size
        var place = start
        while true {
            var isKnown = true
            if next < count, NameLookup.matches(entry, at: place, in: program) {
                place = place + (Int(entry.word(Entry.length)) &+ 2)
            } else {
                // What came last behind the same member.
                let key = UInt32(truncatingIfNeeded: (next == 0 ? rule : entry + -Entry.size) - program)
                var property = scratch.prediction(key)
                let predicted = entries + property &* Entry.size
                if property >= 0, property < count, NameLookup.matches(predicted, at: place, in: program) {
                    place = place + (Int(predicted.word(Entry.length)) &+ 2)
                } else {
                    guard let name = name(at: place, rule, base, &object) else { return nil }
                    place = name.end
                    property = name.property
                    if property >= 0 { scratch.predict(property, at: key) } else { unknown &+= name.isNew ? 1 : 0 }
                }
                isKnown = property >= 0
                if isKnown {
                    next = property
                    entry = entries + property &* Entry.size
                }
            }
            let node: RecordPointer
            if isKnown {
                let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: next)
                repeated |= seen & bit
                seen |= bit
                node = program + entry.word(Entry.target)
                next &+= 1
                entry = entry + Entry.size
            } else {
                // The next one is expected still.
                node = program + rule.word(Layout.ObjectRule.additional)
            }
            guard let first = BlankScan.behind(0x3A, at: place), let end = value(at: first, node, depth &- 1) else {
                return nil
            }
            guard let following = BlankScan.behind(0x2C, at: end) else {
                place = BlankScan.skip(end)
                break
            }
            place = following
        }
        scratch.close(base)
        guard place.byte == 0x7D, repeated == 0 || !denyDuplicates else { return nil }
        return closedObject(at: place, rule, seen: seen, unknown: unknown)
    }

    /// What is known at the closing brace of an object of at most 64 properties.
    @inline(__always)
    func closedObject(at brace: BytePointer, _ rule: RecordPointer, seen: UInt64, unknown: Int) -> BytePointer? {
        typealias Rule = Layout.ObjectRule
        let required = rule.long(Rule.required)
        guard seen & required == required else { return nil }
        guard rule.word(Rule.flags) & Rule.counted != 0 else { return brace + 1 }
        let distinct = seen.nonzeroBitCount &+ unknown
        guard distinct >= Int(rule.word(Rule.minimum)), distinct <= Int(rule.word(Rule.maximum)) else { return nil }
        return brace + 1
    }

    struct Name {
        /// Behind the closing quote.
        let end: BytePointer
        /// The index of the property; -1 for an unknown name.
        let property: Int
        /// Whether an unknown name is the first of its kind in the object, where that matters.
        let isNew: Bool
    }

    /// A name that is not the expected one; nil when it is refused.
    @inline(never)
    func name(at quote: BytePointer, _ rule: RecordPointer, _ base: Int, _ object: inout UInt32) -> Name? {
        guard quote.byte == 0x22, let scanned = StringScan.scan(from: quote + 1) else { return nil }
        let end = scanned.end
        var start = quote + 1
        var length = end - start
        let isEscaped = scanned.hasEscape
        if isEscaped { (start, length) = scratch.unescape(from: start, to: end) }
        let property = NameLookup.index(of: start, length, in: rule, program)
        guard property < 0 else {
            if isEscaped { scratch.forget(length) }
            return Name(end: end + 1, property: property, isNew: false)
        }
        let flags = rule.word(Layout.ObjectRule.flags)
        // With patterns, what an unknown name may be is for them to say.
        guard flags & Layout.ObjectRule.additionalDenied == 0 || flags & Layout.ObjectRule.named != 0 else {
            return nil
        }
        guard !forbidsNames || ForbidScan(of: self).allowsName(start, length) else { return nil }
        guard !isDistinct, denyDuplicates || flags & Layout.ObjectRule.counted != 0 else {
            return Name(end: end + 1, property: -1, isNew: true)
        }
        let isNew = scratch.insert(start, length, base: base, object: &object)
        guard isNew || !denyDuplicates else { return nil }
        return Name(end: end + 1, property: -1, isNew: isNew)
    }
}
