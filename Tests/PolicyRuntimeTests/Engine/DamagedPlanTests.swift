import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import SeededNumbers
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// A plan that somebody changed and sealed again is refused, or runs without a trap.
struct DamagedPlanTests {
    private static let policy = """
        wspolicy: 1
        name: damaged
        transport: { hosts: [api.example, '[2001:db8::1]:8443'], trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor }
        clients: { deny: [192.0.2.0/24, '2001:db8:bad::/48'] }
        origins: { allow: [https://app.example, 'https://*.app.example', 'http://localhost:*', 'null'], absent: allow }
        token: { from: [{ query: t }, { header: X-T }, { subprotocol: b. }], algorithms: [HS256], keys: [{ env: K }], absent: allow, claims: { required: [a] } }
        subprotocols: { allow: [v1, v2] }
        limits:
          connections: [{ per: clientAddress, atMost: 3 per 1s }, { per: server, concurrent: 5 }, { per: subject, rate: 1/s }]
          messages: [{ per: connection, rate: 5/s }, { per: 'token:/x', atMost: 2 per 1s }]
          messageSize: 1KiB
        messages:
          discriminator: /type
          schema: { type: object, properties: { n: { type: number, multipleOf: 0.5 }, s: { enum: [a, bb, ccc] } } }
          types:
            ping: { rate: 2/s, cost: 2 }
            order: { schema: { required: [n], additionalProperties: { $ref: '#/messages/schema' } } }
        responseHeaders: { X-A: b }
        routes: [{ path: /ws }, { path: '/ws/{room}', mode: observe, messages: { depth: 3 } }, { path: '/f/{p...}' }]
        """

    private final class EveryToken: TokenAuthority {
        let revocations: Revocations? = nil

        func verify(_ token: Swift.Span<UInt8>, record: Int, plan: PlanView, unixNanoseconds: Int64) -> TokenVerdict {
            .accepted(TokenIdentity(of: .decoded(Array("ann".utf8)), closesAt: nil, payload: Array(#"{"x":1}"#.utf8)))
        }

        func judge(
            _ token: [UInt8],
            by answer: TokenAnswer,
            record: Int,
            plan: PlanView,
            unixNanoseconds: Int64
        ) -> TokenVerdict { verify(token.span, record: record, plan: plan, unixNanoseconds: unixNanoseconds) }

        func asksAboutTokens(plan: PlanView) -> Bool { false }
    }

    private static func plan() throws -> [UInt8] {
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: ["policy.yaml": policy]))
        let resolved = try #require(loaded.policy, "\(loaded.diagnostics.all)")
        return try Planner.plan(resolved, sources: loaded.sources, sourceDigest: Array(repeating: 7, count: 32))
    }

    private static let handshakes: [HandshakeRequest] = {
        let fields = [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "v2, v1"),
        ]
        let peer = SocketAddress(parsing: "10.0.0.1:5")
        return [
            ("/ws?t=x", "api.example", "https://x.app.example"),
            ("/ws/a%20b", "[2001:db8::1]:8443", "http://localhost:9"),
            ("/f/x/y", "api.example", "null"), ("/none", "api.example", "https://app.example"),
        ].map { target, host, origin in
            HandshakeRequest(
                target: target,
                headers: [("Host", host), ("Origin", origin), ("X-Forwarded-For", "203.0.113.7")] + fields,
                peer: peer,
                isSecure: true
            )
        }
    }()

    private static let messages = [
        #"{"type":"ping","n":1.5,"s":"bb"}"#, #"{"type":"order","n":2,"x":{"n":1,"s":"ccc"}}"#, #"{"type":"no"}"#,
        "[[[[1]]]]",
        "{\"type\":\"ping\",\"s\":\"\u{E9}\"}",
    ].map { Array($0.utf8) }

    /// Runs all that a plan leads to; what it decides does not matter.
    private static func exercise(_ plan: Plan) {
        guard let engine = try? PolicyEngine(plan: plan, tokens: EveryToken()) else { return }
        var moment = Moment(ticks: 1 << 40, unixNanoseconds: 1_780_000_000_000_000_000)
        for request in handshakes {
            moment.ticks += 100_000_000
            switch engine.admit(request, at: moment) {
            case .refuse(let refusal):
                _ = refusal.detail(of: request)
                _ = refusal.responseHeaders
                _ = refusal.reason
                _ = plan.source(refusal.source)
            case .accept(var connection, let acceptance):
                _ = acceptance.route
                _ = acceptance.subprotocol
                _ = acceptance.responseHeaders
                for message in messages {
                    switch connection.receive(message: message.span, opcode: .text, at: moment) {
                    case .close(let fault), .drop(let fault), .warn(let fault, _):
                        _ = plan.source(connection.explanation(of: fault).source)
                    case .forward(let type): _ = connection.typeName(type)
                    case .wait, .authenticated, .ping, .pong, .peerCloses, .closed: break
                    }
                }
                _ = connection.tick(at: moment)
            }
        }
        _ = try? VectorReplay.run(plan)
    }

    @Test func `a plan with any byte changed and its seal made right is refused or runs`() throws {
        let bytes = try Self.plan()
        Self.exercise(try Plan(verifying: bytes))
        var refused = 0
        var ran = 0
        func check(_ damaged: [UInt8]) {
            do throws(PlanError) {
                Self.exercise(try Plan(verifying: damaged))
                ran += 1
            } catch {
                #expect(!error.reason.isEmpty)
                refused += 1
            }
        }
        var random = SeededGenerator(seed: 99)
        // Every third byte once, each time with another change; then several at once.
        for place in stride(from: 0, to: bytes.count, by: 47) {
            var damaged = bytes
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            PlanChecksum.seal(&damaged)
            check(damaged)
        }
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] = Bool.random(using: &random) ? 0xFF : UInt8.random(in: 0...255, using: &random)
            }
            PlanChecksum.seal(&damaged)
            check(damaged)
        }
        #expect(refused > 60, "\(refused)")
        #expect(ran > 25, "\(ran)")
    }

    @Test func `the plan's own vectors pass, and find a table that was altered`() throws {
        let bytes = try Self.plan()
        let (count, failures) = try VectorReplay.run(try Plan(verifying: bytes))
        #expect(count > 60)
        #expect(failures.isEmpty, "\(failures)")
        // One byte at a time: what the verifier cannot know to be wrong, a vector must find, table by table.
        var found: Set<VectorsSection.Kind> = []
        for place in stride(from: 1, to: bytes.count, by: 4) {
            var altered = bytes
            altered[place] ^= 0x01
            PlanChecksum.seal(&altered)
            guard let plan = try? Plan(verifying: altered), let failures = try? VectorReplay.run(plan).failures else {
                continue
            }
            found.formUnion(failures.map(\.vector.kind))
        }
        #expect(
            found.isSuperset(of: [
                .client, .host, .origin, .subprotocols, .messageSize, .window, .rate, .concurrent, .content,
            ]),
            "\(found)"
        )
    }
}
