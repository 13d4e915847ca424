import ConformanceCases
import Foundation
import PolicyTools
import Testing
import WebSocketPolicy

/// The language-neutral cases through the C interface: all that need no frames.
struct ConformanceThroughCTests {
    private static let cases = (try? ConformanceReader.cases())?.filter { !$0.needs.contains("frames") } ?? []

    @Test func `there are cases without frames`() {
        #expect(Self.cases.count > 50)
    }

    @Test(arguments: cases)
    func `each event is decided as its case says, and in the words of Swift's interface`(
        _ conformanceCase: ConformanceCase
    ) throws {
        for (name, value) in conformanceCase.environment { unsafe setenv(name, value, 1) }
        let folder = FileManager.default.temporaryDirectory.appending(path: "wspolicy-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, content) in conformanceCase.files {
            try content.write(to: folder.appending(path: name), atomically: false, encoding: .utf8)
        }
        let policy = folder.appending(path: "policy.yaml")
        try conformanceCase.policy.write(to: policy, atomically: false, encoding: .utf8)
        let plan = try PolicyCompiler.compile(path: policy.path)
        var traffic = CTraffic(try CEngine(plan: plan.serialized))
        let engine = try PolicyEngine(
            plan: plan,
            variable: { conformanceCase.environment[$0].map { Array($0.utf8) } },
            file: { FileManager.default.contents(atPath: $0).map { Array($0) } }
        )
        var decider = TrafficDecider(engine: engine)
        for step in conformanceCase.steps {
            let decisions = traffic.decide(step)
            let difference = try ConformanceCase.difference(decisions, step)
            #expect(difference == nil)
            let swift = decider.decide(step.event).map(\.decision)
            #expect(decisions.map(\.violation) == swift.map(\.violation))
            #expect(decisions.map(\.pointer) == swift.map(\.pointer))
        }
    }
}
