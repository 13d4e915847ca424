import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Writes the `AnswerRecord`s of all violations; equal tables are one.
    mutating func answers(_ answers: Answers) -> UInt32 {
        var words = [UInt32](repeating: 0, count: AnswerRecord.wordCount)
        for violation in Violation.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            let answer = answers[violation]
            var record = RecordWords(AnswerRecord.wordCount)
            record[AnswerRecord.delivery] = answer.delivery == .http ? 0 : 1
            record[AnswerRecord.status] = UInt32(answer.status)
            record[AnswerRecord.closeCode] = UInt32(answer.closeCode)
            record.setText(AnswerRecord.reasonOffset, writer.text(answer.reason))
            words += record.words
        }
        return writer.run(words)
    }

    /// Writes response headers: quadruples of name and value.
    mutating func headers(_ headers: [ResponseHeaderEntry]) -> PlanWriter.List {
        var words: [UInt32] = []
        for header in headers {
            let name = writer.text(header.name.value)
            let value = writer.text(header.value.value)
            words += [name.offset, name.length, value.offset, value.length]
        }
        return PlanWriter.List(index: writer.run(words), count: UInt32(headers.count))
    }
}
