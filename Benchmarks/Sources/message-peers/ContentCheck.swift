import DecisionCases
import PolicyPlan
import PolicyRuntime
import WebSocketPolicy

/// The content check alone: UTF-8, JSON, duplicate members and the schema, without a connection, its deadlines and limits.
final class ContentCheck {
    private let plan: Plan
    private let root: UInt32
    private var message = PaddedBytes()
    private var scratch = ContentScratch()
    private let isBroken: Bool

    /// A check of the message and by the schema of a case; nil where it has none.
    init?(_ item: DecisionCase) throws {
        guard let bytes = item.message, let schema = item.schema else { return nil }
        plan = try PolicyCompiler.compile(
            text: DecisionCases.messagePolicy,
            files: [DecisionCases.schemaFile: schema]
        )
        let view = plan.view
        let route = view.index(view.policy + PolicyRecord.routeList)
        root = view.word(view.index(route + RouteRecord.enforcedMessages) + MessageRecord.contentRoot)
        message.append(bytes.span)
        isBroken = item.isBroken
    }

    /// Decides the message so many times; another decision than the expected one would be none to time.
    @inline(never)
    func run(_ rounds: Int) {
        let program = plan.view.program
        for _ in 0..<rounds {
            let verdict = ContentChecker.check(program: program, root: root, message: message, scratch: &scratch)
            precondition((verdict.violation != nil) == isBroken, "not as expected")
        }
    }
}
