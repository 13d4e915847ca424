import Foundation
import PolicyModel
import Testing

@testable import PolicyPlanner

struct PassListTests {
    @Test func `every pass keeps each decision and the line that it names`() {
        var dropped = 0
        var refusedByName = 0
        for seed in 0..<600 {
            var random = RandomChecks(seed: UInt64(seed))
            var steps = random.steps()
            if seed % 3 == 0 {
                steps = (0..<3).map { _ in
                    let check = random.origins(.enforce)
                    return GraphStep(check: .origins(check), mode: .enforce, span: check.span)
                }
            }
            var route = random.fixture.route()
            route.clients = []
            var graph = GraphBuilder(random.fixture.policy([route])).graph
            graph.routes[0].steps = steps
            for pass in PassList.all {
                var after = graph
                pass.run(&after)
                dropped += graph.routes[0].steps.count - after.routes[0].steps.count
                for _ in 0..<40 {
                    let handshake = random.handshake()
                    let expected = SlowDecision(graph.routes[0].steps, handshake)
                    let found = SlowDecision(after.routes[0].steps, handshake)
                    #expect(found == expected, "\(pass.name), seed \(seed), \(handshake)")
                }
                graph = after
            }
            for case .origins(_, let refused) in graph.routes[0].steps.map(\.check) { refusedByName += refused.count }
        }
        #expect(dropped > 50)
        #expect(refusedByName > 20)
    }

    @Test func `a second run of the passes changes nothing`() {
        for seed in 0..<100 {
            var random = RandomChecks(seed: UInt64(seed))
            let steps = random.steps()
            let route = random.fixture.route()
            var graph = GraphBuilder(random.fixture.policy([route])).graph
            graph.routes[0].steps = steps
            let once = PassList.run(graph)
            let twice = PassList.run(once)
            let sources = random.fixture.sources
            #expect(GraphDump(once, sources: sources).text == GraphDump(twice, sources: sources).text)
        }
    }

    @Test func `the list names every pass of the folder`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/PolicyPlanner/Passes")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let passes = try files.filter { file in
            try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8).contains(": GraphPass {")
        }
        #expect(Set(PassList.all.map { "\($0).swift" }) == Set(passes))
    }

    @Test func `levels that repeat or widen each other become one check`() throws {
        var fixture = PolicyFixture()
        var route = fixture.route()
        route.tls = [TLSCheck(mode: .enforce, span: fixture.span()), TLSCheck(mode: .enforce, span: fixture.span())]
        route.clients = [
            fixture.clients(allow: fixture.prefixes("0.0.0.0/0", "::/0")),
            fixture.clients(deny: fixture.prefixes("192.0.2.0/24", "192.0.2.128/25")),
        ]
        route.hosts = [fixture.hosts(.enforce, ["api.example", "api.example:443"])]
        route.origins = [
            fixture.origins(.enforce, ["https://app.example", "https://www.app.example", "https://*.app.example"]),
            fixture.origins(.enforce, ["https://app.example", "https://**.app.example"], absent: .allow),
            fixture.origins(.observe, ["https://app.example"]),
        ]
        var whole = route
        whole.origins = [
            fixture.origins(.enforce, ["https://a.example", "https://b.example", "http://localhost:3000"]),
            fixture.origins(.enforce, ["https://b.example:443", "https://c.example"]),
        ]
        route.subprotocols = [
            fixture.subprotocols(.enforce, ["v1", "v2"]), fixture.subprotocols(.enforce, ["v3", "v2", "v1"]),
        ]
        var idle = fixture.messages()
        idle.format = fixture.located(.any)
        route.messages = [idle]
        let policy = fixture.policy([route, whole])
        let pipeline = CompilePipeline(policy, sources: fixture.sources, digest: [], suppressions: [])
        let before = GraphDump(pipeline.built, sources: fixture.sources).text
        let after = GraphDump(pipeline.planned, sources: fixture.sources).text
        let text = "before\n\n\(before)\nafter\n\n\(after)"
        #expect(try text == Golden.text("passes.txt", recording: text))
    }
}
