import PolicyPlan
import WebSocketProtocol

/// The smallest plan with one of each simple record, built by hand; a test changes one field.
struct SmallPlan {
    var editPolicy: (inout RecordWords) -> Void = { _ in }
    var editRoute: (inout RecordWords) -> Void = { _ in }
    var editLimit: (inout RecordWords) -> Void = { _ in }
    var editStep: (inout RecordWords) -> Void = { _ in }
    var editAnswer: (inout RecordWords, Violation) -> Void = { _, _ in }
    /// Words of address intervals: IPv4 pairs, then IPv6 runs of five.
    var v4: [UInt32] = [0, none]
    var v6: [UInt32] = [0, 0, 0, 0, none]
    var header: (name: String, value: String) = ("X-Frame-Options", "DENY")
    var writer = PlanWriter()

    init() {
        _ = writer.sources.index(path: "policy.yaml", line: 1, column: 1)
    }

    /// The plan's bytes.
    mutating func bytes() throws -> [UInt8] {
        var table = RecordWords(AddressTable.wordCount)
        table[AddressTable.v4List] = writer.run(v4)
        table[AddressTable.v4Count] = UInt32(v4.count / 2)
        table[AddressTable.v6List] = writer.run(v6)
        table[AddressTable.v6Count] = UInt32(v6.count / 5)
        var clients = RecordWords(ClientsRecord.wordCount)
        clients[ClientsRecord.allow] = none
        clients[ClientsRecord.deny] = writer.record(table)
        var step = RecordWords(StepRecord.wordCount)
        step[StepRecord.kind] = StepKind.clients.rawValue
        step[StepRecord.operand] = writer.record(clients)
        editStep(&step)

        var limit = RecordWords(LimitRecord.wordCount)
        limit.setWide(LimitRecord.countLow, 10)
        limit.setWide(LimitRecord.periodLow, 1_000_000_000)
        limit.setWide(LimitRecord.burstLow, 10)
        limit[LimitRecord.tableSize] = 1
        editLimit(&limit)

        let route = writer.list(records: [self.route(step)])
        var policy = RecordWords(PolicyRecord.wordCount)
        policy.setText(PolicyRecord.nameOffset, writer.text("small"))
        policy.setList(PolicyRecord.routeList, route)
        policy[PolicyRecord.unrouted] = route.index
        policy[PolicyRecord.pathRoot] = none
        policy.setList(PolicyRecord.limitList, writer.list(records: [limit]))
        editPolicy(&policy)
        let index = writer.record(policy)
        return try writer.finish(policy: index, digest: [])
    }

    private mutating func route(_ step: RecordWords) -> RecordWords {
        var words = [UInt32](repeating: 0, count: AnswerRecord.wordCount)
        for violation in Violation.allCases {
            var answer = RecordWords(AnswerRecord.wordCount)
            answer[AnswerRecord.status] = 403
            answer[AnswerRecord.closeCode] = 4003
            answer.setText(AnswerRecord.reasonOffset, writer.text("no"))
            editAnswer(&answer, violation)
            words += answer.words
        }
        var route = RecordWords(RouteRecord.wordCount)
        route.setList(RouteRecord.stepList, writer.list(records: [step]))
        route[RouteRecord.answers] = writer.run(words)
        let (name, value) = (writer.text(header.name), writer.text(header.value))
        route.setList(
            RouteRecord.headerList,
            PlanWriter.List(index: writer.run([name.offset, name.length, value.offset, value.length]), count: 1)
        )
        route.setList(RouteRecord.messageRateList, writer.list([0]))
        for field in RouteRecord.messageFields { route[field] = none }
        route[RouteRecord.renewingType] = none
        route[RouteRecord.selectableCount] = none
        editRoute(&route)
        return route
    }
}
