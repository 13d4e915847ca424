import PolicyDocument
import PolicyModel
import PolicyPlan
import Testing
import WebSocketProtocol

@testable import PolicyPlanner

/// Tables read as their layouts say, compared with the lists that they were made of.
struct TableTests {
    private func plan(_ route: ResolvedRoute, _ fixture: inout PolicyFixture) throws -> Plan {
        try Plan(verifying: Planner.plan(fixture.policy([route]), sources: fixture.sources, sourceDigest: []))
    }

    private func operands(_ plan: Plan) -> [Int] {
        let view = plan.view
        let route = view.index(view.policy + PolicyRecord.routeList)
        let steps = view.index(route + RouteRecord.stepList)
        return (0..<view.index(route + RouteRecord.stepCount)).map {
            view.index(steps + $0 * StepRecord.wordCount + StepRecord.operand)
        }
    }

    @Test func `client tables hold what the lists hold`() throws {
        for seed in 0..<60 {
            var random = RandomChecks(seed: UInt64(seed))
            let check = random.fixture.clients(.enforce, allow: random.prefixes(1...5), deny: random.prefixes(1...4))
            var route = random.fixture.route()
            route.clients = [check]
            let plan = try plan(route, &random.fixture)
            guard let record = operands(plan).first else { continue }
            let view = plan.view
            for text in RandomChecks.addresses {
                let address = try #require(IPAddress(parsing: text))
                let denied = source(view, view.word(record + ClientsRecord.deny), address)
                let expected = check.deny.first { $0.value.contains(address) }
                #expect(denied.flatMap { plan.source($0)?.line } == expected.map { line($0.span, random.fixture) })
                guard view.word(record + ClientsRecord.allow) != none else { continue }
                let allowed = source(view, view.word(record + ClientsRecord.allow), address) != nil
                #expect(allowed == check.allow?.value.contains { $0.value.contains(address) })
            }
        }
    }

    private func line(_ span: Span, _ fixture: PolicyFixture) -> Int {
        fixture.sources[span.file].position(at: span.start).line
    }

    /// The source of the interval that holds an address; nil where none of the set does.
    private func source(_ view: PlanView, _ table: UInt32, _ address: IPAddress) -> UInt32? {
        guard table != none else { return nil }
        let isV4 = address.isV4
        let width = isV4 ? 2 : 5
        let list = view.index(Int(table) + (isV4 ? AddressTable.v4List : AddressTable.v6List))
        let count = view.index(Int(table) + (isV4 ? AddressTable.v4Count : AddressTable.v6Count))
        var found: UInt32?
        for place in 0..<count {
            let entry = list + width * place
            if isV4 {
                guard view.word(entry) <= address.v4Bits else { break }
            } else {
                let high = UInt64(view.word(entry)) << 32 | UInt64(view.word(entry + 1))
                let low = UInt64(view.word(entry + 2)) << 32 | UInt64(view.word(entry + 3))
                guard IPAddress(high: high, low: low) <= address else { break }
            }
            found = view.word(entry + width - 1)
        }
        return found == none ? nil : found
    }

    @Test func `origin tables admit what the lists admit`() throws {
        var admitted = 0
        for seed in 0..<80 {
            var random = RandomChecks(seed: UInt64(seed))
            let check = random.origins(.enforce)
            var route = random.fixture.route()
            route.origins = [check]
            let plan = try plan(route, &random.fixture)
            let record = try #require(operands(plan).first)
            for text in RandomChecks.originValues {
                let origin = PolicyFixture.pattern(text)
                let isSite = if case .tuple = origin.form { true } else { false }
                let expected =
                    (check.everySite && isSite) || check.allow.contains { SlowDecision.admits($0.value, origin) }
                if expected { admitted += 1 }
                #expect(admits(plan.view, record, origin) == expected, "\(text) \(check.allow.map(\.value.written))")
            }
        }
        #expect(admitted > 100)
    }

    /// The look-up that `OriginsRecord` and `OriginSlot` describe.
    private func admits(_ view: PlanView, _ record: Int, _ origin: OriginPattern) -> Bool {
        let flags = view.word(record + OriginsRecord.flags)
        if flags & OriginsRecord.everySite != 0, case .tuple = origin.form { return true }
        switch origin.form {
        case .null: return flags & OriginsRecord.null != 0
        case .file: return flags & OriginsRecord.file != 0
        case .everySite: return true
        case .tuple(let scheme, let host, let port):
            let key = OriginKeyWords(scheme: scheme, host: host, port: port)
            for port in [key.port, OriginSlot.portAny] {
                if holds(view, record, key, key.host, port, [OriginSlot.Kind.exact]) { return true }
                if holds(view, record, key, "", port, [OriginSlot.Kind.every]) { return true }
                var rest = Substring(key.host)
                var isFirst = true
                while !key.host.allSatisfy({ $0.isNumber || $0 == "." }), let dot = rest.firstIndex(of: ".") {
                    rest = rest[rest.index(after: dot)...]
                    var kinds = [OriginSlot.Kind.labels]
                    if isFirst { kinds.append(OriginSlot.Kind.oneLabel) }
                    if holds(view, record, key, String(rest), port, kinds) { return true }
                    isFirst = false
                }
            }
            return false
        }
    }

    private func holds(
        _ view: PlanView,
        _ record: Int,
        _ key: OriginKeyWords,
        _ host: String,
        _ port: UInt32,
        _ kinds: [UInt32]
    ) -> Bool {
        let count = view.index(record + OriginsRecord.slotCount)
        let hash = OriginKeyWords(scheme: key.scheme, host: host, port: port, kind: 0).hash
        var place = Int(hash) & (count - 1)
        while true {
            let slot = view.index(record + OriginsRecord.slotList) + place * OriginSlot.wordCount
            let kind = view.word(slot + OriginSlot.kind)
            guard kind != OriginSlot.Kind.empty else { return false }
            if view.word(slot) == hash, kinds.contains(kind), view.word(slot + OriginSlot.port) == port,
                view.text(offset: view.index(slot + 3), length: view.index(slot + 4)) == host,
                view.text(offset: view.index(slot + 1), length: view.index(slot + 2)) == key.scheme
            {
                return true
            }
            place = (place + 1) & (count - 1)
        }
    }

    @Test func `ten thousand origins compile to twice as many slots`() throws {
        var fixture = PolicyFixture()
        var route = fixture.route()
        let names = (0..<10_000).map { "https://customer\($0).app.example" }
        route.origins = [fixture.origins(.enforce, names)]
        let plan = try plan(route, &fixture)
        let record = try #require(operands(plan).first)
        #expect(plan.view.index(record + OriginsRecord.slotCount) == 32_768)
        #expect(admits(plan.view, record, PolicyFixture.pattern("https://customer9999.app.example")))
        #expect(!admits(plan.view, record, PolicyFixture.pattern("https://customer10000.app.example")))
    }
}
