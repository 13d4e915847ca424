import PolicyModel
import Testing

@testable import PolicyPlanner

struct GraphBuilderTests {
    @Test func `steps stand in the order of a decision`() {
        var fixture = PolicyFixture()
        let graph = GraphBuilder(fixture.everything()).graph
        for pipeline in graph.routes + [graph.unrouted] {
            let ranks = pipeline.steps.map(\.check.rank)
            #expect(ranks == ranks.sorted())
        }
        #expect(graph.unrouted.steps.last?.check.rank == 3)
    }

    @Test func `what is selected is what every enforcing level allows, in the order of the innermost`() {
        var fixture = PolicyFixture()
        var route = fixture.route()
        route.subprotocols = [
            fixture.subprotocols(.enforce, ["a", "b", "c"]), fixture.subprotocols(.observe, ["b"]),
            fixture.subprotocols(.enforce, ["c", "x", "a"]),
        ]
        let graph = GraphBuilder(fixture.policy([route])).graph
        #expect(graph.routes[0].selectable == ["c", "a"])
        route.subprotocols = []
        #expect(GraphBuilder(fixture.policy([route])).graph.routes[0].selectable == nil)
        route.subprotocols = [fixture.subprotocols(.enforce, [])]
        #expect(GraphBuilder(fixture.policy([route])).graph.routes[0].selectable == [])
    }

    @Test func `two levels are not passed by two different offers`() {
        var fixture = PolicyFixture()
        var route = fixture.route()
        route.subprotocols = [
            fixture.subprotocols(.enforce, ["a", "c"]), fixture.subprotocols(.enforce, ["b", "c"]),
        ]
        let graph = GraphBuilder(fixture.policy([route])).graph
        var handshake = SlowHandshake()
        handshake.subprotocols = ["a", "b"]
        #expect(SlowDecision(graph.routes[0].steps, handshake).refusal == route.subprotocols[1].span)
        handshake.subprotocols = ["c"]
        #expect(SlowDecision(graph.routes[0].steps, handshake).refusal == nil)
    }
}
