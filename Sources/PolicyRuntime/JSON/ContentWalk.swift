import PolicyPlan
import WebSocketProtocol

/// The slow pass: finds the first fault of every kind in a message, as the manual's page on content checks defines them.
///
/// It keeps its own stack, so nesting costs heap, not stack; it allocates, and runs only over refused messages.
struct ContentWalk {
    enum State {
        case value(Value)
        /// Behind an opening brace or bracket, where the container may close.
        case firstMember, firstItem
        /// Behind a comma in an object.
        case member
        case colon(Value)
        /// Behind a value.
        case after
    }

    struct Value {
        /// All of them hold; none where no schema is looked at.
        var nodes: [RecordPointer]
        /// How many steps of the discriminator lead here; -1 beside its path.
        var step: Int
    }

    struct Frame {
        let isObject: Bool
        let start: Int
        let nodes: [RecordPointer]
        let step: Int
        /// Inside of a container that is too deep: only grammar counts.
        let isSkipped: Bool
        var stepIsFound = false
        /// Something inside is too deep, so that what counts several schemas together is not decided.
        var hasSkipped = false
        /// Items, or distinct names.
        var count = 0
        var names: Set<[UInt8]> = []
        /// For each node, which of its properties were seen.
        var properties: [Set<Int>] = []
        /// The member or item that is open.
        var current: ContentFault.PathStep = .item(0)
    }

    let program: RecordPointer
    let root: RecordPointer
    let start: BytePointer
    let count: Int
    let isDetailed: Bool
    let scratch: ScratchPointer
    let depth: Int
    let flags: UInt32
    var frames: [Frame] = []
    /// First of each kind, and of each action where items of a batch differ in it.
    private(set) var faults: [FaultKind: ContentFault] = [:]
    /// The index of the type that is looked at: of the message, or of the batch's item; -1 when there is none.
    var typeIndex = -1
    /// Whether the message is a batch, whose items are its outermost array's.
    var isBatch = false

    struct FaultKind: Hashable {
        let violation: Violation
        let action: ContentAction
    }

    /// The message's type; a batch has none of its own.
    var messageType: Int { isBatch ? -1 : typeIndex }

    init(
        program: RecordPointer,
        root: RecordPointer,
        start: BytePointer,
        count: Int,
        detailed: Bool,
        scratch: ScratchPointer,
        depth: Int? = nil
    ) {
        self.program = program
        self.root = root
        self.start = start
        self.count = count
        self.isDetailed = detailed
        self.scratch = scratch
        self.depth = depth ?? Int(self.root.word(ProgramLayout.Root.depth))
        self.flags = self.root.word(ProgramLayout.Root.flags)
    }

    /// Walks a message in padded memory; `detailed` keeps the way to each fault.
    static func run(
        program view: ProgramView,
        root: UInt32,
        start: BytePointer,
        count: Int,
        detailed: Bool
    ) -> ContentWalk {
        var scratch = ContentScratch()
        return run(
            program: view,
            root: root,
            start: start,
            count: count,
            detailed: detailed,
            scratch: scratch.begin(count: count, view)
        )
    }

    /// As above, with memory that is used again.
    static func run(
        program view: ProgramView,
        root: UInt32,
        start: BytePointer,
        count: Int,
        detailed: Bool,
        scratch: ScratchPointer
    ) -> ContentWalk {
        typealias Root = ProgramLayout.Root
        let program = RecordPointer(view)
        let begin = ContentWalk(
            program: program,
            root: program + root,
            start: start,
            count: count,
            detailed: detailed,
            scratch: scratch
        )
        var walk = begin
        if walk.root.word(Root.batchItems) != 0, walk.byte(walk.skipBlanks(0)) == 0x5B {
            walk.isBatch = true
            scratch.beginBatch()
            walk.walk(program + walk.root.word(Root.node), locating: false)
            return walk
        }
        let hasDiscriminator = walk.flags & Root.hasDiscriminator != 0
        walk.walk(program + walk.root.word(Root.node), locating: hasDiscriminator)
        guard walk.typeIndex >= 0 else { return walk }
        // The type is known now, and its schema holds from the first byte on.
        var typed = begin
        typed.typeIndex = walk.typeIndex
        typed.walk(program + typed.typeRecord.word(ProgramLayout.TypeRecord.node), locating: false)
        return typed
    }

    /// Walks one value against a node, with the ways to its faults; the other settings are the root's.
    static func run(
        program view: ProgramView,
        root: UInt32,
        node: RecordPointer,
        start: BytePointer,
        count: Int,
        scratch: ScratchPointer
    ) -> ContentWalk {
        var walk = ContentWalk(
            program: RecordPointer(view),
            root: RecordPointer(view) + root,
            start: start,
            count: count,
            detailed: true,
            scratch: scratch
        )
        walk.walk(node, locating: false)
        return walk
    }

    // MARK: Verdict

    var typeRecord: RecordPointer {
        let types = program + root.word(ProgramLayout.Root.types)
        return types + typeIndex &* ProgramLayout.TypeRecord.size
    }

    /// What is done about a violation in this message, or in the batch's item that is looked at.
    func action(of violation: Violation) -> ContentAction {
        if violation == .invalidUTF8 { return .close }
        if violation == .schemaMismatch, typeIndex >= 0 {
            let word = typeRecord.word(ProgramLayout.TypeRecord.action)
            return ContentAction(rawValue: UInt8(truncatingIfNeeded: word)) ?? .close
        }
        // What is forbidden goes by the section's word, as the schema of every message does.
        let listed = violation == .forbiddenContent ? Violation.schemaMismatch : violation
        let index = Int(listed.rawValue) - Int(Violation.invalidUTF8.rawValue)
        guard (0..<8).contains(index) else { return .close }
        return ContentAction(rawValue: root.byte(ProgramLayout.Root.actions + index)) ?? .close
    }

    /// The first fault of the strictest action; nil when the message passes.
    var verdictFault: ContentFault? {
        faults.values.min { left, right in
            let leftRank = (left.action.rawValue, left.offset, left.violation.rawValue)
            let rightRank = (right.action.rawValue, right.offset, right.violation.rawValue)
            return leftRank < rightRank
        }
    }

    // MARK: The walk

    mutating func walk(_ node: RecordPointer, locating: Bool) {
        let stopsAtFault = !locating && (isBatch ? everyTypeCloses : everyFaultCloses)
        var state = State.value(Value(nodes: withConjuncts([node]), step: locating ? 0 : -1))
        var place = 0
        while true {
            place = skipBlanks(place)
            guard let next = step(state, &place) else { break }
            // Faults come in the order of their bytes, so nothing behind the first one can outrank it.
            if stopsAtFault, !faults.isEmpty { break }
            // What holds for the type is looked at from the start.
            if locating, typeIndex >= 0 { break }
            state = next
        }
    }

    var everyFaultCloses: Bool {
        (0..<8).allSatisfy { root.byte(ProgramLayout.Root.actions + $0) == ContentAction.close.rawValue }
            && (typeIndex < 0 || action(of: .schemaMismatch) == .close)
    }

    /// Whether no fault of any item of a batch is dropped or warned of.
    var everyTypeCloses: Bool {
        let types = program + root.word(ProgramLayout.Root.types)
        return everyFaultCloses
            && (0..<Int(root.word(ProgramLayout.Root.typeCount))).allSatisfy { index in
                let record = types + index * ProgramLayout.TypeRecord.size
                return record.word(ProgramLayout.TypeRecord.action) == UInt32(ContentAction.close.rawValue)
            }
    }

    // MARK: Batches

    /// An item of the batch: a message of its own, with its own type.
    mutating func batchItem(_ place: inout Int) -> State? {
        typealias Root = ProgramLayout.Root
        let first = place
        switch byte(first) {
        case 0x22, 0x7B, 0x5B, 0x74, 0x66, 0x6E, 0x2D, 0x30...0x39: break
        default: return unexpected(first)
        }
        typeIndex = -1
        frames[0].current = .item(frames[0].count)
        frames[0].count += 1
        if frames[0].count > Int(root.word(Root.batchItems)) { report(.batchTooLarge, at: first, inside: true) }
        var node = program + root.word(Root.node)
        var step = -1
        if flags & Root.hasDiscriminator != 0 {
            typeIndex = typeOfItem(at: first)
            if typeIndex < 0 {
                step = 0
            } else {
                node = program + typeRecord.word(ProgramLayout.TypeRecord.node)
            }
        }
        scratch.addItem(typeIndex)
        return beginValue(Value(nodes: withConjuncts([node]), step: step), &place)
    }

    /// Looks ahead for an item's type, as a message's own first walk does; -1 where it has none.
    func typeOfItem(at first: Int) -> Int {
        var walk = ContentWalk(
            program: program,
            root: root,
            start: start + first,
            count: count - first,
            detailed: false,
            scratch: scratch,
            depth: depth - 1
        )
        walk.walk(program + root.word(ProgramLayout.Root.node), locating: true)
        return walk.typeIndex
    }

    // MARK: Nodes

    /// The nodes and all that hold whenever they do.
    func withConjuncts(_ nodes: [RecordPointer]) -> [RecordPointer] {
        guard nodes.contains(where: { $0.word(ProgramLayout.Node.combination) != 0 }) else { return nodes }
        var found = nodes
        var index = 0
        while index < found.count {
            let offset = found[index].word(ProgramLayout.Node.combination)
            index += 1
            guard offset != 0 else { continue }
            let combination = program + offset
            let list = program + combination.word(ProgramLayout.Combination.applicators)
            for place in 0..<Int(combination.word(ProgramLayout.Combination.applicatorCount)) {
                let applicator = list + place * ProgramLayout.Applicator.size
                guard applicator.word(ProgramLayout.Applicator.kind) == ProgramLayout.Applicator.all else { continue }
                let node = program + (program + applicator.word(ProgramLayout.Applicator.list)).word(0)
                if !found.contains(where: { $0 == node }) { found.append(node) }
            }
        }
        return found
    }

    /// What counts several schemas together, once a value is complete.
    mutating func checkCombinations(_ nodes: [RecordPointer], from start: Int, at place: Int, inside: Bool) {
        for node in nodes where node.word(ProgramLayout.Node.combination) != 0 {
            let fast = FastCheck(program: program, scratch: scratch, flags: 0)
            let found = CombinedCheck(fast).firstFault(self.start + start, node, Int(ProgramLayout.maximumDepth) + 1)
            guard let (keyword, detail) = found, keyword != .allOf else { continue }
            report(
                .schemaMismatch,
                at: place,
                node: node,
                keyword: keyword,
                detail: detail,
                start: start,
                inside: inside
            )
        }
    }

    /// One token; nil when the text ends, well or not.
    mutating func step(_ state: State, _ place: inout Int) -> State? {
        let byte = self.byte(place)
        switch state {
        case .value(let value):
            return beginValue(value, &place)
        case .firstMember:
            return byte == 0x7D && place < count ? close(&place) : member(&place)
        case .member:
            return member(&place)
        case .colon(let value):
            guard byte == 0x3A else { return unexpected(place) }
            place += 1
            return .value(value)
        case .firstItem:
            return byte == 0x5D && place < count ? close(&place) : item(&place)
        case .after:
            guard let frame = frames.last else { return place == count ? nil : unexpected(place) }
            if byte == 0x2C {
                place += 1
                guard !frame.isObject else { return .member }
                place = skipBlanks(place)
                return item(&place)
            }
            return byte == (frame.isObject ? 0x7D : 0x5D) ? close(&place) : unexpected(place)
        }
    }

    func byte(_ place: Int) -> UInt8 {
        place < count ? start.byte(at: place) : 0
    }

    func skipBlanks(_ place: Int) -> Int {
        BlankScan.skip(start + place) - start
    }

    // MARK: Faults

    mutating func report(
        _ violation: Violation,
        at offset: Int,
        node: RecordPointer? = nil,
        keyword: ContentKeyword? = nil,
        detail: UInt32 = 0,
        start: Int? = nil,
        inside: Bool = false
    ) {
        let action = action(of: violation)
        let kind = FaultKind(violation: violation, action: action)
        guard faults[kind] == nil else { return }
        var fault = ContentFault(violation: violation, action: action, offset: offset, start: start ?? offset)
        fault.node = node
        fault.keyword = keyword
        fault.detail = detail
        if isDetailed {
            let containers = inside ? frames[...] : frames.dropLast()
            fault.path = containers.map(\.current)
        }
        faults[kind] = fault
    }

    /// A fault of the value that begins at `start`: it lies inside of every open container.
    mutating func mismatch(
        _ keyword: ContentKeyword,
        of node: RecordPointer,
        at offset: Int,
        start: Int,
        detail: UInt32 = 0
    ) {
        report(.schemaMismatch, at: offset, node: node, keyword: keyword, detail: detail, start: start, inside: true)
    }

    /// The byte at which the text cannot go on; nothing but UTF-8 is looked at behind it, and that only where text that is no JSON
    /// would not close the connection already.
    mutating func unexpected(_ place: Int) -> State? {
        if place < count, byte(place) >= 0x80, UTF8Scan.sequenceLength(at: start + place) == 0 {
            report(.invalidUTF8, at: place, inside: true)
            return nil
        }
        report(.malformedJSON, at: min(place, count), inside: true)
        guard action(of: .malformedJSON) != .close else { return nil }
        var rest = place
        while rest < count {
            while count &- rest >= 8, (start + rest).word(at: 0) & ASCII.tops == 0 { rest &+= 8 }
            guard rest < count else { return nil }
            let length = byte(rest) < 0x80 ? 1 : UTF8Scan.sequenceLength(at: start + rest)
            guard length > 0 else {
                report(.invalidUTF8, at: rest, inside: true)
                return nil
            }
            rest += length
        }
        return nil
    }
}
