import PolicyPlan
import PolicyPlanner
import Testing

struct GoldenTests {
    @Test func `the listing shows every table of a plan`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        let plan = try Plan(verifying: Planner.plan(policy, sources: fixture.sources, sourceDigest: []))
        try Golden.expect(PlanListing.text(of: plan), "listing.txt")
    }

    @Test func `the explanation says what happens in order`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        try Golden.expect(Explanation(policy, sources: fixture.sources).text, "explanation.txt")
    }
}
