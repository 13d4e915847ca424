import Crypto
import Foundation
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketProtocol

@testable import WebSocketPolicyRemote

/// A key with a name that signs.
struct Signer {
    let id: String
    let key = P256.Signing.PrivateKey()

    static func base64url(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    var jwk: String {
        let point = key.publicKey.rawRepresentation
        return #"{"kty":"EC","crv":"P-256","kid":"\#(id)","x":"\#(Self.base64url(point.prefix(32)))","#
            + #""y":"\#(Self.base64url(point.suffix(32)))"}"#
    }

    func token(_ claims: String = #"{"sub":"ann","exp":1780000600}"#) throws -> String {
        let header = #"{"alg":"ES256","kid":"\#(id)"}"#
        let signed = "\(Self.base64url(header.utf8)).\(Self.base64url(claims.utf8))"
        return "\(signed).\(Self.base64url(try key.signature(for: Data(signed.utf8)).rawRepresentation))"
    }

    static func set(_ signers: [Signer]) -> String {
        #"{"keys":[\#(signers.map(\.jwk).joined(separator: ","))]}"#
    }
}

/// Key sets that are fetched, and fetched again.
struct KeySetRefresherTests {
    /// Seconds since 1970.
    private static let now: Int64 = 1_780_000_000

    private static func plan(_ addresses: [String]) throws -> Plan {
        let keys = addresses.map { "{ jwks: '\($0)' }" }.joined(separator: ", ")
        return try PolicyCompiler.compile(
            text: """
                wspolicy: 1
                name: quotes
                token: { from: [{ query: token }], algorithms: [ES256], keys: [\(keys)] }
                limits: { tokenAttempts: { per: clientAddress, rate: 100000/s, burst: 100000 } }
                """
        )
    }

    private static func engine(_ plan: Plan, _ sets: KeySetRefresher) throws -> PolicyEngine {
        try PolicyEngine(plan: plan, variable: { _ in nil }, file: { _ in nil }, keySet: { sets.copy(of: $0) })
    }

    private static func violation(_ engine: PolicyEngine, _ token: String, at seconds: Int64 = now) -> Violation? {
        let request = HandshakeRequest(
            target: "/?token=\(token)",
            headers: [
                ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
        let moment = Moment(ticks: 1_000_000_000, unixNanoseconds: seconds * 1_000_000_000)
        switch engine.admit(request, at: moment) {
        case .accept: return nil
        case .refuse(let refusal): return refusal.violation
        }
    }

    private static func settings(_ change: (inout RemoteSettings) -> Void = { _ in }) -> RemoteSettings {
        var settings = RemoteSettings()
        settings.trust = .certificates(pem: Array(LoopbackCertificates.authority.utf8))
        change(&settings)
        return settings
    }

    // MARK: With a server

    @Test func `an engine starts with the set of its address`() async throws {
        let signer = Signer(id: "one")
        let server = try await LoopbackServer { _ in .ok(Signer.set([signer])) }
        let plan = try Self.plan([server.url()])
        let sets = try KeySetRefresher(plan: plan, settings: Self.settings())
        try await sets.fetchAll()
        #expect(sets.addresses == [server.url()])
        let engine = try Self.engine(plan, sets)
        #expect(engine.keySetAddresses == [server.url()])
        #expect(Self.violation(engine, try signer.token()) == nil)
        #expect(Self.violation(engine, try Signer(id: "one").token()) == .tokenInvalid)
        try await server.stop()
    }

    @Test func `a set that cannot be fetched starts nothing, and is named`() async throws {
        let server = try await LoopbackServer { _ in .text("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n") }
        let plan = try Self.plan([server.url()])
        let sets = try KeySetRefresher(plan: plan, settings: Self.settings())
        let error = await #expect(throws: RemoteError.self) { try await sets.fetchAll() }
        #expect(error?.description == "the key set `\(server.url())` answers with status 503")
        let missing = #expect(throws: EngineSetupError.self) { try Self.engine(plan, sets) }
        #expect(missing?.description == "the key set `\(server.url())` was not fetched")
        try await server.stop()
        // Nobody listens at the first port of all.
        let nobody = try KeySetRefresher(plan: try Self.plan(["https://127.0.0.1:1/"]), settings: Self.settings())
        let gone = #expect(throws: RemoteError.self) { try nobody.fetchAllAndWait() }
        #expect(gone?.description == "the key set `https://127.0.0.1:1/` cannot be asked: nobody answers there")
    }

    @Test(arguments: ["", "[]", "{}", "null", #"{"keys":[]}"#, #"{"keys":{}}"#, "<html></html>", #"{"keys":[1]}"#])
    func `what is no set starts nothing`(_ body: String) async throws {
        let server = try await LoopbackServer { _ in .ok(body) }
        let plan = try Self.plan([server.url()])
        let sets = try KeySetRefresher(plan: plan, settings: Self.settings())
        try await sets.fetchAll()
        let error = #expect(throws: EngineSetupError.self) { try Self.engine(plan, sets) }
        #expect(error?.description.contains(server.url()) == true)
        try await server.stop()
    }

    @Test func `a running engine takes a rotated key from the server`() async throws {
        let (old, new) = (Signer(id: "old"), Signer(id: "new"))
        let server = try await LoopbackServer { _ in .ok(Signer.set([old])) }
        let plan = try Self.plan([server.url()])
        let sets = try KeySetRefresher(plan: plan, settings: Self.settings { $0.coolDown = .milliseconds(1) })
        try await sets.fetchAll()
        let engine = try Self.engine(plan, sets)
        let running = Task { await sets.run(for: engine) }
        #expect(Self.violation(engine, try old.token()) == nil)
        server.answer { _ in .ok(Signer.set([new])) }
        let token = try new.token()
        // The first one asks for the set; until it has come, the token is refused.
        for _ in 0..<10_000 where Self.violation(engine, token) != nil { try await Task.sleep(for: .milliseconds(2)) }
        #expect(Self.violation(engine, token) == nil)
        #expect(Self.violation(engine, try old.token()) == .tokenInvalid)
        running.cancel()
        await running.value
        try await server.stop()
    }

    // MARK: With a clock of its own

    /// A refresher on a loop whose time stands still unless a test moves it, and what its fetches answer.
    private final class Bench {
        let loop = EmbeddedEventLoop()
        let plan: Plan
        let sets: KeySetRefresher
        let engine: PolicyEngine
        let source: Source

        final class Source: Sendable {
            let answers = Mutex<[String: Result<String, ExchangeProblem>]>([:])
            let fetches = Mutex<[String]>([])
            let notes = Mutex<[String]>([])
            let wall = Mutex<Int64>(KeySetRefresherTests.now)
        }

        init(_ bodies: [String: String], _ change: (inout RemoteSettings) -> Void = { _ in }) throws {
            let source = Source()
            self.source = source
            source.answers.withLock { $0 = bodies.mapValues { .success($0) } }
            plan = try KeySetRefresherTests.plan(bodies.keys.sorted())
            var settings = RemoteSettings()
            settings.refreshEvery = .seconds(300)
            settings.coolDown = .seconds(30)
            settings.note = { note in source.notes.withLock { $0.append(note) } }
            change(&settings)
            let loop = loop
            sets = KeySetRefresher(
                plan: plan,
                settings: settings,
                loop: loop,
                wallClock: { source.wall.withLock { $0 * 1_000_000_000 } },
                fetch: { address, loop in
                    source.fetches.withLock { $0.append(address.text) }
                    switch source.answers.withLock({ $0[address.text] }) ?? .failure(.status(404)) {
                    case .success(let body): return loop.makeSucceededFuture(Array(body.utf8))
                    case .failure(let problem): return loop.makeFailedFuture(problem)
                    }
                }
            )
            let fetched = sets.fetchEverything()
            loop.run()
            try fetched.wait()
            engine = try KeySetRefresherTests.engine(plan, sets)
            sets.start(for: engine)
            loop.run()
        }

        func advance(_ seconds: Int64) {
            source.wall.withLock { $0 += seconds }
            loop.advanceTime(by: .seconds(seconds))
        }

        func answer(_ address: String, _ answer: Result<String, ExchangeProblem>) {
            source.answers.withLock { $0[address] = answer }
        }

        var fetchCount: Int { source.fetches.withLock { $0.count } }
        var now: Int64 { source.wall.withLock { $0 } }

        func violation(_ token: String) -> Violation? {
            let violation = KeySetRefresherTests.violation(engine, token, at: now)
            loop.run()
            return violation
        }
    }

    private static let address = "https://auth.example/jwks.json"
    private static let lasting = #"{"sub":"ann","exp":1790000000}"#

    @Test func `a set is fetched every now and then`() throws {
        let bench = try Bench([Self.address: Signer.set([Signer(id: "a")])])
        #expect(bench.fetchCount == 1)
        bench.advance(269)
        #expect(bench.fetchCount == 1)
        bench.advance(62)
        #expect(bench.fetchCount == 2)
        for _ in 0..<10 { bench.advance(331) }
        #expect((11...13).contains(bench.fetchCount))
        bench.sets.stop()
        bench.advance(10_000)
        #expect((11...13).contains(bench.fetchCount))
    }

    @Test func `an unknown key is looked for once in a cool-down, whatever the flood`() throws {
        let (old, new) = (Signer(id: "old"), Signer(id: "new"))
        let bench = try Bench([Self.address: Signer.set([old])])
        bench.advance(31)
        let strangers = try (0..<20).map { try Signer(id: "stranger \($0)").token(Self.lasting) }
        for token in strangers { #expect(bench.violation(token) == .tokenInvalid) }
        bench.advance(0)
        #expect(bench.fetchCount == 2)
        for _ in 0..<29 {
            for token in strangers { #expect(bench.violation(token) == .tokenInvalid) }
            bench.advance(1)
        }
        #expect(bench.fetchCount == 2)
        bench.answer(Self.address, .success(Signer.set([old, new])))
        let token = try new.token(Self.lasting)
        #expect(bench.violation(token) == .tokenInvalid)
        bench.advance(2)
        #expect(bench.fetchCount == 3)
        #expect(bench.violation(token) == nil)
    }

    @Test func `a key that was asked for before anybody listened is looked for`() throws {
        let (old, new) = (Signer(id: "old"), Signer(id: "new"))
        let bench = try Bench([Self.address: Signer.set([old])])
        bench.sets.stop()
        let token = try new.token(Self.lasting)
        for _ in 0..<3 { #expect(bench.violation(token) == .tokenInvalid) }
        bench.answer(Self.address, .success(Signer.set([new])))
        bench.advance(100)
        #expect(bench.fetchCount == 1)
        bench.sets.start(for: bench.engine)
        bench.advance(1)
        #expect(bench.fetchCount == 2)
        #expect(bench.violation(token) == nil)
    }

    @Test func `a wrong signature by a known key fetches nothing`() throws {
        let bench = try Bench([Self.address: Signer.set([Signer(id: "a")])])
        bench.advance(31)
        #expect(bench.violation(try Signer(id: "a").token(Self.lasting)) == .tokenInvalid)
        bench.advance(1)
        #expect(bench.fetchCount == 1)
    }

    @Test func `a remembered token is forgotten with the key that verified it`() throws {
        let (old, new) = (Signer(id: "old"), Signer(id: "new"))
        let bench = try Bench([Self.address: Signer.set([old])])
        let token = try old.token(Self.lasting)
        for _ in 0..<3 { #expect(bench.violation(token) == nil) }
        bench.answer(Self.address, .success(Signer.set([new])))
        bench.advance(331)
        for _ in 0..<3 { #expect(bench.violation(token) == .tokenInvalid) }
        #expect(bench.violation(try new.token(Self.lasting)) == nil)
    }

    @Test func `a set stays in use while its source is down, up to its greatest age, sharply`() throws {
        let signer = Signer(id: "a")
        let bench = try Bench([Self.address: Signer.set([signer])]) { $0.maximumAge = .seconds(3600) }
        bench.answer(Self.address, .failure(.tooSlow))
        let token = try signer.token(Self.lasting)
        #expect(bench.violation(token) == nil)
        bench.advance(3599)
        #expect(bench.fetchCount > 5)
        #expect(bench.violation(token) == nil)
        bench.advance(1)
        for _ in 0..<2 { #expect(bench.violation(token) == .tokenInvalid) }
        let note = bench.source.notes.withLock { $0.first }
        #expect(note == "the key set `\(Self.address)` does not answer in time; the copy before it stays in use")
        // Back again: it is used again, with no token asking for it.
        bench.answer(Self.address, .success(Signer.set([signer])))
        bench.advance(331)
        #expect(bench.violation(token) == nil)
    }

    @Test func `a set that did not change grows young again, and nothing is forgotten`() throws {
        let signer = Signer(id: "a")
        let bench = try Bench([Self.address: Signer.set([signer])]) { $0.maximumAge = .seconds(3600) }
        let token = try signer.token(Self.lasting)
        for _ in 0..<50 {
            bench.advance(331)
            #expect(bench.violation(token) == nil)
        }
    }

    @Test(arguments: [
        "{}", "", #"{"keys":[]}"#, #"{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}"#, "not JSON",
    ])
    func `a newer set that cannot be used leaves the one before whole`(_ body: String) throws {
        let signer = Signer(id: "a")
        let bench = try Bench([Self.address: Signer.set([signer])])
        bench.answer(Self.address, .success(body))
        bench.advance(331)
        // Once as always, and perhaps once more because that failed.
        #expect((2...3).contains(bench.fetchCount))
        #expect(bench.violation(try signer.token(Self.lasting)) == nil)
        let note = bench.source.notes.withLock { $0.first ?? "" }
        #expect(note.hasPrefix("the key set `\(Self.address)` gives what is no key set for the policy: "))
    }

    @Test func `sets of two addresses are kept apart, and one name in both is one too many`() throws {
        let (first, second) = (Signer(id: "a"), Signer(id: "b"))
        let other = "https://other.example/jwks.json"
        let bench = try Bench([Self.address: Signer.set([first]), other: Signer.set([second])])
        bench.answer(other, .failure(.cutShort))
        let third = Signer(id: "c")
        bench.answer(Self.address, .success(Signer.set([third])))
        bench.advance(331)
        #expect(bench.violation(try first.token(Self.lasting)) == .tokenInvalid)
        for signer in [second, third] { #expect(bench.violation(try signer.token(Self.lasting)) == nil) }
        bench.answer(Self.address, .success(Signer.set([Signer(id: "b")])))
        bench.advance(331)
        for signer in [second, third] { #expect(bench.violation(try signer.token(Self.lasting)) == nil) }
    }
}
