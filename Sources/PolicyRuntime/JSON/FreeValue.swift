import PolicyPlan

/// Values of which no schema says anything: the grammar, the depth, and that no object has a name twice.
///
/// What `FastCheck` does for such values too, without a node for each of them.
struct FreeValue {
    let check: FastCheck

    /// A value; `depth` is how many levels of containers may still open.
    @inline(__always)
    private func value(at place: BytePointer, _ depth: Int) -> BytePointer? {
        // Most values are strings: no call for them.
        guard place.byte == 0x22 else { return otherValue(at: place, depth) }
        guard let end = StringScan.closingQuote(from: place + 1) else { return nil }
        return end + 1
    }

    /// A value that is no string.
    private func otherValue(at place: BytePointer, _ depth: Int) -> BytePointer? {
        switch place.byte {
        case 0x7B:
            guard depth > 0 else { return nil }
            let first = BlankScan.skip(place + 1)
            return first.byte == 0x7D ? first + 1 : members(at: first, depth &- 1)
        case 0x5B:
            guard depth > 0 else { return nil }
            let first = BlankScan.skip(place + 1)
            return first.byte == 0x5D ? first + 1 : items(at: first, depth &- 1)
        case 0x74:
            // t r u e
            return place.word(at: 0) & 0xFFFF_FFFF == 0x6575_7274 ? place + 4 : nil
        case 0x66:
            // f a l s e
            return place.word(at: 0) & 0xFF_FFFF_FFFF == 0x65_736C_6166 ? place + 5 : nil
        case 0x6E:
            // n u l l
            return place.word(at: 0) & 0xFFFF_FFFF == 0x6C6C_756E ? place + 4 : nil
        default: return check.anyNumber(at: place)
        }
    }

    /// The items of an array, from the first of at least one.
    @inline(never)
    private func items(at start: BytePointer, _ depth: Int) -> BytePointer? {
        var place = start
        while true {
            guard let end = value(at: place, depth) else { return nil }
            guard let following = BlankScan.behind(0x2C, at: end) else {
                place = BlankScan.skip(end)
                break
            }
            place = following
        }
        return place.byte == 0x5D ? place + 1 : nil
    }

    /// The members of an object, from the first of at least one.
    @inline(never)
    func members(at start: BytePointer, _ depth: Int) -> BytePointer? {
        let needsDistinct = check.denyDuplicates && !check.isDistinct
        let looksAtNames = needsDistinct || check.forbidsNames
        let base = check.scratch.nameCount
        var object: UInt32 = 0
        var place = start
        while true {
            guard place.byte == 0x22, let name = StringScan.scan(from: place + 1) else { return nil }
            if looksAtNames, !isAllowed(from: place + 1, name, mustBeNew: needsDistinct, base, &object) { return nil }
            guard let first = BlankScan.behind(0x3A, at: name.end + 1), let end = value(at: first, depth) else {
                return nil
            }
            guard let following = BlankScan.behind(0x2C, at: end) else {
                place = BlankScan.skip(end)
                break
            }
            place = following
        }
        check.scratch.close(base)
        return place.byte == 0x7D ? place + 1 : nil
    }

    /// Whether a name is none that was seen before in the object, where it must not be, and no forbidden one.
    @inline(__always)
    private func isAllowed(
        from start: BytePointer,
        _ name: StringScan.Scanned,
        mustBeNew: Bool,
        _ base: Int,
        _ object: inout UInt32
    ) -> Bool {
        var text = start
        var length = name.end - start
        if name.hasEscape { (text, length) = check.scratch.unescape(from: start, to: name.end) }
        guard !check.forbidsNames || ForbidScan(of: check).allowsName(text, length) else { return false }
        return !mustBeNew || check.scratch.insert(text, length, base: base, object: &object)
    }
}
