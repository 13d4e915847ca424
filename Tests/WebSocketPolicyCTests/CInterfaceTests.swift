import CWebSocketPolicy
import Foundation
import Testing
import WebSocketPolicy
import WebSocketPolicyC

/// What a C program does, call by call.
struct CInterfaceTests {
    private static let policy = """
        wspolicy: 1
        name: quotes
        target: library
        origins: { allow: [https://app.example] }
        limits:
          messageSize: 1KiB
          connections: [{ per: clientAddress, atMost: 3 per minute }, { per: server, concurrent: 2 }]
          messages: [{ per: connection, atMost: 3 per 1s }]
          idleTimeout: 20s
          outboundQueue: 1MiB
        messages:
          discriminator: /type
          types: { subscribe: {}, leave: { schema: { type: object, required: [room] } } }
        serverMessages: { schema: { type: object } }
        responseHeaders: { X-Frame-Options: DENY }
        """

    @Test func `a handshake is accepted, its messages decided, and the close explained`() throws {
        let engine = try CEngine(Self.policy)
        let connection = engine.admit()
        #expect(connection.kind == 1)
        #expect(connection.admission.violation == 0)
        #expect(connection.text(WSP_TEXT_HEADERS) == "X-Frame-Options: DENY\r\n")
        #expect(connection.text(WSP_TEXT_SUBJECT) == nil)
        #expect(connection.text(WSP_TEXT_REASON) == nil)
        #expect(connection.receive(#"{"type":"subscribe"}"#) == 3)
        #expect(connection.typeName(connection.decision.type) == "subscribe")
        #expect(connection.receive(#"{"type":"leave"}"#) == 6)
        #expect(connection.decision.violation == Int32(WSP_SCHEMA_MISMATCH.rawValue))
        #expect(connection.decision.close_code == 4000)
        #expect(connection.decision.close_wait == 1_000_000_000)
        #expect(connection.text(WSP_TEXT_REASON) == "message not as agreed")
        #expect(connection.text(WSP_TEXT_POLICY) == "policy.yaml:13:71")
        #expect(connection.text(WSP_TEXT_POINTER) == "")
        #expect(connection.text(WSP_TEXT_DETAIL)?.contains("room") == true)
        #expect(connection.receive("{}") == 9)
    }

    @Test func `texts of the last fault stay after the close`() throws {
        let schema = "schema: { properties: { role: { const: reader } } }"
        let engine = try CEngine(Self.policy.replacing("subscribe: {}", with: "subscribe: { \(schema) }"))
        let connection = engine.admit()
        #expect(connection.receive(#"{"type":"subscribe","role":"admin"}"#) == 6)
        let kinds = [WSP_TEXT_REASON, WSP_TEXT_POLICY, WSP_TEXT_POINTER, WSP_TEXT_DETAIL]
        let texts = kinds.map { connection.text($0) }
        #expect(texts[2] == "/role")
        #expect(texts[1]?.hasPrefix("policy.yaml:13:") == true)
        #expect(connection.close() == 0)
        #expect(kinds.map { connection.text($0) } == texts)
        #expect(connection.close() == 0)
        #expect(kinds.map { connection.text($0) } == texts)
        // What was not asked for before the close is told all the same.
        let other = engine.admit()
        #expect(other.receive(#"{"type":"subscribe","role":"admin"}"#) == 6)
        #expect(other.close() == 0)
        #expect(kinds.map { other.text($0) } == texts)
    }

    @Test func `a refusal has a status, a reason for the client and a line for the operator`() throws {
        let engine = try CEngine(Self.policy)
        let connection = engine.admit(origin: "https://evil.example")
        #expect(connection.kind == 2)
        #expect(connection.admission.violation == Int32(WSP_ORIGIN_FORBIDDEN.rawValue))
        #expect(connection.admission.delivery == 1)
        #expect(connection.admission.status == 403)
        #expect(connection.text(WSP_TEXT_HEADERS) == "X-Frame-Options: DENY\r\nConnection: close\r\n")
        #expect(connection.text(WSP_TEXT_POLICY) == "policy.yaml:4:19")
        #expect(connection.text(WSP_TEXT_DETAIL)?.contains("https://evil.example") == true)
        #expect(connection.receive("{}") == 9)
        #expect(connection.tick(at: CEngine.start) == 9)
        #expect(connection.nextDeadline() == Int64(WSP_NONE.rawValue))
    }

    @Test func `what a connection counts for is given back by a close, a free, and by neither twice`() throws {
        let engine = try CEngine(Self.policy)
        let first = engine.admit(peer: "203.0.113.1:1")
        let second = engine.admit(peer: "203.0.113.2:1")
        #expect(engine.admit(peer: "203.0.113.3:1").admission.violation == Int32(WSP_CONNECTION_COUNT.rawValue))
        #expect(first.close() == 0)
        #expect(first.close() == 0)
        let third = engine.admit(peer: "203.0.113.4:1")
        #expect(third.kind == 1)
        #expect(engine.admit(peer: "203.0.113.5:1").kind == 2)
        #expect(second.receive(#"{"type":1}"#) == 6)
        #expect(engine.admit(peer: "203.0.113.6:1").kind == 1)
    }

    @Test func `the fourth handshake of a minute is told when to come again`() throws {
        let engine = try CEngine(Self.policy)
        for _ in 0..<3 { #expect(engine.admit().close() == 0) }
        let refused = engine.admit(at: CEngine.start.after(10))
        #expect(refused.admission.violation == Int32(WSP_CONNECTION_RATE.rawValue))
        #expect(refused.admission.retry_after == 50)
        #expect(engine.admit(at: CEngine.start.after(60)).kind == 1)
    }

    @Test func `deadlines: the next is known, and a tick meets it`() throws {
        let engine = try CEngine(Self.policy)
        let connection = engine.admit()
        #expect(connection.nextDeadline() == 20_000_000_000)
        #expect(connection.nextDeadline(at: CEngine.start.after(19)) == 1_000_000_000)
        #expect(connection.tick(at: CEngine.start.after(19)) == 7)
        #expect(connection.tick(at: CEngine.start.after(20)) == 6)
        #expect(connection.decision.violation == Int32(WSP_IDLE_TIMEOUT.rawValue))
        #expect(connection.decision.close_code == 4408)
        #expect(connection.tick(at: CEngine.start.after(21)) == 9)
    }

    @Test func `the server's messages and what waits for the client are decided too`() throws {
        let engine = try CEngine(Self.policy)
        let connection = engine.admit()
        #expect(connection.send(Array("{}".utf8)) == 3)
        #expect(connection.queued(1 << 20) == 7)
        #expect(connection.queued(1 << 20 + 1) == 6)
        #expect(connection.decision.violation == Int32(WSP_SLOW_CLIENT.rawValue))
        let other = engine.admit()
        #expect(other.send(Array("[]".utf8)) == 6)
        #expect(other.text(WSP_TEXT_POLICY)?.hasPrefix("policy.yaml:14:") == true)
    }

    @Test func `a batch decides in order, and says of each message what is wrong with it`() throws {
        let engine = try CEngine(Self.policy)
        let one = engine.admit(peer: "203.0.113.1:1")
        let two = engine.admit(peer: "203.0.113.2:1")
        let arena = Arena()
        let good = unsafe arena.bytes(#"{"type":"subscribe"}"#)
        let messages = unsafe [
            wsp_message(connection: one.handle, opcode: 1, payload: good),
            wsp_message(connection: two.handle, opcode: 2, payload: good),
            wsp_message(connection: one.handle, opcode: 3, payload: good),
            wsp_message(connection: nil, opcode: 1, payload: good),
            wsp_message(connection: one.handle, opcode: 1, payload: wsp_bytes(data: nil, length: 4)),
            wsp_message(connection: two.handle, opcode: 1, payload: good),
            wsp_message(connection: one.handle, opcode: 1, payload: arena.bytes("{")),
        ]
        var decisions = [wsp_decision](repeating: wsp_decision(), count: 7)
        var now = wsp_moment(CEngine.start)
        let outcome = withExtendedLifetime((arena, one, two)) {
            unsafe wsp_receive_batch(messages, decisions.count, &now, &decisions)
        }
        #expect(outcome == 0)
        #expect(decisions.map(\.kind) == [3, 6, -1, -1, -1, 9, 6])
        #expect(decisions[1].violation == Int32(WSP_BINARY_FORBIDDEN.rawValue))
        #expect(decisions[6].violation == Int32(WSP_MALFORMED_JSON.rawValue))
    }

    @Test func `a newer plan decides new handshakes; open connections keep theirs, a bad plan changes nothing`() throws
    {
        let engine = try CEngine(Self.policy)
        let old = engine.admit()
        let text = Self.policy.replacing("https://app.example", with: "https://new.example").replacing(
            "quotes",
            with: "newer"
        )
        #expect(engine.reload(plan: Array("no plan".utf8)) == WSP_ERROR_PLAN.rawValue)
        #expect(engine.text(WSP_ENGINE_NAME) == "quotes")
        #expect(engine.reload(plan: try PolicyCompiler.compile(text: text).serialized) == 0)
        #expect(engine.text(WSP_ENGINE_NAME) == "newer")
        #expect(engine.admit().kind == 2)
        #expect(engine.admit(origin: "https://new.example").kind == 1)
        #expect(old.receive(#"{"type":"subscribe"}"#) == 3)
    }

    @Test func `an engine may be freed before its connections`() throws {
        var engine: CEngine? = try CEngine(Self.policy)
        let connection = try #require(engine?.admit())
        engine = nil
        #expect(connection.receive(#"{"type":"subscribe"}"#) == 3)
        #expect(connection.text(WSP_TEXT_HEADERS) == "X-Frame-Options: DENY\r\n")
    }

    @Test func `an engine says what it is, and what it asks of the server`() throws {
        let engine = try CEngine(Self.policy)
        #expect(engine.text(WSP_ENGINE_TARGET) == "library")
        let plan = try PolicyCompiler.compile(text: Self.policy)
        #expect(engine.text(WSP_ENGINE_DIGEST) == plan.digest.map { String(format: "%02x", $0) }.joined())
        func kinds(_ engine: CEngine) -> Set<Int32> { Set(engine.demands.map(\.kind)) }
        #expect(kinds(engine) == [1, 2, 4, 8])
        let demands = engine.demands.map { "\($0.kind) \($0.violation) \($0.value)" }
        #expect(demands.contains("1 4 403"), "tlsRequired by 403: \(demands)")
        #expect(demands.contains("1 10 503"), "\(demands)")
        #expect(demands.contains("2 34 4000"), "\(demands)")
        #expect(!demands.contains { $0.hasPrefix("1 13") }, "no token is checked: \(demands)")
        let other = """
            wspolicy: 1
            name: frames
            origins: { allow: [https://app.example] }
            limits: { frameSize: 1KiB, fragments: 4, controlFrames: { rate: 5/s } }
            responses: { originForbidden: { deliver: close, reason: elsewhere } }
            """
        let frames = try CEngine(other)
        #expect(kinds(frames) == [1, 2, 3, 5, 6, 7])
        #expect(frames.demands.contains { $0.kind == 5 && $0.value == 1024 })
        // A refusal by a close has its status too: for when no socket can be spared.
        let elsewhere = frames.admit(origin: "https://evil.example").admission
        #expect(elsewhere.delivery == 2)
        #expect(elsewhere.status == 403)
    }

    @Test func `a policy demands questions that nobody asks here, and time that nobody measures`() throws {
        let demands = try CEngine(
            """
            wspolicy: 1
            name: questions
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              issuer: https://a.example
              introspection: { url: "https://a.example/i" }
              revoked: { shared: true }
            limits:
              handshakeTimeout: 3s
              connections: [{ per: clientAddress, atMost: 20 per minute, shared: true }, { per: server, concurrent: 9 }]
            """
        ).demands
        #expect(demands.contains { $0.kind == 9 && $0.value == 3_000_000_000 })
        #expect(demands.contains { $0.kind == 10 && $0.value == 3 })
    }

    @Test func `a policy with a token demands the codes that end a connection later`() throws {
        unsafe setenv("WSPOLICY_C_TESTS_KEY", "a-key-of-the-tests-that-protects-nothing", 1)
        let engine = try CEngine(
            """
            wspolicy: 1
            name: tokens
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: WSPOLICY_C_TESTS_KEY }] }
            closeCodes: { tokenExpired: 1008 }
            """
        )
        let demands = engine.demands.map { "\($0.kind) \($0.violation) \($0.value)" }
        #expect(demands.contains("1 14 401"), "\(demands)")
        #expect(demands.contains("2 14 1008"), "\(demands)")
    }

    @Test func `texts are cut between characters, and their whole length is returned`() throws {
        let policy = """
            wspolicy: 1
            name: words
            origins: { allow: [https://app.example] }
            responses: { originForbidden: { reason: "zurück ☂" } }
            """
        let connection = try CEngine(policy).admit(origin: "https://evil.example")
        for capacity in 0...14 {
            var buffer = [CChar](repeating: 1, count: 16)
            let length = unsafe wsp_text(connection.handle, Int32(WSP_TEXT_REASON.rawValue), &buffer, capacity)
            #expect(length == 11)
            #expect(buffer[capacity...].allSatisfy { $0 == 1 }, "nothing is written behind the capacity")
            guard capacity > 0 else { continue }
            let text = CEngine.text(buffer)
            #expect("zurück ☂".hasPrefix(text) && text.utf8.count < capacity, "\(capacity): \(text)")
            if capacity > 11 { #expect(text == "zurück ☂") }
        }
    }

    @Test func `violations have their names`() {
        func name(_ number: Int32) -> String? {
            unsafe CEngine.text { unsafe wsp_violation_name(number, $0, $1) }
        }
        for violation in Violation.allCases { #expect(name(Int32(violation.rawValue)) == violation.name) }
        #expect(name(0) == nil)
        #expect(name(43) == nil)
        #expect(name(-1) == nil)
        #expect(name(257) == nil)
    }

    @Test func `a plan that needs a key finds it in the environment, and says which one is missing`() throws {
        let text = """
            wspolicy: 1
            name: keys
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: WSPOLICY_C_TEST_KEY }] }
            """
        let failure = #expect(throws: CEngine.Failure.self) { try CEngine(text) }
        #expect(failure?.outcome == WSP_ERROR_KEYS.rawValue)
        #expect(failure?.problem.contains("WSPOLICY_C_TEST_KEY") == true)
        unsafe setenv("WSPOLICY_C_TEST_KEY", "a key of thirty-two bytes or more", 1)
        defer { unsafe unsetenv("WSPOLICY_C_TEST_KEY") }
        let engine = try CEngine(text)
        #expect(engine.admit(origin: nil).admission.violation == Int32(WSP_TOKEN_MISSING.rawValue))
        let forged = engine.admit(origin: nil, more: [("Authorization", "Bearer a.b.c")])
        #expect(forged.admission.violation == Int32(WSP_TOKEN_INVALID.rawValue))
    }

    @Test func `a plan is loaded from a file; a missing one, a folder and a damaged one are told apart`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "wspolicy-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let plan = try PolicyCompiler.compile(text: Self.policy).serialized
        func load(_ path: String) -> Int32 {
            var made: OpaquePointer?
            let outcome = unsafe wsp_engine_load_file(path, &made, nil, 0)
            unsafe wsp_engine_free(made)
            return outcome
        }
        let file = folder.appending(path: "quotes.wsplan")
        try Data(plan).write(to: file)
        #expect(load(file.path) == 0)
        #expect(load(folder.path) == WSP_ERROR_FILE.rawValue)
        #expect(load("\(file.path).missing") == WSP_ERROR_FILE.rawValue)
        #expect(load(String(repeating: "x", count: 5000)) == WSP_ERROR_ARGUMENT.rawValue)
        try Data(plan.dropLast()).write(to: file)
        #expect(load(file.path) == WSP_ERROR_PLAN.rawValue)
        try Data().write(to: file)
        #expect(load(file.path) == WSP_ERROR_PLAN.rawValue)
    }
}
