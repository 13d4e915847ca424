import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes a `ClientsRecord`.
    mutating func clients(_ check: ClientsCheck) -> UInt32 {
        var record = RecordWords(ClientsRecord.wordCount)
        record[ClientsRecord.allow] = check.allow.map { addresses($0.value) } ?? none
        record[ClientsRecord.deny] = check.deny.isEmpty ? none : addresses(check.deny)
        record[ClientsRecord.allowSource] = source(check.allow?.span ?? check.span)
        let index = writer.record(record)
        addVectors(check, index)
        return index
    }
}
