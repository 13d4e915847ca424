import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes a `MessageRecord`.
    mutating func messages(_ check: MessageCheck) throws(PlannerError) -> UInt32 {
        typealias Field = MessageRecord
        var record = RecordWords(Field.wordCount)
        record[Field.format] = Self.code(check.format.value)
        record[Field.formatSource] = source(check.format.span)
        record[Field.contentRoot] = check.format.value == .json ? try content(check) : none
        var types: [RecordWords] = []
        for type in check.discriminator == nil ? [] : check.types?.value ?? [] { types.append(try messageType(type)) }
        record.setList(Field.typeList, writer.list(records: types))
        record[Field.section] = source(check.span)
        record[Field.depthSource] = source(check.depth.span)
        record[Field.duplicateKeysSource] = source(check.duplicateKeys.span)
        record[Field.interoperableSource] = source(check.interoperable.span)
        record[Field.typesSource] = source(check.types?.span ?? check.span)
        record[Field.batchSource] = source(check.batch?.span ?? check.span)
        let first = check.first.flatMap { first in check.types?.value.firstIndex { $0.name == first.value } }
        record[Field.firstType] = first.map { UInt32(clamping: $0) } ?? none
        record[Field.firstSource] = source(check.first?.span ?? check.span)
        let index = writer.record(record)
        addVectors(check, index)
        return index
    }

    private mutating func messageType(_ type: MessageCheck.MessageType) throws(PlannerError) -> RecordWords {
        typealias Field = MessageTypeRecord
        guard type.cost >= 1, type.cost <= Int64(PlanLimits.cost) else {
            throw PlannerError(
                "a cost of \(type.cost)",
                at: type.span,
                help: "write a number from 1 to \(PlanLimits.cost)"
            )
        }
        var record = RecordWords(Field.wordCount)
        record.setText(Field.nameOffset, writer.text(type.name))
        record[Field.cost] = UInt32(type.cost)
        record.setList(Field.rateList, writer.list(type.rates.map(UInt32.init)))
        record[Field.source] = source(type.span)
        return record
    }

    private static func code(_ format: MessagesSection.Format) -> UInt32 {
        switch format {
        case .json: 0
        case .text: 1
        case .binary: 2
        case .any: 3
        }
    }
}
