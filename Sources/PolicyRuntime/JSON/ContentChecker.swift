package import PolicyPlan
import WebSocketProtocol

/// Decides the content of whole messages by a verified program.
///
/// Accepting allocates nothing. A refusal costs a second, slower run that finds the fault to report.
package struct ContentChecker {
    /// A message in padded memory.
    ///
    /// `root` is one of the program's roots; `scratch` is used by one check at a time.
    package static func check(
        program: ProgramView,
        root: UInt32,
        message: borrowing PaddedBytes,
        scratch: inout ContentScratch
    ) -> ContentVerdict {
        decide(program: program, root: root, start: message.start, count: message.count, scratch: &scratch)
    }

    /// As above, with the padded memory found by whoever calls.
    static func decide(
        program: ProgramView,
        root: UInt32,
        start: BytePointer,
        count: Int,
        scratch: inout ContentScratch
    ) -> ContentVerdict {
        let pointer = scratch.begin(count: count, program)
        if let type = accept(program, RecordPointer(program) + root, start, start + count, pointer) {
            return ContentVerdict(violation: nil, offset: 0, typeIndex: type, action: .close)
        }
        return refuse(program, root, start, count, pointer)
    }

    /// The type's index (-1 for none) where the message passes; nil where it does not, and `check` says why.
    @inline(__always)
    static func accepts(
        program: ProgramView,
        root: UInt32,
        message: borrowing PaddedBytes,
        scratch: inout ContentScratch
    ) -> Int? {
        let start = message.start
        let pointer = scratch.begin(count: message.count, program)
        return accept(program, RecordPointer(program) + root, start, start + message.count, pointer)
    }

    /// A message in any memory, which is copied first.
    package static func check(
        program: ProgramView,
        root: UInt32,
        unpadded message: Span<UInt8>,
        scratch: inout ContentScratch
    ) -> ContentVerdict {
        var copy = PaddedBytes()
        swap(&copy, &scratch.message)
        copy.removeAll()
        copy.append(message)
        let verdict = check(program: program, root: root, message: copy, scratch: &scratch)
        swap(&copy, &scratch.message)
        return verdict
    }

    /// The type's index (-1 for none) when the message passes; nil when it does not.
    private static func accept(
        _ program: ProgramView,
        _ root: RecordPointer,
        _ start: BytePointer,
        _ end: BytePointer,
        _ scratch: ScratchPointer
    ) -> Int? {
        typealias Root = ProgramLayout.Root
        let flags = root.word(Root.flags)
        let check = FastCheck(program: RecordPointer(program), scratch: scratch, flags: flags)
        if flags & Root.namesInPass != 0 { scratch.forbid = root.word(Root.forbid) }
        let place = BlankScan.skip(start)
        let depth = Int(root.word(Root.depth))
        var type = -1
        let last: BytePointer?
        if place.byte == 0x5B, root.word(Root.batchItems) != 0 {
            last = check.batch(at: place, root, depth)
        } else if flags & Root.hasDiscriminator == 0 {
            last = check.value(at: place, check.program + root.word(Root.node), depth)
        } else {
            last = check.typedValue(at: place, root, depth, &type)
        }
        guard let last, last == end || BlankScan.skip(last) == end else { return nil }
        if let scan = ForbidScan(program: check.program, root: root, scratch: scratch),
            !scan.passes(from: start, to: end, exceptNames: flags & Root.namesInPass != 0)
        {
            return nil
        }
        return type
    }

    @inline(never)
    private static func refuse(
        _ program: ProgramView,
        _ root: UInt32,
        _ start: BytePointer,
        _ count: Int,
        _ scratch: ScratchPointer
    ) -> ContentVerdict {
        scratch.reset(to: (0, 0))
        let walk = ContentWalk.run(
            program: program,
            root: root,
            start: start,
            count: count,
            detailed: false,
            scratch: scratch
        )
        guard let fault = walk.verdictFault else {
            // The two passes disagree, which only a damaged program can bring about: what one refused stays refused.
            return ContentVerdict(violation: .schemaMismatch, offset: 0, typeIndex: walk.messageType, action: .close)
        }
        return ContentVerdict(
            violation: fault.violation,
            offset: fault.offset,
            typeIndex: walk.messageType,
            action: fault.action
        )
    }
}
