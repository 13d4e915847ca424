import PolicyDocument
import WebSocketProtocol

/// Combines `closeCodes`, `responses` and `responseHeaders`: inner overrides outer by name.
enum AnswerResolution {
    /// Outermost level first.
    static func answers(_ levels: [Level]) -> Answers {
        var answers = Answers { violation in
            Answers.Answer(
                delivery: .http,
                status: violation.defaultStatus ?? 403,
                closeCode: violation.defaultCloseCode,
                reason: violation.summary
            )
        }
        for level in levels {
            for entry in level.closeCodes { answers[entry.violation.value].closeCode = entry.code.value }
            for entry in level.responses {
                var answer = answers[entry.violation.value]
                if let deliver = entry.deliver { answer.delivery = deliver.value }
                if let status = entry.status { answer.status = status.value }
                if let reason = entry.reason { answer.reason = reason.value }
                answers[entry.violation.value] = answer
            }
        }
        return answers
    }

    /// In the order in which they are first written; names compare without regard to case.
    static func headers(_ levels: [Level], _ combining: inout Combining) -> [ResponseHeaderEntry] {
        var headers: [ResponseHeaderEntry] = []
        for entry in levels.flatMap(\.responseHeaders) {
            let name = entry.name.value.lowercased()
            guard let place = headers.firstIndex(where: { $0.name.value.lowercased() == name }) else {
                headers.append(entry)
                continue
            }
            if headers[place].value.value != entry.value.value {
                let loosening = Loosening(
                    kind: .replaces,
                    inner: entry.value.span,
                    outer: headers[place].value.span,
                    what: "`\(entry.name.value)`"
                )
                if !combining.loosenings.contains(loosening) { combining.loosenings.append(loosening) }
            }
            headers[place] = entry
        }
        return headers
    }
}
