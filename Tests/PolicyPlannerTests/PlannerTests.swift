import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import Testing

struct PlannerTests {
    @Test func `a policy with every kind of check becomes a plan that verifies`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        let digest = [UInt8](0..<32)
        let bytes = try Planner.plan(policy, sources: fixture.sources, sourceDigest: digest)
        let plan = try Plan(verifying: bytes)
        #expect(plan.name == "fixture")
        #expect(plan.digest == digest)
        #expect(plan.bytes == bytes)
        let view = plan.view
        #expect(view.index(view.policy + PolicyRecord.routeCount) == 2)
        #expect(plan.source(view.word(view.policy + PolicyRecord.defaultSource))?.description == "policy.yaml:1:1")
    }

    @Test func `the same policy gives the same bytes`() throws {
        var first = PolicyFixture()
        var second = PolicyFixture()
        let firstPolicy = first.everything()
        let secondPolicy = second.everything()
        let firstBytes = try Planner.plan(firstPolicy, sources: first.sources, sourceDigest: [])
        let secondBytes = try Planner.plan(secondPolicy, sources: second.sources, sourceDigest: [])
        #expect(firstBytes == secondBytes)
    }

    @Test func `the order in which files are read does not show in the plan`() throws {
        func plan(baseFirst: Bool) throws -> [UInt8] {
            var fixture = PolicyFixture(otherFile: "base.yaml", isFirst: baseFirst)
            var route = fixture.route()
            fixture.isInOther = true
            route.tls = [TLSCheck(mode: .enforce, span: fixture.span())]
            route.origins = [fixture.origins(.enforce, ["https://a.example", "https://b.example"])]
            fixture.isInOther = false
            route.messages = [fixture.messages()]
            let policy = fixture.policy([route])
            return try Planner.plan(policy, sources: fixture.sources, sourceDigest: [])
        }
        let first = try plan(baseFirst: true)
        #expect(try first == plan(baseFirst: false))
        #expect(try Plan(verifying: first).sourcePaths == ["base.yaml", "policy.yaml"])
    }

    @Test func `numbers beyond the format are refused at their line`() throws {
        var fixture = PolicyFixture()
        var route = fixture.route()
        let limit = fixture.limit(.server, .frequency(.atMost(count: 70_000, period: .seconds(1))))
        route.connectionLimits = [0]
        let policy = fixture.policy([route], limits: [limit])
        let sources = fixture.sources
        let error = #expect(throws: PlannerError.self) {
            try Planner.plan(policy, sources: sources, sourceDigest: [])
        }
        #expect(error?.span == limit.span)
        #expect(error?.message == "a limit's count of 70000")
        #expect(error?.help == "write a number from 1 to 65536")
    }

    @Test func `routes whose checks are equal share their records`() throws {
        func size(_ count: Int) throws -> Int {
            var fixture = PolicyFixture()
            var first = fixture.route("/a0")
            first.origins = [fixture.origins(.enforce, (0..<100).map { "https://a\($0).example" })]
            first.messages = [fixture.messages()]
            let routes = (0..<count).map { number in
                var route = first
                route.pattern = PolicyFixture.path("/a\(number)")
                return route
            }
            return try Planner.plan(fixture.policy(routes), sources: fixture.sources, sourceDigest: []).count
        }
        #expect(try size(11) - size(1) < 10 * 1_200)
    }

    @Test func `a stripped plan runs without its sources`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        let plan = try Plan(verifying: Planner.plan(policy, sources: fixture.sources, sourceDigest: []))
        let stripped = try Plan(verifying: plan.stripped())
        let source = stripped.view.word(stripped.view.policy + PolicyRecord.defaultSource)
        #expect(stripped.source(source) == nil)
        #expect(stripped.vectors == nil)
        #expect(stripped.bytes.count < plan.bytes.count)
        #expect(try Plan(verifying: stripped.stripped()).bytes == stripped.bytes)
    }
}
