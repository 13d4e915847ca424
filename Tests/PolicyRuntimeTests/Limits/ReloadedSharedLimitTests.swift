import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import Testing

@testable import PolicyRuntime

/// An engine that takes another's place counts where an engine counts that starts with its plan.
struct ReloadedSharedLimitTests {
    private static func plan(name: String, rate: String, routes: [String]) throws -> Plan {
        let routes = routes.map { "  - { path: \($0) }" }.joined(separator: "\n")
        let text = """
            wspolicy: 1
            name: \(name)
            origins: { allow: [https://app.example] }
            limits:
              connections: [{ per: route, rate: 100/s }]
              messages: [{ per: server, rate: \(rate), shared: true }]
            routes:
            \(routes)
            """
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: ["policy.yaml": text]))
        let resolved = try #require(loaded.policy, "\(loaded.diagnostics.all)")
        return try Plan(
            verifying: Planner.plan(resolved, sources: loaded.sources, sourceDigest: Array(repeating: 7, count: 32))
        )
    }

    private static func shared(_ engine: PolicyEngine) throws -> SharedLimit {
        let index = try #require(engine.limits.rules.firstIndex { $0.isShared })
        return try #require(engine.limits.shared(index))
    }

    @Test(arguments: [
        ("together", "100/s", ["/a", "/b"], true), ("renamed", "100/s", ["/a"], false),
        ("together", "200/s", ["/a"], false), ("together", "100/s", ["/a"], true),
    ])
    func `what is leased stays where the counter has the same name`(
        _ name: String,
        _ rate: String,
        _ routes: [String],
        _ isKept: Bool
    ) throws {
        let older = try PolicyEngine(plan: try Self.plan(name: "together", rate: "100/s", routes: ["/a"]))
        let plan = try Self.plan(name: name, rate: rate, routes: routes)
        let newer = try PolicyEngine(plan: plan, keepingCountersOf: older)
        #expect(try Self.shared(newer).name == Self.shared(PolicyEngine(plan: plan)).name)
        #expect(try (Self.shared(newer) === Self.shared(older)) == isKept)
    }

    @Test func `a table per route goes on when a route is added`() throws {
        let older = try PolicyEngine(plan: try Self.plan(name: "a", rate: "100/s", routes: ["/a"]))
        let newer = try PolicyEngine(
            plan: try Self.plan(name: "a", rate: "100/s", routes: ["/b", "/a"]),
            keepingCountersOf: older
        )
        let index = { (engine: PolicyEngine) in engine.limits.rules.firstIndex { $0.per == .route } ?? -1 }
        #expect(newer.limits.table(index(newer)) === older.limits.table(index(older)))
    }
}
