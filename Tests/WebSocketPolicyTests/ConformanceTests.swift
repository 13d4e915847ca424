import ConformanceCases
import PolicyTools
import Testing
import WebSocketPolicy

/// The language-neutral cases through the engine and its connections, frames among them.
struct ConformanceTests {
    private static let cases = (try? ConformanceReader.cases()) ?? []

    @Test func `there are cases, and no two have one name`() throws {
        #expect(try ConformanceReader.cases().count > 60)
        #expect(Set(Self.cases.map(\.name)).count == Self.cases.count)
        let known: Set = [
            "frames", "serverMessages", "clock", "date", "peers", "tls", "invalidUTF8", "unanswered",
        ]
        for conformanceCase in Self.cases { #expect(conformanceCase.needs.isSubset(of: known), "\(conformanceCase)") }
    }

    @Test(arguments: cases)
    func `each event is decided as its case says`(_ conformanceCase: ConformanceCase) throws {
        let plan = try PolicyCompiler.compile(text: conformanceCase.policy, files: conformanceCase.files)
        let engine = try PolicyEngine(
            plan: plan,
            variable: { conformanceCase.environment[$0].map { Array($0.utf8) } },
            file: { conformanceCase.files[$0].map { Array($0.utf8) } }
        )
        var decider = TrafficDecider(engine: engine)
        for step in conformanceCase.steps {
            let decisions = decider.decide(step.event).map(\.decision)
            let difference = try ConformanceCase.difference(decisions, step)
            #expect(difference == nil)
        }
    }
}
