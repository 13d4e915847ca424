import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

/// Combinations of an emitted program: applicators, and how one of many branches is found.
extension ProgramEmission {
    mutating func writeCombination(_ node: CheckNode) -> UInt32 {
        guard node.isCombined else { return 0 }
        typealias Combination = Layout.Combination
        var applicators = RecordBytes()
        for applicator in node.applicators { applicators.append(write(applicator, of: node)) }
        var contains = RecordBytes()
        for entry in node.contains {
            contains.words(offset(of: entry.node), Self.limit(entry.minimum))
            contains.words(entry.maximum.map(Self.limit) ?? Layout.none, 0)
        }
        var record = RecordBytes()
        record.word(node.containsEvaluates ? Combination.containsEvaluates : 0)
        record.words(UInt32(node.applicators.count), node.applicators.isEmpty ? 0 : writer.intern(applicators))
        record.words(UInt32(node.contains.count), node.contains.isEmpty ? 0 : writer.intern(contains))
        record.word(node.unevaluatedItems.map(offset) ?? Layout.none)
        record.word(node.unevaluatedProperties.map(offset) ?? Layout.none)
        record.word(writeDispatch(node))
        return writer.intern(record)
    }

    mutating func write(_ applicator: CheckNode.Applicator, of node: CheckNode) -> RecordBytes {
        typealias Applicator = Layout.Applicator
        var list = RecordBytes()
        let kind: UInt32
        var index: UInt32 = 0
        switch applicator {
        case .all(let inner):
            kind = Applicator.all
            list.word(offset(of: inner))
        case .any(let inner):
            kind = Applicator.any
            for node in inner { list.word(offset(of: node)) }
        case .one(let inner):
            kind = Applicator.one
            for node in inner { list.word(offset(of: node)) }
        case .not(let inner):
            kind = Applicator.not
            list.word(offset(of: inner))
        case .conditional(let condition, let then, let otherwise):
            kind = Applicator.conditional
            list.words(offset(of: condition), then.map(offset) ?? Layout.none, otherwise.map(offset) ?? Layout.none)
        case .dependent(let name, let inner):
            kind = Applicator.dependent
            index = property(name, of: node)
            list.word(offset(of: inner))
        }
        var record = RecordBytes()
        record.words(kind, UInt32(list.bytes.count / 4), writer.intern(list), index)
        return record
    }

    mutating func writeDispatch(_ node: CheckNode) -> UInt32 {
        typealias Dispatch = Layout.Dispatch
        var record = RecordBytes()
        switch node.dispatch {
        case nil: return 0
        case .byType(let string, let number, let array, let object, let boolean, let null):
            record.word(Dispatch.byType)
            for target in [string, number, array, object, boolean, null] {
                record.word(target.map(offset) ?? Layout.none)
            }
            record.word(0)
        case .instead(let target): record.words(Dispatch.instead, offset(of: target), 0, 0, 0, 0, 0, 0)
        case .byItem(let index, let strings, let integers, let branches):
            var list = RecordBytes()
            for target in branches { list.words(offset(of: target), Layout.none, 0, 0) }
            record.words(Dispatch.byItem, UInt32(branches.count), writer.intern(list), UInt32(index))
            for values in [strings, integers] {
                let sorted = values.sorted { $0.key < $1.key }
                record.append(writer.nameTable(sorted.map { ($0.key, UInt32($0.value), 0) }))
            }
        case .byTag(let member, let values, let branches):
            let sorted = values.sorted { $0.key < $1.key }
            var list = RecordBytes()
            for (index, target) in branches.enumerated() {
                let branch = nodes[target]
                var property = Layout.none
                var flags: UInt32 = 0
                if branch.properties.count <= 64, let place = branch.properties.firstIndex(where: { $0.name == member })
                {
                    property = UInt32(place)
                    let own = sorted.filter { $0.value == index }.map(\.key)
                    if goesOn(branch, behind: place, with: own) { flags = Layout.Branch.inPlace }
                }
                list.words(offset(of: target), property, flags, 0)
            }
            record.words(Dispatch.byTag, UInt32(branches.count), writer.intern(list), 0)
            record.append(writer.nameEntry(member, target: 0))
            record.append(writer.nameTable(sorted.map { ($0.key, UInt32($0.value), 0) }))
        }
        return writer.intern(record)
    }
}
