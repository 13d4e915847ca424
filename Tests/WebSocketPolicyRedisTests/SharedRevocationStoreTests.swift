import Foundation
import NIOCore
import Testing
import WebSocketPolicy
import WebSocketPolicyRedis

/// Who is revoked on every instance, with a real server that dies, freezes, forgets and comes back.
@Suite(.serialized)
struct SharedRevocationStoreTests {
    private static let policy = """
        token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: K }], revoked: { shared: true } }
        """
    private static let name = "together"

    private static func instance(
        _ server: RedisServer,
        _ more: String = "",
        _ change: (inout StoreOptions) -> Void = { _ in }
    ) throws -> Instance {
        try Instance(policy + "\n" + more, port: server.port) { options in
            options.revocationInterval = .milliseconds(50)
            change(&options)
        }
    }

    /// What is decided about a handshake with a token, in a word.
    private static func handshake(_ instance: Instance, _ subject: String, _ id: String = "t") -> String {
        instance.connect(token: Instance.token(subject, id)).word
    }

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test func `whoever is revoked at one instance is out at the other, open connections too`() async throws {
        let server = try await RedisServer()
        let one = try await Self.instance(server).known()
        let other = try await Self.instance(server).known()
        let open = other.connect(token: Instance.token("ann", "a"))
        let device = other.connect(token: Instance.token("bob", "b"))
        let bystander = other.connect(token: Instance.token("eve", "e"))
        #expect([open.word, device.word, bystander.word] == ["accept", "accept", "accept"])
        #expect([open.message(), device.message(), bystander.message()] == ["forward", "forward", "forward"])
        try await one.store.revoke(subject: "ann", of: Self.name)
        try await one.store.revoke(tokenID: "b", of: Self.name, until: Int64(Date().timeIntervalSince1970) + 3600)
        // At the latest with the second answer from here on: one may have been under way.
        let reads = other.store.metrics.revocationReads
        try await eventually { other.store.metrics.revocationReads >= reads + 2 }
        #expect(open.message() == "tokenRevoked 4001")
        #expect(device.message() == "tokenRevoked 4001")
        #expect(bystander.message() == "forward")
        for instance in [one, other] {
            try await eventually { instance.store.metrics.revocations == 2 }
            #expect(Self.handshake(instance, "ann", "another") == "tokenRevoked 401")
            #expect(Self.handshake(instance, "bob", "b") == "tokenRevoked 401")
            #expect(Self.handshake(instance, "bob", "another") == "accept")
            #expect(Self.handshake(instance, "b", "ann") == "accept")
        }
        try await other.store.restore(subject: "ann", of: Self.name)
        for instance in [one, other] {
            try await eventually { Self.handshake(instance, "ann", "another") == "accept" }
            #expect(Self.handshake(instance, "bob", "b") == "tokenRevoked 401")
        }
        for instance in [one, other] { try await instance.end() }
    }

    @Test func `another policy's list is another one`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server).known()
        try await instance.store.revoke(subject: "ann", of: "apart")
        try await instance.store.revoke(subject: "bob", of: Self.name)
        try await eventually { Self.handshake(instance, "bob") == "tokenRevoked 401" }
        #expect(Self.handshake(instance, "ann") == "accept")
        #expect(instance.store.revocations(of: Self.name) === instance.engine.sharedRevocations)
        try await instance.end()
    }

    @Test func `nobody's name stands in the store`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server).known()
        let names = ["ann.of.accounting", "0b7c-token-of-ann"]
        try await instance.store.revoke(subject: names[0], of: Self.name)
        try await instance.store.revoke(tokenID: names[1], of: Self.name, until: 4_000_000_000)
        try await instance.store.restore(subject: "bob.of.sales", of: Self.name)
        let keys = Self.lines(server.command("KEYS", "*")).sorted()
        #expect(keys.count == 2)
        for (key, end) in zip(keys, [":changes", ":ends"]) {
            let digits = key.dropFirst("wspolicy:{".count).dropLast(end.count + 1)
            #expect(key == "wspolicy:{\(digits)}\(end)" && digits.count == 32 && digits.allSatisfy(\.isHexDigit))
            let all = server.command("ZRANGE", key, "0", "-1")
            for name in names + ["bob", "sales", "together"] { #expect(!all.contains(name) && !key.contains(name)) }
            for entry in Self.lines(all) where entry != "=" {
                #expect(entry.count == 33 && "+-".contains(entry.prefix(1)))
                #expect(entry.dropFirst().allSatisfy { $0.isHexDigit && !$0.isUppercase })
            }
        }
        #expect(Self.lines(server.command("ZRANGE", keys[0], "0", "-1")).count == 4)
        // With another secret they are others: nobody tries all subjects out.
        let stranger = try await Self.instance(server) { $0.secret = Array("another secret, as long".utf8) }.known()
        #expect(Self.handshake(stranger, names[0]) == "accept")
        for instance in [instance, stranger] { try await instance.end() }
    }

    @Test func `an entry ends by itself, in the store too`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server).known()
        let now = Int64(Date().timeIntervalSince1970)
        try await instance.store.revoke(subject: "ann", of: Self.name, until: now + 3)
        // Five minutes are added, as clocks may differ: of these a few seconds are left.
        try await instance.store.revoke(tokenID: "b", of: Self.name, until: now - 297)
        try await instance.store.revoke(subject: "eve", of: Self.name)
        // What is over is not written.
        try await instance.store.revoke(tokenID: "old", of: Self.name, until: now - 301)
        try await instance.store.revoke(subject: "old", of: Self.name, until: 0)
        let key = try #require(Self.lines(server.command("KEYS", "*changes")).first)
        #expect(Self.lines(server.command("ZRANGE", key, "0", "-1")).count <= 4)
        try await eventually { Self.lines(server.command("ZRANGE", key, "0", "-1")).count == 2 }
        try await eventually { Self.handshake(instance, "ann") == "accept" }
        try await eventually { Self.handshake(instance, "bob", "b") == "accept" }
        #expect(Self.handshake(instance, "eve") == "tokenRevoked 401")
        try await instance.end()
    }

    @Test func `revoking once more makes nothing shorter`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server).known()
        func ends() throws -> [String] {
            guard let key = Self.lines(server.command("KEYS", "*ends")).first else { return [] }
            return Self.lines(server.command("ZRANGE", key, "0", "-1", "WITHSCORES"))
        }
        let until: [Int64?] = [4_000_000_000, 3_900_000_000, 4_100_000_000, nil, 4_200_000_000]
        var scores: [String?] = []
        for end in until {
            try await instance.store.revoke(subject: "ann", of: Self.name, until: end)
            scores.append(try ends().last)
        }
        #expect(scores == ["4000000000000", "4000000000000", "4100000000000", nil, nil])
        try await instance.end()
    }

    @Test func `a store that dies leaves who is revoked, and one that comes back empty is filled again`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server).known()
        let open = instance.connect(token: Instance.token("eve"))
        try await instance.store.revoke(subject: "ann", of: Self.name)
        try await instance.store.revoke(tokenID: "b", of: Self.name, until: 4_000_000_000)
        try await eventually { instance.store.metrics.revocations == 2 }
        server.kill()
        // Nothing waits: the decisions are made where the list is.
        #expect(Self.handshake(instance, "ann") == "tokenRevoked 401")
        #expect(Self.handshake(instance, "eve") == "accept")
        #expect(open.message() == "forward")
        try await server.start()
        // It comes back without anything. A new instance knows nobody; the older one tells the store.
        let newcomer = try await Self.instance(server).known()
        try await eventually { Self.handshake(newcomer, "ann") == "tokenRevoked 401" }
        try await eventually { Self.handshake(newcomer, "bob", "b") == "tokenRevoked 401" }
        #expect(Self.handshake(newcomer, "eve") == "accept")
        #expect(Self.handshake(instance, "ann") == "tokenRevoked 401")
        let key = try #require(Self.lines(server.command("KEYS", "*ends")).first)
        #expect(Self.lines(server.command("ZRANGE", key, "0", "-1", "WITHSCORES")).last == "4000000300000")
        // The same without that a connection ends.
        _ = server.command("FLUSHALL")
        try await eventually { Self.lines(server.command("KEYS", "*")).count == 2 }
        #expect(Self.handshake(instance, "ann") == "tokenRevoked 401")
        // Restoring reaches both.
        try await newcomer.store.restore(subject: "ann", of: Self.name)
        try await eventually { Self.handshake(instance, "ann") == "accept" }
        try await eventually { Self.handshake(newcomer, "ann") == "accept" }
        for instance in [instance, newcomer] { try await instance.end() }
    }

    @Test func `a store that is lost for longer than the list is known decides as the policy says`() async throws {
        let server = try await RedisServer()
        let both = [
            try await Self.instance(server) { $0.revocationsKnownFor = .seconds(2) }.known(),
            try await Self.instance(server, "limits: { onStoreFailure: allow }") {
                $0.revocationsKnownFor = .seconds(2)
            }
            .known(),
        ]
        let open = both[0].connect(token: Instance.token("eve"))
        try await both[0].store.revoke(subject: "ann", of: Self.name)
        for instance in both { try await eventually { Self.handshake(instance, "ann") == "tokenRevoked 401" } }
        server.kill()
        try await eventually { Self.handshake(both[0], "eve") == "storeUnavailable 503" }
        try await eventually { both[1].engine.sharedRevocations?.isCurrent(at: Instance.now()) == false }
        #expect(Self.handshake(both[1], "eve") == "accept")
        for instance in both { #expect(Self.handshake(instance, "ann") == "tokenRevoked 401") }
        #expect(open.message() == "forward")
        try await server.start()
        try await eventually { Self.handshake(both[0], "eve") == "accept" }
        for instance in both { #expect(Self.handshake(instance, "ann") == "tokenRevoked 401") }
        for instance in both { try await instance.end() }
    }

    @Test func `a store that was never reached decides as the policy says, and takes nothing`() async throws {
        let server = try await RedisServer()
        server.kill()
        let deny = try Self.instance(server) { $0.revokingTimeout = .milliseconds(100) }
        let allow = try Self.instance(server, "limits: { onStoreFailure: allow }")
        #expect(Self.handshake(deny, "ann") == "storeUnavailable 503")
        #expect(Self.handshake(allow, "ann") == "accept")
        await #expect(throws: StoreError.unreached) { try await deny.store.revoke(subject: "ann", of: Self.name) }
        try await server.start()
        // Whoever revokes waits for the store a while.
        try await allow.store.revoke(subject: "ann", of: Self.name)
        for instance in [deny, allow] {
            try await eventually { Self.handshake(instance, "ann") == "tokenRevoked 401" }
            try await instance.end()
        }
    }

    @Test func `a silent store holds nobody up`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server) {
            $0.revocationTimeout = .milliseconds(100)
            $0.revokingTimeout = .milliseconds(300)
        }.known()
        server.freeze()
        await #expect(throws: StoreError.unreached) { try await instance.store.revoke(subject: "ann", of: Self.name) }
        #expect(Self.handshake(instance, "ann") == "accept")
        server.thaw()
        try await instance.store.revoke(subject: "ann", of: Self.name)
        try await eventually { Self.handshake(instance, "ann") == "tokenRevoked 401" }
        try await instance.end()
    }

    @Test func `a list with more than its bound takes no more, and more than an instance takes over refuses all`()
        async throws
    {
        let server = try await RedisServer()
        let wide = try await Self.instance(server) { $0.mostRevocations = 3 }.known()
        let narrow = try await Self.instance(server, "limits: { onStoreFailure: allow }") { $0.mostRevocations = 2 }
            .known()
        try await wide.store.revoke(subject: "ann", of: Self.name)
        try await wide.store.revoke(subject: "bob", of: Self.name)
        try await eventually { narrow.store.metrics.revocations == 2 }
        #expect(Self.handshake(narrow, "eve") == "accept")
        // One more than the narrower one takes over, for a few seconds.
        let end = Int64(Date().timeIntervalSince1970) + 3
        try await wide.store.revoke(subject: "zoe", of: Self.name, until: end)
        try await eventually { Self.handshake(narrow, "eve") == "storeUnavailable 503" }
        #expect(Self.handshake(narrow, "ann") == "tokenRevoked 401")
        try await eventually {
            Self.handshake(wide, "zoe") != "accept" || Instance.now().unixNanoseconds / 1_000_000_000 >= end
        }
        #expect(Self.handshake(wide, "eve") == "accept")
        await #expect(throws: StoreError.listIsFull) {
            try await narrow.store.revoke(subject: "eve", of: Self.name)
        }
        // Who is in it may be revoked again, and restored.
        try await narrow.store.revoke(subject: "ann", of: Self.name)
        try await eventually { Self.handshake(narrow, "eve") == "accept" }
        #expect(narrow.store.metrics.revocations == 2)
        try await wide.store.revoke(subject: "max", of: Self.name)
        await #expect(throws: StoreError.listIsFull) { try await wide.store.revoke(subject: "eve", of: Self.name) }
        for instance in [wide, narrow] { try await instance.end() }
    }

    @Test func `a long list is read in pages, and written back in parts`() async throws {
        let server = try await RedisServer()
        let writer = try await Self.instance(server).known()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<2_500 {
                tasks.addTask { try await writer.store.revoke(subject: "user-\(number)", of: Self.name) }
            }
            try await tasks.waitForAll()
        }
        try await eventually { writer.store.metrics.revocations == 2_500 }
        let reader = try await Self.instance(server).known()
        try await eventually { reader.store.metrics.revocations == 2_500 }
        for number in [0, 999, 1_000, 1_001, 1_999, 2_000, 2_499] {
            #expect(Self.handshake(reader, "user-\(number)") == "tokenRevoked 401")
        }
        #expect(Self.handshake(reader, "user-2500") == "accept")
        _ = server.command("FLUSHALL")
        let key = "ZCARD"
        try await eventually {
            guard let changes = Self.lines(server.command("KEYS", "*changes")).first else { return false }
            return server.command(key, changes).hasPrefix("2501")
        }
        for instance in [writer, reader] { try await instance.end() }
    }

    @Test func `an engine of a newer plan has the same list, and connections of both end by it`() async throws {
        let server = try await RedisServer()
        let instance = try await Self.instance(server).known()
        let old = instance.connect(token: Instance.token("ann"))
        let text = "wspolicy: 1\nname: together\norigins: { allow: [https://app.example] }\nlimits: { fragments: 3 }\n"
        let newer = try PolicyEngine(
            plan: try PolicyCompiler.compile(text: text + Self.policy),
            keepingCountersOf: instance.engine,
            variable: { _ in Instance.key },
            file: { _ in nil },
            sharedRevocations: instance.store.revocations(of: Self.name)
        )
        let request = Instance.request(peer: "203.0.113.7:1", token: Instance.token("ann"))
        let new = Connection(newer.admit(request, at: Instance.now()))
        #expect([old.message(), new.message()] == ["forward", "forward"])
        try await instance.store.revoke(subject: "ann", of: Self.name)
        try await eventually { Self.handshake(instance, "ann") == "tokenRevoked 401" }
        #expect([old.message(), new.message()] == ["tokenRevoked 4001", "tokenRevoked 4001"])
        try await instance.end()
    }
}
