import PolicyPlan

/// Looks at every member name and every string of a message for what is forbidden there.
///
/// It runs over messages that passed everything else, so that they are known to be well-formed.
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

    /// Whether no name and no string of a message matches.
    func passes(from start: BytePointer, to end: BytePointer) -> Bool {
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
            guard source(from: quote + 1, to: scanned.end, scanned.hasEscape, isName: isName) == nil else {
                return false
            }
            place = scanned.end + 1
        }
        return true
    }

    /// The source of the first pattern that a name or a string matches.
    func source(from start: BytePointer, to end: BytePointer, _ hasEscape: Bool, isName: Bool) -> UInt32? {
        let count = Int(forbid.word(isName ? Forbid.keyCount : Forbid.stringCount))
        guard count > 0 else { return nil }
        let list = program + forbid.word(isName ? Forbid.keys : Forbid.strings)
        var text = start
        var length = end - start
        if hasEscape { (text, length) = scratch.unescape(from: start, to: end) }
        defer { if hasEscape { scratch.forget(length) } }
        for index in 0..<count {
            let entry = list + index &* Forbid.entrySize
            guard AutomatonRun.outcome(program + entry.word(0), text, length) != 0 else { continue }
            return entry.word(4)
        }
        return nil
    }
}
