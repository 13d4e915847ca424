import CWebSocketPolicy
import Foundation
import Testing
import WebSocketPolicy
import WebSocketPolicyC

/// Calls that a confused or hostile program could make: none ends the process, none reads what it should not.
struct HostileCallTests {
    private static let policy = """
        wspolicy: 1
        name: hostile
        origins: { allow: [https://app.example] }
        limits: { messageSize: 1KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
        messages: { onViolation: drop, schema: { type: object, properties: { a: { type: string, pattern: "^[a-z]+$" } } } }
        """
    private static let argument = WSP_ERROR_ARGUMENT.rawValue

    @Test func `no handle, no address: every function says that the call is wrong`() throws {
        #expect(wsp_engine_load(nil, 1, nil, nil, 0) == Self.argument)
        var engine: OpaquePointer?
        #expect(unsafe wsp_engine_load(nil, 1, &engine, nil, 0) == Self.argument)
        #expect(unsafe wsp_engine_load(nil, 0, &engine, nil, 0) == WSP_ERROR_PLAN.rawValue)
        #expect(unsafe wsp_engine_load_file(nil, &engine, nil, 0) == Self.argument)
        #expect(wsp_engine_reload(nil, nil, 0, nil, 0) == Self.argument)
        #expect(wsp_engine_reload_file(nil, nil, nil, 0) == Self.argument)
        #expect(wsp_engine_reload_revocations(nil, nil, 0) == Self.argument)
        #expect(wsp_engine_text(nil, 1, nil, 0) == Int64(Self.argument))
        #expect(wsp_engine_demands(nil, nil, 0) == Int64(Self.argument))
        wsp_engine_free(nil)
        var connection: OpaquePointer?
        #expect(unsafe wsp_admit(nil, nil, nil, &connection, nil) == Self.argument)
        #expect(wsp_admit(nil, nil, nil, nil, nil) == Self.argument)
        #expect(wsp_receive(nil, 1, nil, 0, nil, nil) == Self.argument)
        #expect(wsp_receive_batch(nil, 1, nil, nil) == Self.argument)
        #expect(wsp_receive_batch(nil, 0, nil, nil) == 0)
        #expect(wsp_send(nil, 1, nil, 0, nil, nil) == Self.argument)
        #expect(wsp_queued(nil, 1, nil, nil) == Self.argument)
        #expect(wsp_tick(nil, nil, nil) == Self.argument)
        #expect(wsp_next_deadline(nil, nil) == Int64(Self.argument))
        #expect(wsp_text(nil, 1, nil, 0) == Int64(Self.argument))
        #expect(wsp_type_name(nil, 0, 0, nil, 0) == Int64(Self.argument))
        #expect(wsp_close(nil) == Self.argument)
        #expect(wsp_connection_free(nil) == 0)
    }

    @Test func `lengths that cannot be are not believed`() throws {
        let engine = try CEngine(Self.policy)
        let connection = engine.admit()
        let byte: [UInt8] = [0x7B]
        // As C's SIZE_MAX and its half arrive.
        for length in [-1, Int.min, Int.max, 1 << 40] {
            #expect(unsafe wsp_receive(connection.handle, 1, byte, length, nil, nil) == Self.argument)
            #expect(unsafe wsp_send(connection.handle, 1, byte, length, nil, nil) == Self.argument)
            var made: OpaquePointer?
            #expect(unsafe wsp_engine_load(byte, length, &made, nil, 0) == Self.argument)
            #expect(wsp_receive_batch(nil, length, nil, nil) == Self.argument)
        }
        #expect(unsafe wsp_text(connection.handle, 1, nil, -1) == Int64(Self.argument))
        #expect(unsafe wsp_text(connection.handle, 1, nil, 5) == Int64(Self.argument))
        #expect(unsafe wsp_text(connection.handle, 99, nil, 0) == Int64(Self.argument))
        #expect(unsafe wsp_text(connection.handle, -1, nil, 0) == Int64(Self.argument))
        #expect(unsafe wsp_engine_text(engine.handle, -7, nil, 0) == Int64(Self.argument))
        #expect(unsafe wsp_engine_demands(engine.handle, nil, 5) == Int64(Self.argument))
        #expect(connection.typeName(.max) == nil)
        #expect(connection.typeName(.min) == nil)
        // Larger than the policy allows: refused before a byte of it is read.
        #expect(unsafe wsp_receive(connection.handle, 1, byte, 1 << 31, nil, nil) == 6)
    }

    @Test func `a handshake larger than any limit is refused before it is copied`() throws {
        let engine = try CEngine(Self.policy)
        let byte = Arena()
        var handshake = unsafe wsp_handshake()
        unsafe handshake.target = byte.bytes("/")
        unsafe handshake.target.length = 1 << 50
        let large = unsafe engine.admit(handshake)
        #expect(large.kind == 2)
        #expect(large.admission.violation == Int32(WSP_HANDSHAKE_TOO_LARGE.rawValue))
        unsafe handshake.target = byte.bytes("/")
        unsafe handshake.header_count = 1
        #expect(unsafe engine.admit(handshake).kind == Self.argument)
        unsafe handshake.header_count = -1
        #expect(unsafe engine.admit(handshake).kind == Self.argument)
        unsafe handshake.headers = byte.headers([([], [])])
        unsafe handshake.header_count = 1 << 60
        #expect(unsafe engine.admit(handshake).admission.status == 431)
        unsafe handshake.header_count = 0
        unsafe handshake.peer = byte.bytes("no address")
        #expect(unsafe engine.admit(handshake).kind == Self.argument)
        withExtendedLifetime(byte) {}
    }

    @Test func `a second thread on one connection is told that it is busy, or is served after the first`() throws {
        let engine = try CEngine(
            Self.policy.replacing("100 per 1s }]", with: "60000 per 1s }], idleTimeout: unlimited")
        )
        let connection = engine.admit()
        let address = UInt(bitPattern: unsafe connection.handle)
        let message = Array("{\"a\":\"\(String(repeating: "x", count: 900))\"}".utf8)
        let counts = SharedCounts()
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<4000 {
                counts.add(unsafe wsp_receive(OpaquePointer(bitPattern: address), 1, message, message.count, nil, nil))
            }
        }
        let all = counts.all
        #expect(Set(all.keys).isSubset(of: [3, WSP_ERROR_BUSY.rawValue]), "\(all)")
        #expect(all.values.reduce(0, +) == 16_000)
        #expect(connection.receive("{}") == 3)
    }

    /// As many rounds as `WSPOLICY_C_FUZZ_ROUNDS` says; `make fuzz-c` says a number without end in sight.
    @Test func `random calls with random arguments decide, complain, and nothing else`() throws {
        let variables = ProcessInfo.processInfo.environment
        let rounds = variables["WSPOLICY_C_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 20_000
        let seed = variables["WSPOLICY_C_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_240_601
        var run = try BorderFuzz(seed: seed)
        for _ in 0..<rounds { run.step() }
        #expect(run.kinds.isSuperset(of: [1, 2, 3, 5, 6, 7, 9, -1]), "\(run.kinds)")
        #expect(run.unknown.isEmpty, "seed \(seed): \(run.unknown)")
    }
}

/// Counts of outcomes that several threads add to.
final class SharedCounts: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var counts: [Int32: Int] = [:]  // only touched under the lock

    func add(_ outcome: Int32) {
        lock.withLock { unsafe counts[outcome, default: 0] += 1 }
    }

    var all: [Int32: Int] { lock.withLock { unsafe counts } }
}
