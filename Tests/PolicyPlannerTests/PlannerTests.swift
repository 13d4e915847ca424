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
