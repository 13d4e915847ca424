import PolicyPlan

/// Looks for what is forbidden in member names and strings.
///
/// Where no name that a schema knows is forbidden, the fast pass asks it about the others as it reads them. Strings, and names
/// where that does not hold, are looked at in a message that passed everything else, so that it is known to be well-formed.
struct ForbidScan {
    typealias Forbid = ProgramLayout.Forbid

    let program: RecordPointer
    let forbid: RecordPointer
    let scratch: ScratchPointer

    /// What of a root is forbidden; nil where nothing is.
    init?(program: RecordPointer, root: RecordPointer, scratch: ScratchPointer) {
        let offset = root.word(ProgramLayout.Root.forbid)
        guard offset != 0 else { return nil }
        self.program = program
        forbid = program + offset
        self.scratch = scratch
    }

    /// Of the root whose names the fast pass looks at.
    @inline(__always)
    init(of check: FastCheck) {
        program = check.program
        forbid = check.program + check.scratch.forbid
        scratch = check.scratch
    }

    /// Whether a name that no schema knows may stand in a message.
    @inline(never)
    func allowsName(_ start: BytePointer, _ length: Int) -> Bool {
        source(of: start, length, isName: true) == nil
    }

    /// Whether no string of a message matches, and no name where those were not looked at before.
    func passes(from start: BytePointer, to end: BytePointer, exceptNames: Bool) -> Bool {
        guard forbid.word(Forbid.stringCount) != 0 || !exceptNames else { return true }
        var place = start
        while end - place > 0 {
            let index = (place.block .== Lanes.all(0x22)).firstIndex
            guard index != 16 else {
                place = place + 16
                continue
            }
            let quote = place + index
            guard end - quote > 0, let scanned = StringScan.scan(from: quote + 1) else { return true }
            let behind = BlankScan.skip(scanned.end + 1)
            let isName = behind.byte == 0x3A
            let isDecided = isName && exceptNames
            guard isDecided || source(from: quote + 1, to: scanned.end, scanned.hasEscape, isName: isName) == nil else {
                return false
            }
            place = scanned.end + 1
        }
        return true
    }

    /// The source of the first pattern that a name or a string matches.
    func source(from start: BytePointer, to end: BytePointer, _ hasEscape: Bool, isName: Bool) -> UInt32? {
        guard forbid.word(isName ? Forbid.keyCount : Forbid.stringCount) > 0 else { return nil }
        guard hasEscape else { return source(of: start, end - start, isName: isName) }
        let (text, length) = scratch.unescape(from: start, to: end)
        defer { scratch.forget(length) }
        return source(of: text, length, isName: isName)
    }

    /// As above, of a text without escapes.
    private func source(of text: BytePointer, _ length: Int, isName: Bool) -> UInt32? {
        let count = Int(forbid.word(isName ? Forbid.keyCount : Forbid.stringCount))
        let list = program + forbid.word(isName ? Forbid.keys : Forbid.strings)
        for index in 0..<count {
            let entry = list + index &* Forbid.entrySize
            let outcome = AutomatonRun.outcome(program + entry.word(0), text, length)
            guard outcome != 0 else { continue }
            return (program + entry.word(4)).word(Forbid.firstSource &+ 4 &* (outcome &- 1))
        }
        return nil
    }
}
