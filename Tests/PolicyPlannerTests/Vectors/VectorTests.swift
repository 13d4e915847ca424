import PolicyModel
import PolicyPlan
import Testing
import WebSocketProtocol

@testable import PolicyPlanner

/// Vectors say what the lists say, entry by entry.
struct VectorTests {
    private func vectors(_ route: ResolvedRoute, _ fixture: inout PolicyFixture) throws -> [PlanVector] {
        let policy = fixture.policy([route])
        let plan = try Plan(verifying: Planner.plan(policy, sources: fixture.sources, sourceDigest: []))
        let section = try #require(plan.vectors)
        return try PlanVector.vectors(of: section)
    }

    /// The handshake that a vector stands for; nil where it tests something else.
    private func handshake(_ vector: PlanVector) -> SlowHandshake? {
        var handshake = SlowHandshake()
        let text = String(decoding: vector.input, as: UTF8.self)
        switch vector.kind {
        case .client:
            handshake.client = vector.input.isEmpty ? nil : IPAddress(bytes: vector.input)
        case .host:
            handshake.host = text
            handshake.port = UInt16(exactly: vector.number)
        case .origin:
            handshake.origin = text.isEmpty ? nil : PolicyFixture.pattern(text == "file://" ? "file:" : text)
            handshake.hasCookie = vector.number == 1
        case .subprotocols:
            handshake.subprotocols = text.isEmpty ? [] : text.split(separator: ",").map(String.init)
        default: return nil
        }
        return handshake
    }

    @Test func `each vector of a handshake expects what the lists decide`() throws {
        var counts: [VectorsSection.Kind: (passed: Int, refused: Int)] = [:]
        for seed in 0..<150 {
            var random = RandomChecks(seed: UInt64(seed))
            let steps = random.steps()
            let step = steps[seed % steps.count]
            var route = random.fixture.route()
            switch step.check {
            case .clients(let check): route.clients = [check]
            case .hosts(let check): route.hosts = [check]
            case .origins(let check, _): route.origins = [check]
            case .subprotocols(let check): route.subprotocols = [check]
            case .tls, .path, .limit, .token, .identityLimit: continue
            }
            for vector in try vectors(route, &random.fixture) {
                guard let handshake = handshake(vector) else { continue }
                var asked = step
                asked.mode = .enforce
                let isRefused = SlowDecision([asked], handshake).refusal != nil
                #expect(isRefused == (vector.expectation != .pass), "seed \(seed), \(vector)")
                var count = counts[vector.kind] ?? (0, 0)
                if isRefused { count.refused += 1 } else { count.passed += 1 }
                counts[vector.kind] = count
            }
        }
        for kind in [VectorsSection.Kind.client, .host, .origin, .subprotocols] {
            let count = try #require(counts[kind])
            #expect(count.passed > 20 && count.refused > 20, "\(kind) \(count)")
        }
    }

    @Test func `each listed origin is tested, and neighbours of some`() throws {
        var fixture = PolicyFixture()
        var route = fixture.route()
        let names = (0..<1_000).map { "https://customer\($0).app.example" }
        route.origins = [fixture.origins(.enforce, names)]
        let vectors = try vectors(route, &fixture).filter { $0.kind == .origin }
        let passing = vectors.filter { $0.expectation == .pass }.map { String(decoding: $0.input, as: UTF8.self) }
        #expect(Set(names).isSubset(of: Set(passing)))
        let refused = vectors.count { $0.expectation == .violation(Violation.originForbidden.rawValue) }
        #expect(refused > VectorCollector.neighbourEntries * 3)
    }

    @Test func `bounds are tested at their number and one beyond`() throws {
        var fixture = PolicyFixture()
        var route = fixture.route()
        route.messageBytes = fixture.located(.atMost(1_000))
        route.idleTimeout = fixture.located(.atMost(.seconds(60)))
        route.connectionLifetime = fixture.located(.unlimited)
        let vectors = try vectors(route, &fixture)
        let sizes = vectors.filter { $0.kind == .messageSize }
        #expect(sizes.map(\.number) == [1_000, 1_001])
        #expect(sizes.map(\.expectation) == [.pass, .violation(Violation.messageTooLarge.rawValue)])
        let idle = vectors.filter { $0.kind == .idle }
        #expect(idle.map(\.number) == [59_999_999_999, 60_000_000_000])
        #expect(vectors.filter { $0.kind == .lifetime }.map(\.expectation) == [.pass])
    }

    @Test func `paths are tested with their neighbours`() throws {
        var fixture = PolicyFixture()
        let policy = fixture.policy([fixture.route("/ws/a b"), fixture.route("/ws/{name}")])
        let plan = try Plan(verifying: Planner.plan(policy, sources: fixture.sources, sourceDigest: []))
        let section = try #require(plan.vectors)
        let paths = try PlanVector.vectors(of: section).filter { $0.kind == .path }.map { vector in
            "\(String(decoding: vector.input, as: UTF8.self)) \(vector.number == .max ? "-" : "\(vector.number)")"
        }
        let expected = [
            "/ws/a%20b 0", "/ws/a%20b/m0 -", "/ws -", "/wsx/a%20b -", "/ws/a%20bx 1", "/ws/p0 1", "/ws/p0/m0 -",
            "/ws -", "/wsx/p0 -", "/ws/p0x 1",
        ]
        #expect(paths == expected)
    }

    @Test func `routes that share a check share its vectors`() throws {
        var fixture = PolicyFixture()
        var first = fixture.route("/a")
        first.origins = [fixture.origins(.enforce, ["https://a.example"])]
        var second = first
        second.pattern = PolicyFixture.path("/b")
        let policy = fixture.policy([first, second])
        let plan = try Plan(verifying: Planner.plan(policy, sources: fixture.sources, sourceDigest: []))
        let section = try #require(plan.vectors)
        let origins = try PlanVector.vectors(of: section).filter { $0.kind == .origin }
        #expect(Set(origins.map(\.subject)).count == 1)
    }
}
