import PolicyPlan
import WebSocketProtocol

/// The slow pass: finds the first fault of every kind in a message, as the manual's page on content checks defines them.
///
/// It keeps its own stack, so nesting costs heap, not stack; it allocates, and runs only over refused messages.
struct ContentWalk {
    private enum State {
        case value(Value)
        /// Behind an opening brace or bracket, where the container may close.
        case firstMember, firstItem
        /// Behind a comma in an object.
        case member
        case colon(Value)
        /// Behind a value.
        case after
    }

    private struct Value {
        /// All of them hold; none where no schema is looked at.
        var nodes: [RecordPointer]
        /// How many steps of the discriminator lead here; -1 beside its path.
        var step: Int
    }

    private struct Frame {
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

    private let program: RecordPointer
    private let root: RecordPointer
    private let start: BytePointer
    private let count: Int
    private let isDetailed: Bool
    private let scratch: ScratchPointer
    private let depth: Int
    private let flags: UInt32
    private var frames: [Frame] = []
    /// First of each kind, and of each action where items of a batch differ in it.
    private(set) var faults: [FaultKind: ContentFault] = [:]
    /// The index of the type that is looked at: of the message, or of the batch's item; -1 when there is none.
    private var typeIndex = -1
    /// Whether the message is a batch, whose items are its outermost array's.
    private var isBatch = false

    struct FaultKind: Hashable {
        let violation: Violation
        let action: ContentAction
    }

    /// The message's type; a batch has none of its own.
    var messageType: Int { isBatch ? -1 : typeIndex }

    private init(
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

    private var typeRecord: RecordPointer {
        let types = program + root.word(ProgramLayout.Root.types)
        return types + typeIndex &* ProgramLayout.TypeRecord.size
    }

    /// What is done about a violation in this message, or in the batch's item that is looked at.
    private func action(of violation: Violation) -> ContentAction {
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

    private mutating func walk(_ node: RecordPointer, locating: Bool) {
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

    private var everyFaultCloses: Bool {
        (0..<8).allSatisfy { root.byte(ProgramLayout.Root.actions + $0) == ContentAction.close.rawValue }
            && (typeIndex < 0 || action(of: .schemaMismatch) == .close)
    }

    /// Whether no fault of any item of a batch is dropped or warned of.
    private var everyTypeCloses: Bool {
        let types = program + root.word(ProgramLayout.Root.types)
        return everyFaultCloses
            && (0..<Int(root.word(ProgramLayout.Root.typeCount))).allSatisfy { index in
                let record = types + index * ProgramLayout.TypeRecord.size
                return record.word(ProgramLayout.TypeRecord.action) == UInt32(ContentAction.close.rawValue)
            }
    }

    // MARK: Batches

    /// An item of the batch: a message of its own, with its own type.
    private mutating func batchItem(_ place: inout Int) -> State? {
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
    private func typeOfItem(at first: Int) -> Int {
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
    private func withConjuncts(_ nodes: [RecordPointer]) -> [RecordPointer] {
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
    private mutating func checkCombinations(_ nodes: [RecordPointer], from start: Int, at place: Int, inside: Bool) {
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
    private mutating func step(_ state: State, _ place: inout Int) -> State? {
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

    private func byte(_ place: Int) -> UInt8 {
        place < count ? start.byte(at: place) : 0
    }

    private func skipBlanks(_ place: Int) -> Int {
        BlankScan.skip(start + place) - start
    }

    // MARK: Faults

    private mutating func report(
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
    private mutating func mismatch(
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
    private mutating func unexpected(_ place: Int) -> State? {
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

    // MARK: Values

    private mutating func beginValue(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        guard first < count else { return unexpected(first) }
        switch byte(first) {
        case 0x22: return string(value, &place)
        case 0x7B, 0x5B: return open(value, &place)
        case 0x74: return word("true", [.true], value, &place)
        case 0x66: return word("false", [.false], value, &place)
        case 0x6E: return word("null", [.null], value, &place)
        case 0x2D, 0x30...0x39: return number(value, &place)
        default: return unexpected(first)
        }
    }

    /// The nodes of which the value's type is one of their types; a fault for each other one.
    private mutating func admitted(_ types: ValueTypes, _ value: Value, at place: Int) -> [RecordPointer] {
        var admitted: [RecordPointer] = []
        for node in value.nodes {
            let allowed = ValueTypes(rawValue: node.byte(ProgramLayout.Node.types))
            let flags = node.byte(ProgramLayout.Node.flags)
            if !allowed.isDisjoint(with: types)
                || (types == .boolean && flags & ProgramLayout.Node.noBoolean != 0)
            {
                admitted.append(node)
            } else {
                mismatch(.type, of: node, at: place, start: place, detail: UInt32(types.rawValue))
            }
        }
        return admitted
    }

    /// A value on the discriminator's path that is neither the string nor a container that leads to it.
    private mutating func reportNoType(at place: Int) {
        report(.unknownMessageType, at: place, inside: true)
    }

    private var stepCount: Int {
        Int(root.word(ProgramLayout.Root.stepCount))
    }

    private mutating func word(
        _ text: String,
        _ type: ValueTypes,
        _ value: Value,
        _ place: inout Int
    ) -> State? {
        let letters = Array(text.utf8)
        if value.step >= 0 { reportNoType(at: place) }
        let isBoolean = !type.isDisjoint(with: .boolean)
        let nodes = admitted(isBoolean ? .boolean : type, value, at: place)
        for index in 1..<letters.count {
            guard byte(place + index) == letters[index] else { return unexpected(place + index) }
        }
        let last = place + letters.count - 1
        for node in nodes where !ValueTypes(rawValue: node.byte(ProgramLayout.Node.types)).contains(type) {
            mismatch(.enumeration, of: node, at: last, start: place)
        }
        checkCombinations(nodes, from: place, at: last, inside: true)
        place = last + 1
        return .after
    }

    private mutating func number(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        if value.step >= 0 { reportNoType(at: first) }
        let nodes = admitted(.number, value, at: first)
        let number = NumberText(at: start + first)
        let end = number.end - start
        guard number.isWellFormed else { return unexpected(end) }
        if !isSkipping, !number.isSafe(interoperable: flags & ProgramLayout.Root.interoperable != 0) {
            report(.unsafeNumber, at: end - 1, start: first, inside: true)
        }
        for node in nodes where node.word(ProgramLayout.Node.number) != 0 {
            let rule = program + node.word(ProgramLayout.Node.number)
            let isByForm = rule.word(ProgramLayout.NumberRule.flags) & ProgramLayout.NumberRule.integerByForm != 0
            if let keyword = number.firstFault(of: rule, in: program) {
                mismatch(keyword, of: node, at: end - 1, start: first)
            } else if isByForm, !NumberForm.isInteger(start + first, number.end) {
                mismatch(.type, of: node, at: end - 1, start: first)
            }
        }
        if !isSkipping { checkCombinations(nodes, from: first, at: end - 1, inside: true) }
        place = end
        return .after
    }

    private var isSkipping: Bool {
        frames.last?.isSkipped ?? false
    }

    private mutating func string(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        let isType = value.step >= 0 && value.step == stepCount
        if value.step >= 0, !isType { reportNoType(at: first) }
        let nodes = admitted(.string, value, at: first)
        guard let end = closingQuote(from: first + 1) else { return nil }
        if isType { findType(from: first + 1, to: end) }
        checkString(nodes, from: first, to: end, at: end, inside: true)
        checkForbidden(from: first, to: end, isName: false)
        place = end + 1
        return .after
    }

    private mutating func findType(from first: Int, to end: Int) {
        let name = unescaped(first, end)
        let index = lookUp(name, in: root + ProgramLayout.Root.typeNames)
        guard index >= 0 else { return report(.unknownMessageType, at: end, start: first - 1, inside: true) }
        let entries = program + root.word(ProgramLayout.Root.typeNames + ProgramLayout.NameTable.entries)
        let entry = entries + index * ProgramLayout.NameEntry.size
        typeIndex = Int(entry.word(ProgramLayout.NameEntry.target))
    }

    /// What no name and no string may match, from its quote to its closing one.
    private mutating func checkForbidden(from quote: Int, to end: Int, isName: Bool) {
        guard !isSkipping, let scan = ForbidScan(program: program, root: root, scratch: scratch) else { return }
        let first = start + (quote + 1)
        let hasEscape = StringScan.hasEscape(from: first, to: start + end)
        guard let source = scan.source(from: first, to: start + end, hasEscape, isName: isName) else { return }
        report(.forbiddenContent, at: end, detail: source, start: quote, inside: true)
    }

    /// What a string has to be for each node, from its quote to its closing one.
    private mutating func checkString(
        _ nodes: [RecordPointer],
        from quote: Int,
        to end: Int,
        at place: Int,
        inside: Bool
    ) {
        for node in nodes where node.word(ProgramLayout.Node.string) != 0 {
            let rule = program + node.word(ProgramLayout.Node.string)
            guard let (keyword, detail) = stringFault(from: quote + 1, to: end, rule) else { continue }
            mismatch(keyword, of: node, at: place, start: quote, detail: detail)
        }
        checkCombinations(nodes, from: quote, at: place, inside: inside)
    }

    private func stringFault(from first: Int, to end: Int, _ rule: RecordPointer) -> (ContentKeyword, UInt32)? {
        typealias Rule = ProgramLayout.StringRule
        let value = unescaped(first, end)
        if rule.word(Rule.flags) & Rule.listed != 0, lookUp(value, in: rule) < 0 { return (.enumeration, 0) }
        let length = StringScan.codePointCount(from: start + first, to: start + end)
        if length < Int(rule.word(Rule.minimum)) { return (.minLength, 0) }
        if length > Int(rule.word(Rule.maximum)) { return (.maxLength, 0) }
        return withPadding(value) { StringForm.fault(of: $0, value.count, rule, in: program) }
            .map { ($0.keyword, $0.detail) }
    }

    private func withPadding<Result>(_ bytes: [UInt8], _ body: (BytePointer) -> Result?) -> Result? {
        let padded = bytes + [UInt8](repeating: 0, count: PaddedBytes.padding)
        return unsafe padded.withUnsafeBufferPointer { buffer in
            // The buffer holds at least the padding, so it has an address.
            guard let address = buffer.baseAddress else { return nil }
            return body(unsafe BytePointer(address))
        }
    }

    /// The offset of a string's closing quote; nil after a fault that ends the text.
    private mutating func closingQuote(from first: Int) -> Int? {
        var place = first
        while place < count {
            let byte = self.byte(place)
            switch byte {
            case 0x22: return place
            case 0x5C:
                guard let length = escape(at: place) else { return nil }
                place += length
            case 0x80...:
                let length = UTF8Scan.sequenceLength(at: start + place)
                guard length > 0 else {
                    _ = unexpected(place)
                    return nil
                }
                place += length
            case ..<0x20:
                _ = unexpected(place)
                return nil
            default: place += 1
            }
        }
        _ = unexpected(count)
        return nil
    }

    /// Bytes of one escape, 6 for each half of a pair; nil after a fault.
    private mutating func escape(at backslash: Int) -> Int? {
        switch byte(backslash + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
        case 0x75: break
        default:
            _ = unexpected(min(backslash + 1, count))
            return nil
        }
        guard let unit = codeUnit(at: backslash + 2) else { return nil }
        guard unit & 0xF800 == 0xD800 else { return 6 }
        guard unit < 0xDC00 else {
            _ = unexpected(backslash)
            return nil
        }
        // The second half; where the text ends before that is decided, it ends too early.
        for (place, wanted) in [(backslash + 6, 0x5C as UInt8), (backslash + 7, 0x75)] where byte(place) != wanted {
            _ = unexpected(place >= count ? count : backslash)
            return nil
        }
        guard let low = codeUnit(at: backslash + 8) else { return nil }
        guard low & 0xFC00 == 0xDC00 else {
            _ = unexpected(backslash)
            return nil
        }
        return 12
    }

    /// Four hexadecimal digits; nil after a fault.
    private mutating func codeUnit(at place: Int) -> UInt32? {
        var unit: UInt32 = 0
        for offset in place..<place + 4 {
            guard let digit = StringScan.hexadecimalDigit(byte(offset)) else {
                _ = unexpected(min(offset, count))
                return nil
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    private func unescaped(_ first: Int, _ end: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        StringScan.unescape(from: start + first, to: start + end) { bytes.append($0) }
        return bytes
    }

    private func lookUp(_ name: [UInt8], in table: RecordPointer) -> Int {
        withPadding(name) { NameLookup.index(of: $0, name.count, in: table, program) } ?? -1
    }

    // MARK: Containers

    private mutating func open(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        let isObject = byte(first) == 0x7B
        place += 1
        let level = frames.count + 1
        if isBatch, level == 1 {
            frames.append(Frame(isObject: false, start: first, nodes: [], step: -1, isSkipped: false))
            return .firstItem
        }
        if isSkipping || level > depth {
            // The first container that is too deep is the fault; of those inside only a bounded number is followed.
            if isSkipping, level > ProgramLayout.maximumDepth { return unexpected(first) }
            if !isSkipping { report(.nestingTooDeep, at: first, inside: true) }
            for index in frames.indices { frames[index].hasSkipped = true }
            frames.append(Frame(isObject: isObject, start: first, nodes: [], step: -1, isSkipped: true))
            return isObject ? .firstMember : .firstItem
        }
        let leads = value.step >= 0 && self.leads(value.step, isObject)
        if value.step >= 0, !leads { reportNoType(at: first) }
        let nodes = admitted(isObject ? .object : .array, value, at: first)
        frames.append(
            Frame(isObject: isObject, start: first, nodes: nodes, step: leads ? value.step : -1, isSkipped: false)
        )
        if isObject { frames[frames.count - 1].properties = nodes.map { _ in [] } }
        return isObject ? .firstMember : .firstItem
    }

    private func stepRecord(_ index: Int) -> RecordPointer {
        program + root.word(ProgramLayout.Root.steps) + index * ProgramLayout.Step.size
    }

    /// Whether the next step of the discriminator goes on in a container of this kind.
    private func leads(_ step: Int, _ isObject: Bool) -> Bool {
        guard step < stepCount else { return false }
        let isMember = stepRecord(step).word(ProgramLayout.Step.kind) == ProgramLayout.Step.member
        return isMember == isObject
    }

    private mutating func close(_ place: inout Int) -> State? {
        guard let frame = frames.last else { return unexpected(place) }
        if isBatch, frames.count == 1 {
            typeIndex = -1
            // Nobody sends nothing.
            if frame.count == 0 { report(.schemaMismatch, at: place, start: frame.start) }
        }
        if frame.step >= 0, !frame.stepIsFound { report(.unknownMessageType, at: place, start: frame.start) }
        for (index, node) in frame.nodes.enumerated() {
            if frame.isObject {
                closeObject(frame, index, node, at: place)
            } else {
                closeArray(frame, node, at: place)
            }
            let values = node.word(ProgramLayout.Node.values)
            if values != 0, !ConstantMatch(program: program).isListed(start + frame.start, program + values) {
                closingFault(.enumeration, frame, node, at: place)
            }
        }
        if !frame.hasSkipped { checkCombinations(frame.nodes, from: frame.start, at: place, inside: false) }
        frames.removeLast()
        place += 1
        return .after
    }

    private mutating func closeArray(_ frame: Frame, _ node: RecordPointer, at place: Int) {
        typealias Rule = ProgramLayout.ArrayRule
        let rule = program + node.word(ProgramLayout.Node.array)
        if frame.count < Int(rule.word(Rule.minimum)) { closingFault(.minItems, frame, node, at: place) }
        if rule.word(Rule.flags) & Rule.unique != 0, !frame.hasSkipped,
            !ValueComparison(scratch: scratch).hasUniqueItems(start + frame.start)
        {
            closingFault(.uniqueItems, frame, node, at: place)
        }
    }

    private mutating func closingFault(
        _ keyword: ContentKeyword,
        _ frame: Frame,
        _ node: RecordPointer,
        at place: Int,
        detail: UInt32 = 0
    ) {
        report(.schemaMismatch, at: place, node: node, keyword: keyword, detail: detail, start: frame.start)
    }

    private mutating func closeObject(_ frame: Frame, _ index: Int, _ node: RecordPointer, at brace: Int) {
        typealias Rule = ProgramLayout.ObjectRule
        let rule = program + node.word(ProgramLayout.Node.object)
        let seen = frame.properties[index]
        let properties = Int(rule.word(ProgramLayout.NameTable.count))
        for property in 0..<properties where isRequired(property, rule, properties) && !seen.contains(property) {
            closingFault(.required, frame, node, at: brace, detail: UInt32(property))
            return
        }
        if let pair = MemberNames.missing(of: rule, program, isSeen: { seen.contains($0) }) {
            closingFault(.dependentRequired, frame, node, at: brace, detail: UInt32(pair))
        }
        if rule.word(Rule.flags) & Rule.counted != 0, frame.count < Int(rule.word(Rule.minimum)) {
            closingFault(.minProperties, frame, node, at: brace)
        }
    }

    private func isRequired(_ index: Int, _ rule: RecordPointer, _ count: Int) -> Bool {
        typealias Rule = ProgramLayout.ObjectRule
        let isWide = rule.word(Rule.flags) & Rule.wide != 0
        let mask =
            isWide ? (program + rule.word(Rule.requiredWords)).long(8 * (index / 64)) : rule.long(Rule.required)
        return mask >> UInt64(index % 64) & 1 == 1
    }

    private mutating func member(_ place: inout Int) -> State? {
        let quote = place
        guard byte(quote) == 0x22 else { return unexpected(quote) }
        guard let end = closingQuote(from: quote + 1) else { return nil }
        place = end + 1
        let name = unescaped(quote + 1, end)
        let last = frames.count - 1
        frames[last].current = .member(name)
        guard !frames[last].isSkipped else { return .colon(Value(nodes: [], step: -1)) }
        let isNew = frames[last].names.insert(name).inserted
        if isNew { frames[last].count += 1 }
        if !isNew, flags & ProgramLayout.Root.denyDuplicates != 0 {
            report(.duplicateKey, at: end, start: quote, inside: true)
        }
        checkForbidden(from: quote, to: end, isName: true)
        var value = Value(nodes: [], step: -1)
        for (index, node) in frames[last].nodes.enumerated() {
            if let child = memberNode(name, index, of: node, quote, end) { value.nodes.append(child) }
        }
        value.nodes = withConjuncts(value.nodes)
        let step = frames[last].step
        if step >= 0, !frames[last].stepIsFound, isStep(name, step) {
            frames[last].stepIsFound = true
            value.step = step + 1
        }
        return .colon(value)
    }

    private func isStep(_ name: [UInt8], _ step: Int) -> Bool {
        let entry = stepRecord(step) + ProgramLayout.Step.name
        let text = Int(entry.word(ProgramLayout.NameEntry.text)) + 1
        guard Int(entry.word(ProgramLayout.NameEntry.length)) == name.count else { return false }
        return name.indices.allSatisfy { program.byte(text + $0) == name[$0] }
    }

    /// The schema of a member's value; nil after a fault.
    private mutating func memberNode(
        _ name: [UInt8],
        _ place: Int,
        of node: RecordPointer,
        _ quote: Int,
        _ end: Int
    ) -> RecordPointer? {
        typealias Rule = ProgramLayout.ObjectRule
        typealias Entry = ProgramLayout.NameEntry
        let rule = program + node.word(ProgramLayout.Node.object)
        if rule.word(Rule.flags) & Rule.counted != 0, let frame = frames.last,
            frame.count > Int(rule.word(Rule.maximum))
        {
            mismatch(.maxProperties, of: node, at: end, start: quote)
        }
        checkName(of: node, rule, quote, end)
        let index = lookUp(name, in: rule)
        guard index >= 0 else {
            if let child = patternChild(name, rule) {
                guard !child.isDenied else {
                    mismatch(.property, of: node, at: end, start: quote, detail: ProgramLayout.none)
                    return nil
                }
                return child.node
            }
            guard rule.word(Rule.flags) & Rule.additionalDenied == 0 else {
                mismatch(.additionalProperties, of: node, at: end, start: quote)
                return nil
            }
            return program + rule.word(Rule.additional)
        }
        frames[frames.count - 1].properties[place].insert(index)
        let entry = program + rule.word(ProgramLayout.NameTable.entries) + index * Entry.size
        guard entry.word(Entry.flags) & Entry.denied == 0 else {
            mismatch(.property, of: node, at: end, start: quote, detail: UInt32(index))
            return nil
        }
        return program + entry.word(Entry.target)
    }

    /// What every name has to be.
    private mutating func checkName(of node: RecordPointer, _ rule: RecordPointer, _ quote: Int, _ end: Int) {
        let offset = rule.word(ProgramLayout.ObjectRule.names)
        guard offset != 0 else { return }
        let allowed = (program + offset).word(ProgramLayout.ObjectNames.node)
        guard allowed != ProgramLayout.none else { return }
        let fast = FastCheck(program: program, scratch: scratch, flags: 0)
        guard fast.value(at: start + quote, program + allowed, 1) == nil else { return }
        mismatch(.propertyNames, of: node, at: end, start: quote)
    }

    private func patternChild(_ name: [UInt8], _ rule: RecordPointer) -> MemberNames.Child? {
        let offset = rule.word(ProgramLayout.ObjectRule.names)
        guard offset != 0, (program + offset).word(ProgramLayout.ObjectNames.automaton) != 0 else { return nil }
        let automaton = program + (program + offset).word(ProgramLayout.ObjectNames.automaton)
        let outcome = withPadding(name) { AutomatonRun.outcome(automaton, $0, name.count) } ?? 0
        return MemberNames.child(outcome, program + offset, program)
    }

    private mutating func item(_ place: inout Int) -> State? {
        if isBatch, frames.count == 1 { return batchItem(&place) }
        let first = place
        switch byte(first) {
        case 0x22, 0x7B, 0x5B, 0x74, 0x66, 0x6E, 0x2D, 0x30...0x39: break
        default: return unexpected(first)
        }
        let last = frames.count - 1
        let index = frames[last].count
        frames[last].count += 1
        frames[last].current = .item(index)
        var value = Value(nodes: [], step: -1)
        for node in frames[last].nodes {
            if let child = itemNode(index, of: node, first) { value.nodes.append(child) }
        }
        value.nodes = withConjuncts(value.nodes)
        let step = frames[last].step
        if step >= 0, stepRecord(step).word(ProgramLayout.Step.index) == index {
            frames[last].stepIsFound = true
            value.step = step + 1
        }
        return beginValue(value, &place)
    }

    /// The schema of an item; nil after a fault.
    private mutating func itemNode(_ index: Int, of node: RecordPointer, _ first: Int) -> RecordPointer? {
        typealias Rule = ProgramLayout.ArrayRule
        let rule = program + node.word(ProgramLayout.Node.array)
        guard index < Int(rule.word(Rule.maximum)) else {
            mismatch(.maxItems, of: node, at: first, start: first)
            return nil
        }
        guard index >= Int(rule.word(Rule.prefixCount)) else {
            let entry = program + rule.word(Rule.prefix) + index * ProgramLayout.PrefixItem.size
            guard entry.word(ProgramLayout.PrefixItem.flags) & ProgramLayout.PrefixItem.denied == 0 else {
                mismatch(.prefixItem, of: node, at: first, start: first, detail: UInt32(index))
                return nil
            }
            return program + entry.word(ProgramLayout.PrefixItem.node)
        }
        guard rule.word(Rule.flags) & Rule.itemsDenied == 0 else {
            mismatch(.items, of: node, at: first, start: first)
            return nil
        }
        return program + rule.word(Rule.items)
    }
}
