import PolicyModel
import PolicyPlan
import WebSocketProtocol

/// Writes merged nodes and roots into a section: header, roots, list of roots, nodes, then rules and texts.
struct ProgramEmission {
    typealias Layout = ProgramLayout

    private let nodes: [CheckNode]
    /// The class of each merged node, and the first member of each class.
    private let classes: [Int]
    private let representatives: [Int]
    private let rootCount: Int
    private let nodeBase: Int
    private var writer = ProgramWriter()
    private var sources: [ProgramSources.Entry] = []

    init(_ nodes: [CheckNode], rootCount: Int) {
        self.nodes = nodes
        self.rootCount = rootCount
        classes = NodeClasses.of(nodes)
        var representatives: [Int] = []
        for (index, number) in classes.enumerated() where number == representatives.count {
            representatives.append(index)
        }
        self.representatives = representatives
        _ = writer.reserve(Layout.headerBytes + rootCount * Layout.Root.size)
        _ = writer.reserve(4 * rootCount)
        nodeBase = writer.reserve(representatives.count * Layout.Node.size)
    }

    private func offset(of node: Int) -> UInt32 {
        UInt32(nodeBase + classes[node] * Layout.Node.size)
    }

    /// The finished section and the places of its keywords.
    mutating func finish() -> (program: [UInt8], sources: ProgramSources) {
        for (number, node) in representatives.enumerated() { writeNode(nodes[node], number) }
        let list = Layout.headerBytes + rootCount * Layout.Root.size
        var header = RecordBytes()
        header.words(Layout.magic, Layout.version, UInt32(writer.bytes.count), UInt32(rootCount))
        header.words(UInt32(list), UInt32(representatives.count), 0, 0)
        writer.put(header, at: 0)
        var roots = RecordBytes()
        for index in 0..<rootCount { roots.word(UInt32(Layout.headerBytes + index * Layout.Root.size)) }
        writer.put(roots, at: list)
        fillOperations()
        return (writer.bytes, ProgramSources(sources))
    }

    /// Operations follow from the finished rules.
    private mutating func fillOperations() {
        let buffer = ProgramBuffer(writer.bytes)
        for number in representatives.indices {
            let offset = nodeBase + number * Layout.Node.size
            var operation = RecordBytes()
            operation.bytes = [buffer.view.operation(ofNodeAt: offset).rawValue]
            writer.put(operation, at: offset)
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

        var record = RecordBytes()
        record.words(flags, UInt32(min(max(spec.depth, 1), Int(Layout.maximumDepth))), offset(of: node))
        record.words(UInt32(tokens.count), writeSteps(tokens))
        let hasTypes = spec.discriminator != nil
        record.words(hasTypes ? UInt32(spec.types.count) : 0, writeTypes(spec, types, member), 0)
        record.append(
            writer.nameTable(
                hasTypes ? spec.types.enumerated().map { (ExactText($1.name), UInt32($0), 0) } : []
            )
        )
        for raw in Violation.invalidUTF8.rawValue..<Violation.invalidUTF8.rawValue + 8 {
            let action = raw == Violation.invalidUTF8.rawValue ? ContentAction.close : spec.onViolation
            record.bytes.append(action.rawValue)
        }
        writer.put(record, at: place)
    }

    private mutating func writeSteps(_ tokens: [String]) -> UInt32 {
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

    private mutating func writeTypes(_ spec: ContentSpec, _ types: [Int], _ member: ExactText?) -> UInt32 {
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
                let child = check.properties[index].child
                isInPlace =
                    !child.isDenied && nodes[child.node].accepts(ExactText(type.name)) && check.types.contains(.object)
                    && check.values == nil
            }
            list.words(offset(of: node), property, UInt32((type.onSchemaMismatch ?? spec.onViolation).rawValue))
            list.word(isInPlace ? Layout.TypeRecord.inPlace : 0)
        }
        return writer.intern(list)
    }

    // MARK: Nodes

    private mutating func writeNode(_ node: CheckNode, _ number: Int) {
        let values = writeValues(node)
        var record = RecordBytes()
        record.bytes = [0, node.types.rawValue, node.hasNoBoolean ? Layout.Node.noBoolean : 0, 0]
        record.words(writeStringRule(node), writeNumberRule(node), writeArrayRule(node), writeObjectRule(node))
        record.words(values, UInt32(number), 0)
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
    private mutating func writeValues(_ node: CheckNode) -> UInt32 {
        guard let values = node.values, !node.types.isDisjoint(with: [.array, .object]) else { return 0 }
        var list = RecordBytes()
        let containers = values.filter(\.isContainer)
        list.words(UInt32(containers.count), 0)
        for value in containers { list.word(writer.constant(value)) }
        return writer.intern(list)
    }

    private mutating func writeStringRule(_ node: CheckNode) -> UInt32 {
        let listed = node.values.map { values in
            values.compactMap { value -> ExactText? in
                guard case .string(let text) = value else { return nil }
                return text
            }
        }
        guard node.types.contains(.string), listed != nil || node.minLength > 0 || node.maxLength != nil else {
            return 0
        }
        // Bounds that every listed value keeps need no look.
        let keepsBounds =
            listed?.allSatisfy { $0.codePointCount >= node.minLength && $0.codePointCount <= node.maxLength ?? .max }
            ?? false
        var record = writer.nameTable((listed ?? []).enumerated().map { ($1, UInt32($0), 0) })
        record.word(keepsBounds ? 0 : Self.limit(node.minLength))
        record.word(keepsBounds ? Layout.none : node.maxLength.map(Self.limit) ?? Layout.none)
        record.words(listed == nil ? 0 : Layout.StringRule.listed, 0)
        return writer.intern(record)
    }

    /// A bound as a word; what does not fit is beyond every message.
    private static func limit(_ value: Int) -> UInt32 {
        UInt32(clamping: min(value, Int(Layout.none) - 1))
    }

    private mutating func writeNumberRule(_ node: CheckNode) -> UInt32 {
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
        record.long(UInt64(bitPattern: Self.low(node.lower)))
        record.long(UInt64(bitPattern: Self.high(node.upper)))
        record.word(node.upper.map { writer.decimal($0.value) } ?? 0)
        record.words(UInt32(listed?.count ?? 0), values.bytes.isEmpty ? 0 : writer.intern(values), 0)
        return writer.intern(record)
    }

    /// The smallest integer within a lower bound.
    private static func low(_ bound: CheckNode.Bound?) -> Int64 {
        guard let bound else { return .min }
        let value = bound.value.ceiling
        guard bound.isExcluded, bound.value.isInteger, value != .max, value != .min else { return value }
        return value + 1
    }

    /// The largest integer within an upper bound.
    private static func high(_ bound: CheckNode.Bound?) -> Int64 {
        guard let bound else { return .max }
        let value = bound.value.floor
        guard bound.isExcluded, bound.value.isInteger, value != .max, value != .min else { return value }
        return value - 1
    }

    private mutating func writeArrayRule(_ node: CheckNode) -> UInt32 {
        var prefix = RecordBytes()
        for child in node.prefix {
            prefix.words(offset(of: child.node), child.isDenied ? Layout.PrefixItem.denied : 0)
        }
        var record = RecordBytes()
        record.words(Self.limit(node.minItems), node.maxItems.map(Self.limit) ?? Layout.none)
        record.words(UInt32(node.prefix.count), node.prefix.isEmpty ? 0 : writer.intern(prefix))
        record.words(offset(of: node.items.node), node.items.isDenied ? Layout.ArrayRule.itemsDenied : 0, 0, 0)
        return writer.intern(record)
    }

    private mutating func writeObjectRule(_ node: CheckNode) -> UInt32 {
        typealias Rule = Layout.ObjectRule
        let count = node.properties.count
        var words = [UInt64](repeating: 0, count: max(1, (count + 63) / 64))
        for (index, property) in node.properties.enumerated() where property.isRequired {
            words[index / 64] |= 1 << UInt64(index % 64)
        }
        var flags: UInt32 = node.additional.isDenied ? Rule.additionalDenied : 0
        if count > 64 { flags |= Rule.wide }
        if node.minProperties > 0 || node.maxProperties != nil { flags |= Rule.counted }
        var requiredWords = RecordBytes()
        for word in words { requiredWords.long(word) }
        var record = writer.nameTable(
            node.properties.map {
                ($0.name, offset(of: $0.child.node), $0.child.isDenied ? Layout.NameEntry.denied : 0)
            }
        )
        record.long(words[0])
        record.words(offset(of: node.additional.node), flags)
        record.words(Self.limit(node.minProperties), node.maxProperties.map(Self.limit) ?? Layout.none)
        record.words(count > 64 ? writer.intern(requiredWords) : 0, 0)
        return writer.intern(record)
    }
}

extension ExactNumber {
    /// The digits as an integer; schemas with longer multiples are refused when they are read.
    fileprivate var coefficient: UInt64 {
        digits.reduce(0) { $0 &* 10 &+ UInt64($1) }
    }
}
