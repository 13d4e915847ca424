import NIOCore
import Testing
import WebSocketPolicy
import WebSocketPolicyRedis

/// Instances that count together, with a real server that dies, freezes and comes back.
@Suite(.serialized)
struct SharedLimitTests {
    private static func connections(_ limit: String, _ more: String = "") -> String {
        "limits: { connections: [{ \(limit), shared: true }]\(more) }"
    }

    @Test(arguments: ["rate: 10/h, burst: 10", "rate: 999983/d, burst: 10", "atMost: 10 per 1h"])
    func `two instances together admit what one limit allows`(_ limit: String) async throws {
        let server = try await RedisServer()
        let text = Self.connections("per: clientAddress, " + limit)
        let both = [
            try await Instance(text, port: server.port).connected(),
            try await Instance(text, port: server.port).connected(),
        ]
        // All at once: two hundred handshakes in two pipelines.
        let words = await withTaskGroup(of: String.self) { tasks in
            for number in 0..<200 { tasks.addTask { await both[number % 2].handshake() } }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        let admitted = words.filter { $0 == "accept" }.count
        // The fast rate gives another hit every 86 milliseconds.
        if limit.contains("999983") { #expect(admitted >= 10 && admitted < 200) } else { #expect(admitted == 10) }
        #expect(words.allSatisfy { $0 == "accept" || $0 == "connectionRate 429" })
        #expect(await both[0].handshake(peer: "198.51.100.1:1") == "accept")
        for instance in both { try await instance.end() }
    }

    @Test func `what is used up is refused without asking`() async throws {
        let server = try await RedisServer()
        let text = Self.connections("per: clientAddress, atMost: 2 per 1h")
        let one = try await Instance(text, port: server.port).connected()
        let other = try await Instance(text, port: server.port).connected()
        #expect(await one.handshake() == "accept")
        #expect(await one.handshake() == "accept")
        // It took both itself, and needs nobody to know.
        #expect(await one.handshake() == "connectionRate 429")
        #expect(one.store.metrics.asked == 2)
        // The other one must ask once.
        for _ in 0..<5 { #expect(await other.handshake() == "connectionRate 429") }
        #expect(other.store.metrics.asked == 1)
        #expect(other.store.metrics.refused == 1)
        #expect(other.store.metrics.refusedHere == 4)
        for instance in [one, other] { try await instance.end() }
    }

    @Test func `keys are prefixed, hashed, and expire`() async throws {
        let server = try await RedisServer()
        let text = """
            limits:
              connections:
                - { per: clientAddress, rate: 10/h, burst: 10, shared: true }
                - { per: server, atMost: 10 per 1h, shared: true }
            """
        let instance = try await Instance(text, port: server.port).connected()
        #expect(await instance.handshake(peer: "192.0.2.77:1") == "accept")
        let keys = server.command("KEYS", "*").split(separator: "\n").map(String.init)
        #expect(keys.count == 2)
        for key in keys {
            let digits = key.dropFirst("wspolicy:{".count).dropLast()
            #expect(key == "wspolicy:{\(digits)}" && digits.count == 32)
            #expect(digits.allSatisfy { $0.isHexDigit })
            let left = Int(server.command("PTTL", key).filter { !$0.isNewline }) ?? -1
            #expect(left > 0 && left <= 3_601_000)
        }
        try await instance.end()
    }

    @Test func `a store that is away is what the policy says it is`() async throws {
        let server = try await RedisServer()
        server.kill()
        let deny = try Instance(Self.connections("per: clientAddress, atMost: 2 per 1h"), port: server.port)
        #expect(await deny.handshake() == "storeUnavailable 503")
        let allow = try Instance(
            Self.connections("per: clientAddress, atMost: 2 per 1h", ", onStoreFailure: allow"),
            port: server.port
        )
        // Each instance counts for itself as long as nobody else does.
        var words: [String] = []
        for _ in 0..<3 { words.append(await allow.handshake()) }
        #expect(words == ["accept", "accept", "connectionRate 429"])
        for instance in [deny, allow] { try await instance.end() }
    }

    @Test func `a server that is killed and comes back is asked again`() async throws {
        let server = try await RedisServer()
        let instance = try await Instance(
            Self.connections("per: clientAddress, rate: 1000/s, burst: 1000"),
            port: server.port
        ).connected()
        #expect(await instance.handshake() == "accept")
        // Handshakes all the time, one of them while it dies.
        let words = await withTaskGroup(of: String.self) { tasks in
            for number in 0..<50 {
                tasks.addTask {
                    if number == 25 { server.kill() }
                    return await instance.handshake()
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(words.count == 50)
        #expect(words.allSatisfy { $0 == "accept" || $0 == "storeUnavailable 503" })
        try await eventually { await instance.handshake() == "storeUnavailable 503" }
        try await server.start()
        try await eventually { await instance.handshake() == "accept" }
        #expect(instance.store.metrics.connections >= 2)
        #expect(instance.store.metrics.disconnections >= 1)
        try await instance.end()
    }

    @Test func `a server that is silent costs one time limit, and then nothing`() async throws {
        let server = try await RedisServer()
        let instance = try await Instance(
            Self.connections("per: clientAddress, rate: 1000/s, burst: 1000"),
            port: server.port
        ) {
            $0.timeout = .milliseconds(100)
            // It stays paused while the test looks, on a busy machine too.
            $0.shortestPause = .seconds(10)
            $0.longestPause = .seconds(10)
        }.connected()
        server.freeze()
        for _ in 0..<3 { #expect(await instance.handshake() == "storeUnavailable 503") }
        #expect(instance.store.metrics.timeouts == 3)
        // The third one closed the circuit: nobody waits any more.
        let asked = instance.store.metrics.asked
        for _ in 0..<20 { #expect(await instance.handshake() == "storeUnavailable 503") }
        #expect(instance.store.metrics.asked == asked)
        server.thaw()
        try await eventually { await instance.handshake() == "accept" }
        try await instance.end()
    }

    @Test func `scripts that a server has forgotten are loaded again`() async throws {
        let server = try await RedisServer()
        let instance = try await Instance(
            Self.connections("per: clientAddress, rate: 1000/s, burst: 1000"),
            port: server.port
        ).connected()
        #expect(await instance.handshake() == "accept")
        _ = server.command("SCRIPT", "FLUSH")
        #expect(await instance.handshake() == "storeUnavailable 503")
        try await eventually { await instance.handshake() == "accept" }
        try await instance.end()
    }

    private static func messages(_ limit: String, _ more: String = "") -> String {
        "limits: { onExceeded: drop, messages: [{ per: server, \(limit), shared: true }]\(more) }"
    }

    @Test(arguments: ["rate: 32/h, burst: 32", "atMost: 32 per 1h"])
    func `messages of two instances stay within one limit without waiting`(_ limit: String) async throws {
        let server = try await RedisServer()
        let text = Self.messages(limit)
        let both = [
            try await Instance(text, port: server.port).connected(),
            try await Instance(text, port: server.port).connected(),
        ]
        let open = [await both[0].connect(), await both[1].connect()]
        var words: [String] = []
        var admitted = 0
        var refusedInARow = 0
        // Leases come while nothing happens, on a busy machine late: it ends when for long nothing passes.
        while words.count < 20_000, admitted < 16 || refusedInARow < 200 {
            let word = open[words.count % 2].message()
            words.append(word)
            admitted += word == "forward" ? 1 : 0
            refusedInARow = word == "forward" ? 0 : refusedInARow + 1
            if words.count.isMultiple(of: 2) { try await Task.sleep(for: .milliseconds(5)) }
        }
        // The limit, less what instances keep back for each other.
        #expect((16...32).contains(admitted))
        #expect(words[0] == "forward" && words[1] == "forward")
        #expect(Set(words.suffix(200)) == ["messageRate"])
        for instance in both { try await instance.end() }
    }

    @Test func `messages go on or end with the store, as the policy says`() async throws {
        let server = try await RedisServer()
        let deny = try await Instance(Self.messages("rate: 1000/s, burst: 1000"), port: server.port).connected()
        let allow = try await Instance(
            Self.messages("rate: 1000/s, burst: 1000", ", onStoreFailure: allow"),
            port: server.port
        ).connected()
        let open = [await deny.connect(), await allow.connect()]
        #expect(open[0].message() == "forward")
        #expect(open[1].message() == "forward")
        server.kill()
        try await eventually { deny.engine.sharedCounters?.isAvailable == false }
        try await eventually { allow.engine.sharedCounters?.isAvailable == false }
        #expect(open[0].message() == "storeUnavailable")
        #expect(open[1].message() == "forward")
        try await server.start()
        try await eventually { open[0].message() == "forward" }
        for instance in [deny, allow] { try await instance.end() }
    }

    @Test func `a store that answers with errors alone is away, for messages and for handshakes`() async throws {
        let server = try await RedisServer()
        // A slice is two.
        let limit = "rate: 1000/s, burst: 32"
        let deny = try await Instance(Self.messages(limit), port: server.port).connected()
        let allow = try await Instance(Self.messages(limit, ", onStoreFailure: allow"), port: server.port).connected()
        let handshakes = try await Instance(Self.connections("per: clientAddress, " + limit), port: server.port) {
            $0.shortestPause = .seconds(10)
            $0.longestPause = .seconds(10)
        }.connected()
        let open = [await deny.connect(), await allow.connect()]
        #expect(open.map { $0.message() } == ["forward", "forward"])
        // Every script is refused: there is no memory to write.
        _ = server.command("CONFIG", "SET", "maxmemory", "1")
        var words: [[String]] = [[], []]
        var unavailableInARow = 0
        while words[0].count < 10_000, unavailableInARow < 100 {
            for place in 0..<2 { words[place].append(open[place].message()) }
            unavailableInARow = words[0].last == "storeUnavailable" ? unavailableInARow + 1 : 0
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(Set(words[0]) == ["forward", "storeUnavailable"])
        #expect(words[0].last == "storeUnavailable")
        #expect(Set(words[1]) == ["forward"])
        for _ in 0..<3 { #expect(await handshakes.handshake() == "storeUnavailable 503") }
        let asked = handshakes.store.metrics.asked
        for _ in 0..<20 { #expect(await handshakes.handshake() == "storeUnavailable 503") }
        #expect(handshakes.store.metrics.asked == asked)
        _ = server.command("CONFIG", "SET", "maxmemory", "0")
        try await eventually { open[0].message() == "forward" }
        for instance in [deny, allow, handshakes] { try await instance.end() }
    }

    @Test func `a secret that is short is refused`() throws {
        #expect(throws: StoreError.shortSecret) {
            try Instance("limits: { fragments: 2 }", port: 1) { $0.secret = Array("fifteen bytes!!".utf8) }
        }
    }
}
