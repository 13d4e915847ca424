import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes a `SubprotocolsRecord`.
    mutating func subprotocols(_ check: SubprotocolsCheck) -> UInt32 {
        let entries = check.allow.enumerated().map { place, name in
            (text: Array(name.value.utf8), value: UInt32(place))
        }
        var record = RecordWords(SubprotocolsRecord.wordCount)
        record[SubprotocolsRecord.table] = writer.textTable(entries)
        record[SubprotocolsRecord.absent] = check.absent.value == .allow ? 0 : 1
        record[SubprotocolsRecord.absentSource] = source(check.absent.span)
        let index = writer.record(record)
        addVectors(check, index)
        return index
    }
}
