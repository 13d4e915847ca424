/// Makes policies as text, so that they go through the loader like anybody's: sections, levels, routes, observe mode.
struct PolicyGenerator {
    var random: SeededRandom

    /// The files of one policy; `policy.yaml` is the policy itself.
    mutating func files() -> [String: String] {
        var files: [String: String] = [:]
        var text = "wspolicy: 1\nname: twin\n"
        if random.chance(30) {
            text += "extends: [base.yaml]\n"
            files["base.yaml"] = "wspolicy: 1\nname: base\n" + level(isTop: true, isBase: true, indent: "")
        }
        if random.chance(6) { text += "mode: observe\n" }
        text += level(isTop: true, isBase: false, indent: "")
        if random.chance(35) {
            text += "routes:\n"
            let paths = ["/ws", "/ws/{room}", "/ws/{room}/x", "/files/{path...}", "/a%20b", "/{any}"]
            for path in random.some(paths) {
                text += "  - path: '\(path)'\n" + level(isTop: false, isBase: true, indent: "    ")
            }
        }
        files["policy.yaml"] = text
        return files
    }

    /// `mode` of a section, now and then.
    private mutating func mode() -> String { random.chance(10) ? "mode: observe, " : "" }

    private mutating func level(isTop: Bool, isBase: Bool, indent: String) -> String {
        var lines: [String] = []
        func add(_ line: String) { lines.append(indent + line) }
        let chance = isTop ? 50 : 20
        if random.chance(chance) { add(transport(isTop: isTop)) }
        if random.chance(chance / 2) { add(clients()) }
        if !isBase || random.chance(chance / 3) { add(origins()) }
        if random.chance(chance) { add(token()) }
        if random.chance(chance / 2) { add(subprotocols()) }
        if random.chance(chance + 30) { lines += limits().map { indent + $0 } }
        if random.chance(chance + 20) { lines += messages("messages").map { indent + $0 } }
        if random.chance(chance / 2) { lines += messages("serverMessages").map { indent + $0 } }
        if random.chance(chance / 2) {
            add("closeCodes: { messageRate: \(4000 + random.below(9)), tokenExpired: 4111 }")
        }
        if random.chance(chance / 2) {
            add(
                "responses: { tokenMissing: { deliver: close }, originForbidden: { status: 401 }, connectionRate: { deliver: \(random.pick(["close", "http"])) } }"
            )
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private mutating func transport(isTop: Bool) -> String {
        var parts: [String] = []
        if random.chance(60) { parts.append("tls: \(random.pick(["optional", "optional", "required"]))") }
        if random.chance(40) {
            parts.append(
                "hosts: \(random.pick(["[api.example]", "[api.example, 'api.example:8443']", "['[2001:db8::1]', api.example]"]))"
            )
        }
        if isTop, random.chance(50) {
            parts.append(
                "trustedProxies: \(random.pick(["[10.0.0.0/8]", "[10.0.0.0/8, 'fd00::/8']", "['::ffff:10.0.0.0/104']"]))"
            )
            parts.append("clientAddress: \(random.pick(["forwardedFor", "forwardedFor", "forwarded", "peer"]))")
        }
        return "transport: { \(mode())\(parts.isEmpty ? "tls: optional" : parts.joined(separator: ", ")) }"
    }

    private mutating func clients() -> String {
        random.pick([
            "clients: { \(mode())deny: [192.0.2.0/24, '2001:db8:bad::/48'] }",
            "clients: { \(mode())allow: [0.0.0.0/0, '::/0'], deny: [203.0.113.9] }",
            "clients: { \(mode())allow: [198.51.100.0/23, 203.0.113.0/24, 10.0.0.0/8, '2001:db8::/32'] }",
        ])
    }

    private mutating func origins() -> String {
        if random.chance(8) { return "origins: any" }
        let pool = [
            "https://app.example", "https://www.app.example", "'https://*.app.example'", "'https://**.deep.example'",
            "http://localhost:3000", "'http://localhost:*'", "'null'", "'file:'", "capacitor://localhost",
            "'http://[::1]:8080'", "'chrome-extension://*'", "https://app.example:8443", "http://192.0.2.1",
        ]
        var parts = ["allow: [\(random.some(pool).joined(separator: ", "))]"]
        if random.chance(40) { parts.append("absent: \(random.pick(["deny", "allow", "allowWithoutCookies"]))") }
        return "origins: { \(mode())\(parts.joined(separator: ", ")) }"
    }

    private mutating func token() -> String {
        let pool = [
            "{ query: token }", "{ header: Authorization }", "{ cookie: session }", "{ subprotocol: bearer. }",
            "{ header: X-Token }", "{ message: /token }",
        ]
        var parts = ["from: [\(random.some(pool).joined(separator: ", "))]"]
        let isOpaque = random.chance(8)
        if !isOpaque {
            parts.append("algorithms: [HS256]")
            parts.append("keys: [\(random.pick(["{ env: KEY }", "{ env: KEY }, { env: OLD_KEY }"]))]")
        }
        if isOpaque || random.chance(15) {
            let cache = random.pick(["", ", cache: 1s", ", cache: 30s"])
            parts.append("introspection: { url: 'https://auth.example/introspect'\(cache) }")
        }
        if random.chance(30) { parts.append("absent: \(random.pick(["allow", "deny"]))") }
        if random.chance(30) { parts.append("issuer: https://auth.example") }
        if random.chance(30) { parts.append("audience: [realtime, batch]") }
        if random.chance(20) { parts.append("expiry: optional") }
        if random.chance(30) { parts.append("clockSkew: \(random.pick(["1s", "30s", "5m"]))") }
        if random.chance(20) { parts.append("lifetime: 1h") }
        if random.chance(50) { parts.append("subject: /user_id") }
        if random.chance(20) { parts.append("atExpiry: \(random.pick(["close", "ignore"]))") }
        if random.chance(25) { parts.append("renew: { type: ping, message: /token }") }
        if random.chance(45) {
            let lists = ["file: revoked.txt", "file: more.txt", "shared: true", "file: more.txt, shared: true"]
            parts.append("revoked: { \(random.pick(lists)) }")
        }
        if random.chance(40) {
            parts.append(
                "claims: \(random.pick(["{ type: object, required: [user_id] }", "{ properties: { role: { enum: [trader, admin] } } }", "{ type: object, maxProperties: 6 }"]))"
            )
        }
        return "token: { \(mode())\(parts.joined(separator: ", ")) }"
    }

    private mutating func subprotocols() -> String {
        "subprotocols: { \(mode())allow: \(random.pick(["[v1]", "[v2, v1]", "[v1, v2, v3]"]))\(random.chance(40) ? ", absent: deny" : "") }"
    }

    private mutating func quantity() -> String {
        random.pick([
            "atMost: \(1 + random.below(6)) per \(random.pick(["1s", "2s", "10s", "minute"]))",
            "rate: \(1 + random.below(7))/s",
            "rate: \(1 + random.below(5))/\(random.pick(["s", "2s", "minute"])), burst: \(1 + random.below(8))",
        ])
    }

    private mutating func limits() -> [String] {
        var lines: [String] = []
        if random.chance(60) {
            var entries: [String] = []
            for _ in 0..<(1 + random.below(3)) {
                let per = random.pick([
                    "clientAddress", "clientAddress", "clientAddress, prefix: { v4: 24, v6: 48 }", "server", "route",
                    "subject",
                    "'token:/tenant'",
                ])
                let what = random.chance(40) ? "concurrent: \(1 + random.below(6))" : quantity()
                entries.append("{ per: \(per), \(what) }")
            }
            lines.append("connections: [\(entries.joined(separator: ", "))]")
        }
        if random.chance(50) {
            var entries: [String] = []
            for _ in 0..<(1 + random.below(2)) {
                let per = random.pick(["connection", "connection", "clientAddress", "subject", "server"])
                entries.append("{ per: \(per), \(quantity()) }")
            }
            lines.append("messages: [\(entries.joined(separator: ", "))]")
        }
        if random.chance(30) {
            lines.append(
                "bytes: [{ per: \(random.pick(["connection", "clientAddress"])), rate: \(50 + random.below(400))/s, burst: \(100 + random.below(500)) }]"
            )
        }
        if random.chance(20) {
            lines.append("tokenAttempts: { rate: \(1 + random.below(3))/s, burst: \(1 + random.below(4)) }")
        }
        if random.chance(25) {
            lines.append(
                "beforeToken: { messageSize: \(random.pick(["300", "4KiB"])), within: \(random.pick(["2s", "5s"])) }"
            )
        }
        if random.chance(40) { lines.append("messageSize: \(random.pick(["64", "256", "1KiB", "4KiB"]))") }
        if random.chance(25) { lines.append("frameSize: \(random.pick(["32", "100", "1KiB", "8KiB"]))") }
        if random.chance(30) { lines.append("fragments: \(1 + random.below(4))") }
        if random.chance(25) { lines.append("controlFrames: { \(quantity()) }") }
        if random.chance(15) { lines.append("handshakeSize: \(random.pick(["300", "700", "4KiB"]))") }
        if random.chance(30) { lines.append("idleTimeout: \(random.pick(["2s", "5s", "30s", "unlimited"]))") }
        if random.chance(25) { lines.append("connectionLifetime: \(random.pick(["3s", "10s", "1m"]))") }
        if random.chance(20) { lines.append("onExceeded: drop") }
        guard !lines.isEmpty else { return [] }
        return ["limits:"] + (random.chance(8) ? ["  mode: observe"] : []) + lines.map { "  \($0)" }
    }

    private mutating func messages(_ section: String) -> [String] {
        var lines: [String] = []
        if random.chance(12) {
            lines.append("format: \(random.pick(["text", "any", "binary"]))")
        } else {
            if random.chance(20) { lines.append("duplicateKeys: \(random.pick(["allow", "deny"]))") }
            if random.chance(30) { lines.append("depth: \(2 + random.below(4))") }
            if random.chance(20) { lines.append("interoperable: \(random.pick(["false", "true"]))") }
            if random.chance(60) { lines.append("schema: \(random.pick(MessagePool.schemas))") }
            if random.chance(40) {
                lines.append("discriminator: \(random.pick(["/type", "/type", "/a/kind"]))")
                let names = random.some(["ping", "order", "née"])
                if section == "messages", random.chance(15) { lines.append("first: \(random.pick(names))") }
                lines.append("types:")
                for name in names {
                    var parts: [String] = []
                    if random.chance(40) { parts.append("schema: \(random.pick(MessagePool.schemas))") }
                    if random.chance(30) { parts.append("rate: \(1 + random.below(4))/s") }
                    if section == "messages", random.chance(30) { parts.append("cost: \(1 + random.below(3))") }
                    if random.chance(20) { parts.append("onViolation: \(random.pick(["drop", "warn", "close"]))") }
                    lines.append("  \(name): { \(parts.joined(separator: ", ")) }")
                }
            }
        }
        if random.chance(15), !lines.contains(where: { $0.hasPrefix("format") }) {
            let keys = ["{ pack: nosql-operators }", "'^(ext|list)'", "{ pattern: '^a$', mode: observe }"]
            let strings = ["'é'", "{ pattern: '^[0-9]+$', mode: observe }", "{ pack: script-injection }"]
            lines.append("forbid: { keys: [\(random.pick(keys))], strings: [\(random.pick(strings))] }")
        }
        if random.chance(20), !lines.contains(where: { $0.hasPrefix("format") || $0.hasPrefix("first") }) {
            lines.append("batch: { items: \(1 + random.below(4)) }")
        }
        if random.chance(30) { lines.append("onViolation: \(random.pick(["drop", "warn", "close"]))") }
        guard !lines.isEmpty else { return ["\(section): { depth: 4 }"] }
        return ["\(section):"] + (random.chance(12) ? ["  mode: observe"] : []) + lines.map { "  \($0)" }
    }
}
