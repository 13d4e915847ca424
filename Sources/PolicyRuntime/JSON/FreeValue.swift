import PolicyPlan

/// Values of which no schema says anything: the grammar, the depth, and that no object has a name twice.
///
/// What `FastCheck` does for such values too, without a node for each of them.
struct FreeValue {
    let check: FastCheck

    /// A value; `depth` is how many levels of containers may still open.
    @inline(__always)
    private func value(at place: BytePointer, _ depth: Int) -> BytePointer? {
        switch place.byte {
        case 0x22:
            guard let end = StringScan.closingQuote(from: place + 1) else { return nil }
            return end + 1
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
            place = BlankScan.skip(end)
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        return place.byte == 0x5D ? place + 1 : nil
    }

    /// The members of an object, from the first of at least one.
    @inline(never)
    func members(at start: BytePointer, _ depth: Int) -> BytePointer? {
        let needsDistinct = check.denyDuplicates && !check.isDistinct
        let base = check.scratch.nameCount
        var object: UInt32 = 0
        var place = start
        while true {
            guard place.byte == 0x22, let name = StringScan.scan(from: place + 1) else { return nil }
            if needsDistinct, !isNew(from: place + 1, name, base, &object) { return nil }
            place = BlankScan.skip(name.end + 1)
            guard place.byte == 0x3A, let end = value(at: BlankScan.skip(place + 1), depth) else { return nil }
            place = BlankScan.skip(end)
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        check.scratch.close(base)
        return place.byte == 0x7D ? place + 1 : nil
    }

    @inline(__always)
    private func isNew(
        from start: BytePointer,
        _ name: StringScan.Scanned,
        _ base: Int,
        _ object: inout UInt32
    ) -> Bool {
        guard name.hasEscape else {
            return check.scratch.insert(start, name.end - start, base: base, object: &object)
        }
        let (plain, length) = check.scratch.unescape(from: start, to: name.end)
        return check.scratch.insert(plain, length, base: base, object: &object)
    }
}
