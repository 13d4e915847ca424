import PolicyPlan
import PolicyPlanner
import Testing

struct GoldenTests {
    @Test func `the listing shows every table of a plan`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        let plan = try Plan(verifying: Planner.plan(policy, sources: fixture.sources, sourceDigest: []))
        let text = PlanListing.text(of: plan)
        #expect(try text == Golden.text("listing.txt", recording: text))
    }

    @Test func `the explanation says what happens in order`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        let text = Explanation(policy, sources: fixture.sources).text
        #expect(try text == Golden.text("explanation.txt", recording: text))
    }
}
