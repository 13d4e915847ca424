import CWebSocketPolicy
import SeededNumbers
import WebSocketPolicy
import WebSocketPolicyC

/// Random calls through the C interface; notes what came back, and what must not have.
struct BorderFuzz {
    private var random: SeededGenerator
    private let engines: [CEngine]
    private let plans: [[UInt8]]
    private var connections: [CConnection] = []
    private var now = CEngine.start
    /// Outcomes that came.
    private(set) var kinds: Set<Int32> = []
    /// Answers that the header does not know.
    private(set) var unknown: [String] = []

    private static let policies = [
        """
        wspolicy: 1
        name: fuzz
        transport: { tls: optional }
        origins: { allow: [https://app.example], absent: allow }
        limits: { messageSize: 200, connections: [{ per: server, concurrent: 30 }], messages: [{ per: connection, rate: 20/s }], idleTimeout: 10s }
        messages: { onViolation: drop, discriminator: /t, types: { a: {}, b: { onViolation: warn, schema: { type: object, properties: { n: { type: integer } } } } } }
        serverMessages: { onViolation: warn, format: json }
        """,
        """
        wspolicy: 1
        name: unlimited
        transport: { tls: optional }
        origins: any
        limits: { messageSize: unlimited, handshakeSize: unlimited, idleTimeout: unlimited, connectionLifetime: 1h, bytes: [{ per: connection, rate: 1MiB/s }] }
        messages: { format: any }
        mode: observe
        """,
    ]

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        plans = try Self.policies.map { try PolicyCompiler.compile(text: $0).serialized }
        engines = try plans.map { try CEngine(plan: $0) }
    }

    private static let known: Set<Int32> = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    private mutating func note(_ outcome: Int32, _ call: String) {
        kinds.insert(outcome)
        if !Self.known.contains(outcome) { unknown.append("\(call) returned \(outcome)") }
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    private mutating func bytes() -> [UInt8] {
        if random.once(in: 3) {
            return Array(
                pick([
                    #"{"t":"a"}"#, #"{"t":"b","n":1}"#, #"{"t":"b","n":"x"}"#, #"{"t":"c"}"#, "{", "", "[]", "\u{0}",
                    #"{"t":"a","t":"a"}"#, String(repeating: "[", count: 100), "\u{feff}{}", #"{"t":"\ud800"}"#,
                ]).utf8
            )
        }
        let count = pick([0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 199, 200, 201, 255, 4096])
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// A length as a confused caller gives it.
    private mutating func length(_ real: Int) -> Int {
        random.once(in: 8) ? pick([-1, .min, .max, -real, 1 << 40, real / 2]) : real
    }

    private mutating func moment() -> wsp_moment {
        if random.once(in: 20) {
            return wsp_moment(
                ticks: pick([0, 1, .max, .max / 2, 1 << 63]),
                unix_nanoseconds: pick([0, -1, .min, .max, 1])
            )
        }
        now = now.after(pick([0, 0, 0.001, 0.05, 1, 11]))
        return wsp_moment(now)
    }

    mutating func step() {
        var at = moment()
        let arena = Arena()
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: admit(arena, &at)
        case 2: drop()
        case 3: text()
        case 4: engine()
        default: message(arena, &at)
        }
    }

    private mutating func admit(_ arena: Arena, _ at: inout wsp_moment) {
        var fields: [([UInt8], [UInt8])] = [
            ("Host", "api.example"), ("Origin", "https://app.example"), ("Upgrade", "websocket"),
            ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
        if random.once(in: 4) { fields.append((bytes(), bytes())) }
        if random.once(in: 6) { fields.remove(at: Int.random(in: 0..<fields.count, using: &random)) }
        if random.once(in: 6) { fields[Int.random(in: 0..<fields.count, using: &random)].1 = bytes() }
        var handshake = unsafe wsp_handshake()
        unsafe handshake.target = arena.bytes(random.once(in: 6) ? bytes() : Array("/ws".utf8))
        if random.once(in: 10) { unsafe handshake.method = arena.bytes(bytes()) }
        if random.once(in: 10) { unsafe handshake.version = arena.bytes(bytes()) }
        unsafe handshake.headers = arena.headers(fields)
        unsafe handshake.header_count = fields.count
        if random.once(in: 10) {
            unsafe handshake.header_count = pick([-1, .min, .max, 0, fields.count - 1, 1 << 40])
        }
        if random.once(in: 2) {
            let peers = ["203.0.113.7:1", "[2001:db8::1]:9", "x", "", "1.2.3.4:99999", "\u{0}"]
            unsafe handshake.peer = arena.bytes(pick(peers))
        }
        unsafe handshake.is_tls = pick([0, 1, -1, .max])
        var made: OpaquePointer?
        var decision = wsp_decision()
        let engine = pick(engines)
        let outcome = unsafe withUnsafePointer(to: handshake) {
            unsafe wsp_admit(engine.handle, $0, &at, &made, &decision)
        }
        note(outcome, "wsp_admit")
        let isMade = unsafe made != nil
        if isMade != (outcome > 0) { unknown.append("wsp_admit \(outcome), and a connection: \(isMade)") }
        if isMade { connections.append(unsafe CConnection(made, outcome, decision)) }
        if connections.count > 60 { connections.removeFirst(20) }
    }

    private mutating func drop() {
        guard !connections.isEmpty else { return }
        let place = Int.random(in: 0..<connections.count, using: &random)
        if random.once(in: 2) { note(connections[place].close(), "wsp_close") } else { connections.remove(at: place) }
    }

    private mutating func text() {
        let kind: Int32 = pick([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, .max])
        let handle = unsafe connections.isEmpty ? nil : pick(connections).handle
        var buffer = [CChar](repeating: 1, count: pick([0, 1, 2, 8, 300]))
        let capacity = random.once(in: 6) ? -1 : buffer.count
        let side: Int32 = pick([0, 1])
        let length =
            random.once(in: 2)
            ? unsafe wsp_text(handle, kind, &buffer, capacity)
            : unsafe wsp_type_name(handle, kind, side, &buffer, capacity)
        if length < 0 { note(Int32(clamping: length), "a text") }
        if capacity > 0, length >= 0, !buffer.contains(0) { unknown.append("a text without its end") }
    }

    private mutating func engine() {
        let target = pick(engines)
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            var plan = pick(plans)
            for _ in 0..<pick([0, 1, 3]) {
                plan[Int.random(in: 0..<plan.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if random.once(in: 3) { plan.removeLast(Int.random(in: 0...plan.count, using: &random)) }
            var made: OpaquePointer?
            note(unsafe wsp_engine_load(plan, plan.count, &made, nil, 0), "wsp_engine_load")
            unsafe wsp_engine_free(made)
        case 1:
            let plan = pick(plans)
            note(unsafe wsp_engine_reload(target.handle, plan, plan.count, nil, 0), "wsp_engine_reload")
        case 2: note(unsafe wsp_engine_reload_revocations(target.handle, nil, 0), "wsp_engine_reload_revocations")
        default:
            var demands = [wsp_demand](repeating: wsp_demand(), count: 3)
            if unsafe wsp_engine_demands(target.handle, &demands, pick([0, 1, 3])) < 0 { unknown.append("demands") }
        }
    }

    private mutating func message(_ arena: Arena, _ at: inout wsp_moment) {
        let connection = connections.isEmpty ? nil : pick(connections)
        let handle = unsafe connection?.handle
        let payload = bytes()
        let given = unsafe arena.bytes(payload)
        // A length beyond what stands there is never more than a policy with a limit reads; half of it may be.
        var count = length(payload.count)
        if count > payload.count, count <= 1 << 31 { count = payload.count }
        let opcode: Int32 = pick([1, 1, 1, 2, 0, 3, -1, .max])
        var decision = wsp_decision()
        let outcome: Int32
        switch Int.random(in: 0..<8, using: &random) {
        case 0: outcome = unsafe wsp_send(handle, opcode, given.data, count, &at, &decision)
        case 1: outcome = unsafe wsp_tick(handle, &at, &decision)
        case 2: outcome = unsafe wsp_queued(handle, pick([0, 1, 1 << 20, .max]), &at, &decision)
        case 3:
            let next = unsafe wsp_next_deadline(handle, &at)
            outcome = next < 0 ? Int32(clamping: next) : 0
        case 4:
            let messages = unsafe [
                wsp_message(connection: handle, opcode: opcode, payload: given),
                wsp_message(connection: nil, opcode: 1, payload: given),
            ]
            var decisions = [decision, decision]
            outcome = unsafe wsp_receive_batch(messages, 2, &at, &decisions)
            for decision in decisions { note(decision.kind, "wsp_receive_batch") }
        default: outcome = unsafe wsp_receive(handle, opcode, given.data, count, &at, &decision)
        }
        note(outcome, "a call about a message")
    }
}
