import PolicyDocument
import PolicyModel
import PolicyPlanner
import SeededNumbers
import WebSocketProtocol

/// Random steps out of few values, so that lists overlap, cover and repeat each other.
struct RandomChecks {
    var fixture = PolicyFixture()
    var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    static let blocks = [
        "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32", "::/0",
        "2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::1/128", "192.0.2.0/24", "255.255.255.255/32",
    ]
    static let addresses = [
        "10.1.2.3", "10.1.2.4", "10.1.3.1", "10.2.0.0", "11.0.0.1", "192.0.2.255", "255.255.255.255", "0.0.0.0",
        "2001:db8:1::1", "2001:db8:1::2", "2001:db8:2::1", "::1",
    ]
    static let originEntries = [
        "https://a.example", "https://b.a.example", "https://c.b.a.example", "https://*.a.example",
        "https://**.a.example", "https://**.example", "https://a.example:*", "https://b.a.example:8443",
        "https://*.a.example:*", "http://a.example", "app://*", "app://x", "null", "file:", "*", "https://10.0.0.1",
        "https://**.0.0.1",
    ]
    static let originValues = [
        "https://a.example", "https://b.a.example", "https://c.b.a.example", "https://c.example",
        "https://a.example:8443", "https://b.a.example:8443", "http://a.example", "app://x", "app://y", "null", "file:",
        "https://other.test",
    ]
    static let hostEntries = ["api.example", "api.example:443", "api.example:8443", "www.example"]
    static let names = ["v1", "v2", "v3"]

    mutating func steps() -> [GraphStep] {
        var steps: [GraphStep] = []
        for _ in 0..<3 {
            let mode: Mode = Bool.random(using: &generator) ? .enforce : .observe
            steps.append(contentsOf: step(mode))
        }
        return steps.sorted { $0.check.rank < $1.check.rank }
    }

    private mutating func step(_ mode: Mode) -> [GraphStep] {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return [GraphStep(check: .tls, mode: mode, span: fixture.span())]
        case 1:
            let allow = Bool.random(using: &generator) ? prefixes(0...4) : nil
            let check = fixture.clients(mode, allow: allow, deny: prefixes(0...3))
            return [GraphStep(check: .clients(check), mode: mode, span: check.span)]
        case 2:
            let check = fixture.hosts(mode, Self.hostEntries.some(0...3, using: &generator))
            return [GraphStep(check: .hosts(check), mode: mode, span: check.span)]
        case 3:
            let check = fixture.subprotocols(
                mode,
                Self.names.some(0...3, using: &generator),
                absent: Bool.random(using: &generator) ? .allow : .deny
            )
            return [GraphStep(check: .subprotocols(check), mode: mode, span: check.span)]
        default:
            let check = origins(mode)
            return [GraphStep(check: .origins(check), mode: mode, span: check.span)]
        }
    }

    mutating func origins(_ mode: Mode) -> OriginsCheck {
        // Often whole origins only, which can be intersected.
        let areWhole = Bool.random(using: &generator)
        let entries = areWhole ? Self.originEntries.filter { !$0.contains("*") } : Self.originEntries
        return fixture.origins(
            mode,
            entries.some(0...5, using: &generator),
            everySite: Int.random(in: 0..<8, using: &generator) == 0,
            absent: OriginsSection.Absent.allCases.randomElement(using: &generator) ?? .deny
        )
    }

    mutating func prefixes(_ count: ClosedRange<Int>) -> [Located<AddressPrefix>] {
        Self.blocks.some(count, using: &generator).flatMap { fixture.prefixes($0) }
    }

    mutating func handshake() -> SlowHandshake {
        var handshake = SlowHandshake()
        handshake.client = Self.addresses.randomElement(using: &generator).flatMap { IPAddress(parsing: $0) }
        if Int.random(in: 0..<8, using: &generator) == 0 { handshake.client = nil }
        handshake.isTLS = Bool.random(using: &generator)
        handshake.host = ["api.example", "www.example", "x.example"].randomElement(using: &generator) ?? ""
        handshake.port = [nil, 443, 8443].randomElement(using: &generator) ?? nil
        handshake.origin = Self.originValues.randomElement(using: &generator).map { PolicyFixture.pattern($0) }
        if Int.random(in: 0..<6, using: &generator) == 0 { handshake.origin = nil }
        handshake.hasCookie = Bool.random(using: &generator)
        handshake.subprotocols = (Self.names + ["v4"]).some(0...2, using: &generator)
        return handshake
    }
}
