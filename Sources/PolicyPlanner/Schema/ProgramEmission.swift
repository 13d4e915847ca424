import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

/// Writes merged nodes and roots into a section: header, roots, list of roots, nodes, then rules and texts.
struct ProgramEmission {
    typealias Layout = ProgramLayout

    let nodes: [CheckNode]
    /// The class of each merged node, and the first member of each class.
    let classes: [Int]
    let representatives: [Int]
    let rootCount: Int
    let nodeBase: Int
    /// Of each merged node, whether one pass decides it and all below it.
    let isPlain: [Bool]
    var writer = ProgramWriter()
    var sources: [ProgramSources.Entry] = []
    /// Where lists of types stand, by their bytes without the rules, which are filled when all are written.
    var typeLists: [[UInt8]: (offset: Int, nodes: [Int])] = [:]

    let sourceIndex: (Span) -> UInt32

    init(_ nodes: [CheckNode], rootCount: Int, sourceIndex: @escaping (Span) -> UInt32) {
        self.sourceIndex = sourceIndex
        self.nodes = nodes
        self.rootCount = rootCount
        classes = NodeClasses.of(nodes)
        var representatives: [Int] = []
        for (index, number) in classes.enumerated() where number == representatives.count {
            representatives.append(index)
        }
        self.representatives = representatives
        isPlain = Self.plainNodes(nodes)
        _ = writer.reserve(Layout.headerBytes + rootCount * Layout.Root.size)
        _ = writer.reserve(4 * rootCount)
        nodeBase = writer.reserve(representatives.count * Layout.Node.size)
    }

    /// What the fast pass reaches of a node: with a short way, only that.
    static func plainNodes(_ nodes: [CheckNode]) -> [Bool] {
        var plain = nodes.map { !$0.isCombined || $0.dispatch != nil }
        var users: [[Int]] = Array(repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for target in node.fastNodes { users[target].append(index) }
        }
        var open = plain.indices.filter { !plain[$0] }
        while let node = open.popLast() {
            for user in users[node] where plain[user] {
                plain[user] = false
                open.append(user)
            }
        }
        return plain
    }

    func offset(of node: Int) -> UInt32 {
        UInt32(nodeBase + classes[node] * Layout.Node.size)
    }

    /// The finished section and the places of its keywords.
    mutating func finish() -> (program: [UInt8], sources: ProgramSources) {
        for (number, node) in representatives.enumerated() { writeNode(nodes[node], number) }
        let list = Layout.headerBytes + rootCount * Layout.Root.size
        let codePoints = writeCodePoints()
        var header = RecordBytes()
        header.words(Layout.magic, Layout.version, UInt32(writer.bytes.count), UInt32(rootCount))
        header.words(UInt32(list), UInt32(representatives.count), offset(of: 0), codePoints)
        writer.put(header, at: 0)
        var roots = RecordBytes()
        for index in 0..<rootCount { roots.word(UInt32(Layout.headerBytes + index * Layout.Root.size)) }
        writer.put(roots, at: list)
        fillOperations()
        fillRulesOfTypes()
        return (writer.bytes, ProgramSources(sources))
    }

    /// The table of code points, where a format needs it.
    mutating func writeCodePoints() -> UInt32 {
        guard nodes.contains(where: { $0.formats.contains(where: \.needsCodePoints) }) else { return 0 }
        var record = RecordBytes()
        let ranges = CodePointProperties.ranges
        record.words(UInt32(ranges.count), 0)
        for range in ranges { record.words(range.first, range.properties.word) }
        return writer.intern(record)
    }

    /// Operations follow from the finished rules.
    mutating func fillOperations() {
        let buffer = ProgramBuffer(writer.bytes)
        for number in representatives.indices {
            let offset = nodeBase + number * Layout.Node.size
            var operation = RecordBytes()
            operation.bytes = [buffer.view.operation(ofNodeAt: offset).rawValue]
            writer.put(operation, at: offset)
        }
    }

    /// The copies of object rules of the types that know their member.
    mutating func fillRulesOfTypes() {
        typealias Record = Layout.TypeRecord
        let buffer = ProgramBuffer(writer.bytes)
        for (offset, nodes) in typeLists.values {
            for (index, node) in nodes.enumerated() {
                let place = offset + index * Record.size
                guard buffer.view.word(at: place + Record.property) != Layout.none else { continue }
                let rule = Int(buffer.view.word(at: Int(self.offset(of: node)) + Layout.Node.object))
                var copy = RecordBytes()
                for part in stride(from: 0, to: Layout.ObjectRule.size, by: 8) {
                    copy.long(buffer.view.longWord(at: rule + part))
                }
                writer.put(copy, at: place + Record.rule)
            }
        }
    }

    // MARK: Roots

    mutating func writeRoot(_ index: Int, _ spec: ContentSpec, node: Int, types: [Int]) {
        typealias Root = Layout.Root
        let place = Layout.headerBytes + index * Root.size
        let tokens = spec.discriminator ?? []
        let member = tokens.count == 1 && ArrayIndex(token: tokens[0]) == nil ? ExactText(tokens[0]) : nil
        var flags: UInt32 = 0
        if spec.denyDuplicates { flags |= Root.denyDuplicates }
        if spec.interoperable { flags |= Root.interoperable }
        if spec.discriminator != nil { flags |= Root.hasDiscriminator }
        if spec.discriminator != nil, member != nil { flags |= Root.dispatchInPlace }
        if !spec.forbiddenKeys.isEmpty, !knowsForbiddenName(spec) { flags |= Root.namesInPass }

        var record = RecordBytes()
        record.words(flags, UInt32(min(max(spec.depth, 1), Int(Layout.maximumDepth))), offset(of: node))
        record.words(UInt32(tokens.count), writeSteps(tokens))
        let hasTypes = spec.discriminator != nil
        record.words(hasTypes ? UInt32(spec.types.count) : 0, writeTypes(spec, types, member), writeForbid(spec))
        record.append(
            writer.nameTable(
                hasTypes ? spec.types.enumerated().map { (ExactText($1.name), UInt32($0), 0) } : []
            )
        )
        for raw in Violation.invalidUTF8.rawValue..<Violation.invalidUTF8.rawValue + 8 {
            let action = raw == Violation.invalidUTF8.rawValue ? ContentAction.close : spec.onViolation
            record.bytes.append(action.rawValue)
        }
        record.words(UInt32(clamping: spec.batchItems), 0)
        writer.put(record, at: place)
    }

    /// What is forbidden runs as few automata as stay this small.
    static let forbiddenStates = 512

    mutating func writeForbid(_ spec: ContentSpec) -> UInt32 {
        guard !spec.forbiddenKeys.isEmpty || !spec.forbiddenStrings.isEmpty else { return 0 }
        var record = RecordBytes()
        for entries in [spec.forbiddenKeys, spec.forbiddenStrings] {
            let products = NameAutomaton.products(
                of: entries.map(\.pattern.automaton),
                stateLimit: Self.forbiddenStates
            )
            var list = RecordBytes()
            for (first, automaton) in products {
                var sources = RecordBytes()
                sources.words(UInt32(automaton.sets.count - 1), 0)
                for set in automaton.sets.dropFirst() { sources.word(sourceIndex(entries[first + set[0]].span)) }
                list.words(writer.automaton(automaton), writer.intern(sources))
            }
            record.words(UInt32(products.count), products.isEmpty ? 0 : writer.intern(list))
        }
        return writer.intern(record)
    }

    /// Whether a name that a schema or the discriminator knows is a forbidden one.
    func knowsForbiddenName(_ spec: ContentSpec) -> Bool {
        let automata = spec.forbiddenKeys.map { NameAutomaton($0.pattern.automaton) }
        let names = Set(nodes.flatMap { $0.properties.map(\.name) } + (spec.discriminator ?? []).map { ExactText($0) })
        return names.contains { name in automata.contains { $0.outcome(of: name.bytes) != 0 } }
    }

    mutating func writeSteps(_ tokens: [String]) -> UInt32 {
        guard !tokens.isEmpty else { return 0 }
        var list = RecordBytes()
        for token in tokens {
            if let index = ArrayIndex(token: token) {
                list.words(Layout.Step.item, index.value)
                list.bytes.append(contentsOf: repeatElement(0, count: Layout.NameEntry.size))
            } else {
                list.words(Layout.Step.member, 0)
                list.append(writer.nameEntry(ExactText(token), target: 0))
            }
        }
        return writer.intern(list)
    }

    mutating func writeTypes(_ spec: ContentSpec, _ types: [Int], _ member: ExactText?) -> UInt32 {
        guard !types.isEmpty else { return 0 }
        var list = RecordBytes()
        for (type, node) in zip(spec.types, types) {
            let check = nodes[node]
            var property = Layout.none
            var isInPlace = false
            if let member, check.properties.count <= 64,
                let index = check.properties.firstIndex(where: { $0.name == member })
            {
                property = UInt32(index)
                isInPlace = goesOn(check, behind: index, with: [ExactText(type.name)])
            }
            list.words(offset(of: node), property, UInt32((type.onSchemaMismatch ?? spec.onViolation).rawValue))
            list.word(isInPlace ? Layout.TypeRecord.inPlace : 0)
            list.bytes += [UInt8](repeating: 0, count: Layout.ObjectRule.size)
        }
        // Not among the equal records: it is not finished.
        if let (offset, _) = typeLists[list.bytes] { return UInt32(offset) }
        let offset = writer.reserve(list.bytes.count)
        writer.put(list, at: offset)
        typeLists[list.bytes] = (offset, types)
        return UInt32(offset)
    }

    /// Whether an object may go on behind a selecting member, its first, as if its node had been known before.
    func goesOn(_ node: CheckNode, behind property: Int, with values: [ExactText]) -> Bool {
        let child = node.properties[property].child
        return !child.isDenied && values.allSatisfy { nodes[child.node].accepts($0) } && node.types.contains(.object)
            && node.values == nil && node.names.isEmpty && !node.isCombined
    }

    // MARK: Nodes

    mutating func writeNode(_ node: CheckNode, _ number: Int) {
        let values = writeValues(node)
        var record = RecordBytes()
        var flags: UInt8 = node.hasNoBoolean ? Layout.Node.noBoolean : 0
        if isPlain[representatives[number]] { flags |= Layout.Node.isPlain }
        record.bytes = [0, node.types.rawValue, flags, 0]
        record.words(writeStringRule(node), writeNumberRule(node), writeArrayRule(node), writeObjectRule(node))
        record.words(values, UInt32(number), writeCombination(node))
        writer.put(record, at: nodeBase + number * Layout.Node.size)
        for source in node.sources {
            sources.append(
                .init(node: UInt32(number), keyword: source.keyword, detail: source.detail, source: source.source)
            )
        }
        for (index, property) in node.properties.enumerated() {
            if let source = property.deniedSource {
                sources.append(
                    .init(node: UInt32(number), keyword: .property, detail: UInt32(index), source: source)
                )
            }
            if let source = property.requiredSource {
                sources.append(
                    .init(node: UInt32(number), keyword: .required, detail: UInt32(index), source: source)
                )
            }
        }
    }

    /// Listed arrays and objects; 0 where nothing is listed, or neither can come.
    mutating func writeValues(_ node: CheckNode) -> UInt32 {
        guard let values = node.values, !node.types.isDisjoint(with: [.array, .object]) else { return 0 }
        var list = RecordBytes()
        let containers = values.filter(\.isContainer)
        list.words(UInt32(containers.count), 0)
        for value in containers { list.word(writer.constant(value)) }
        return writer.intern(list)
    }

    mutating func writeStringRule(_ node: CheckNode) -> UInt32 {
        let listed = node.values.map { values in
            values.compactMap { value -> ExactText? in
                guard case .string(let text) = value else { return nil }
                return text
            }
        }
        guard node.types.contains(.string),
            listed != nil || node.minLength > 0 || node.maxLength != nil
                || !node.patterns.isEmpty || !node.formats.isEmpty
        else { return 0 }
        // Bounds that every listed value keeps need no look.
        let keepsBounds =
            listed?.allSatisfy { $0.codePointCount >= node.minLength && $0.codePointCount <= node.maxLength ?? .max }
            ?? false
        var record = writer.nameTable((listed ?? []).enumerated().map { ($1, UInt32($0), 0) })
        record.word(keepsBounds ? 0 : Self.limit(node.minLength))
        record.word(keepsBounds ? Layout.none : node.maxLength.map(Self.limit) ?? Layout.none)
        var patterns = RecordBytes()
        for pattern in node.patterns { patterns.word(writer.automaton(NameAutomaton(pattern.automaton))) }
        record.words(listed == nil ? 0 : Layout.StringRule.listed, UInt32(node.patterns.count))
        record.word(node.patterns.isEmpty ? 0 : writer.intern(patterns))
        record.word(node.formats.reduce(0) { $0 | 1 << UInt32($1.rawValue) })
        record.words(listed == nil ? writeShape(node) : 0, 0)
        return writer.intern(record)
    }

    /// The shape of the node's only pattern, where it has one and the node says nothing else of strings.
    mutating func writeShape(_ node: CheckNode) -> UInt32 {
        guard node.patterns.count == 1, node.formats.isEmpty, let shape = FixedShape(node.patterns[0].automaton),
            shape.ranges.count >= node.minLength, shape.ranges.count <= node.maxLength ?? .max
        else { return 0 }
        var record = RecordBytes()
        record.words(UInt32(shape.ranges.count), 0)
        for start in stride(from: 0, to: shape.ranges.count, by: 16) {
            let block = shape.ranges[start..<min(start + 16, shape.ranges.count)]
            // Behind the end every byte of ASCII fits; the closing quote is looked for by itself.
            let free = [UInt8](repeating: 0xFF, count: 16 - block.count)
            let above = [UInt8](repeating: 0x7F, count: 16 - block.count)
            record.bytes += block.map { $0.0.lowerBound - 1 } + free
            record.bytes += block.map { $0.0.upperBound + 1 } + above
            record.bytes += block.map { $0.1.lowerBound - 1 } + free
            record.bytes += block.map { $0.1.upperBound + 1 } + above
        }
        return writer.intern(record)
    }

    /// A bound as a word; what does not fit is beyond every message.
    static func limit(_ value: Int) -> UInt32 {
        UInt32(clamping: min(value, Int(Layout.none) - 1))
    }

    mutating func writeNumberRule(_ node: CheckNode) -> UInt32 {
        typealias Rule = Layout.NumberRule
        let listed = node.values.map { values in
            values.compactMap { value -> ExactNumber? in
                guard case .number(let number) = value else { return nil }
                return number
            }
        }
        let hasRule =
            listed != nil || node.integerOnly || node.lower != nil || node.upper != nil || !node.multiples.isEmpty
        guard node.types.contains(.number), hasRule else { return 0 }
        var flags: UInt32 = node.integerOnly ? Rule.integerOnly : 0
        if node.integerByForm { flags |= Rule.integerByForm }
        if let lower = node.lower { flags |= Rule.hasLower | (lower.isExcluded ? Rule.lowerExcluded : 0) }
        if let upper = node.upper { flags |= Rule.hasUpper | (upper.isExcluded ? Rule.upperExcluded : 0) }
        if listed != nil { flags |= Rule.listed }
        var multiples = RecordBytes()
        for multiple in node.multiples {
            multiples.long(multiple.coefficient)
            multiples.words(UInt32(bitPattern: Int32(clamping: multiple.exponent)), 0)
        }
        var values = RecordBytes()
        for number in listed ?? [] { values.word(writer.decimal(number)) }
        var record = RecordBytes()
        record.words(flags, UInt32(node.multiples.count))
        record.word(node.multiples.isEmpty ? 0 : writer.intern(multiples))
        record.word(node.lower.map { writer.decimal($0.value) } ?? 0)
        let (low, high) = (Self.low(node.lower), Self.high(node.upper))
        record.long(UInt64(bitPattern: low))
        record.long(UInt64(bitPattern: high))
        record.word(node.upper.map { writer.decimal($0.value) } ?? 0)
        record.words(UInt32(listed?.count ?? 0), values.bytes.isEmpty ? 0 : writer.intern(values))
        record.word(Rule.sureDigits(low: low, high: high))
        return writer.intern(record)
    }

    /// The smallest integer within a lower bound.
    static func low(_ bound: CheckNode.Bound?) -> Int64 {
        guard let bound else { return .min }
        let value = bound.value.ceiling
        guard bound.isExcluded, bound.value.isInteger, value != .max, value != .min else { return value }
        return value + 1
    }

    /// The largest integer within an upper bound.
    static func high(_ bound: CheckNode.Bound?) -> Int64 {
        guard let bound else { return .max }
        let value = bound.value.floor
        guard bound.isExcluded, bound.value.isInteger, value != .max, value != .min else { return value }
        return value - 1
    }

    mutating func writeArrayRule(_ node: CheckNode) -> UInt32 {
        var prefix = RecordBytes()
        for child in node.prefix {
            prefix.words(offset(of: child.node), child.isDenied ? Layout.PrefixItem.denied : 0)
        }
        var record = RecordBytes()
        record.words(Self.limit(node.minItems), node.maxItems.map(Self.limit) ?? Layout.none)
        record.words(UInt32(node.prefix.count), node.prefix.isEmpty ? 0 : writer.intern(prefix))
        var flags: UInt32 = node.items.isDenied ? Layout.ArrayRule.itemsDenied : 0
        if node.hasUniqueItems { flags |= Layout.ArrayRule.unique }
        if node.itemsEvaluate { flags |= Layout.ArrayRule.itemsEvaluate }
        record.words(offset(of: node.items.node), flags, 0, 0)
        return writer.intern(record)
    }

    mutating func writeObjectRule(_ node: CheckNode) -> UInt32 {
        typealias Rule = Layout.ObjectRule
        let count = node.properties.count
        var words = [UInt64](repeating: 0, count: max(1, (count + 63) / 64))
        for (index, property) in node.properties.enumerated() where property.isRequired {
            words[index / 64] |= 1 << UInt64(index % 64)
        }
        var flags: UInt32 = node.additional.isDenied ? Rule.additionalDenied : 0
        if count > 64 { flags |= Rule.wide }
        if node.minProperties > 0 || node.maxProperties != nil { flags |= Rule.counted }
        if node.additionalEvaluates { flags |= Rule.additionalEvaluates }
        if !node.names.isEmpty { flags |= Rule.named }
        var requiredWords = RecordBytes()
        for word in words { requiredWords.long(word) }
        var record = writer.nameTable(
            node.properties.map { property in
                var flags = property.child.isDenied ? Layout.NameEntry.denied : 0
                if property.isEvaluated { flags |= Layout.NameEntry.evaluated }
                return (property.name, offset(of: property.child.node), flags)
            }
        )
        record.long(words[0])
        record.words(offset(of: node.additional.node), flags)
        record.words(Self.limit(node.minProperties), node.maxProperties.map(Self.limit) ?? Layout.none)
        record.words(count > 64 ? writer.intern(requiredWords) : 0, writeNames(node))
        return writer.intern(record)
    }

    mutating func writeNames(_ node: CheckNode) -> UInt32 {
        guard !node.names.isEmpty else { return 0 }
        var children = RecordBytes()
        for child in node.names.children {
            children.words(offset(of: child.node), child.isDenied ? Layout.PrefixItem.denied : 0)
        }
        var pairs = RecordBytes()
        for pair in node.names.pairs { pairs.words(property(pair.name, of: node), property(pair.required, of: node)) }
        var record = RecordBytes()
        record.words(node.names.node.map(offset) ?? Layout.none, node.names.automaton.map { writer.automaton($0) } ?? 0)
        record.words(UInt32(node.names.children.count), node.names.children.isEmpty ? 0 : writer.intern(children))
        record.words(UInt32(node.names.pairs.count), node.names.pairs.isEmpty ? 0 : writer.intern(pairs), 0, 0)
        return writer.intern(record)
    }

    /// The index of a property, which the merge has made sure of.
    func property(_ name: ExactText, of node: CheckNode) -> UInt32 {
        UInt32(node.properties.firstIndex { $0.name == name } ?? 0)
    }
}

extension ExactNumber {
    /// The digits as an integer; schemas with longer multiples are refused when they are read.
    fileprivate var coefficient: UInt64 {
        digits.reduce(0) { $0 &* 10 &+ UInt64($1) }
    }
}
