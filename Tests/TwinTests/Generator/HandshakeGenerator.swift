import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// Makes handshakes that a policy would mostly admit, and changes some of them in one way or two.
struct HandshakeGenerator {
    let policy: ResolvedPolicy

    /// What a handshake is made of.
    struct Draft {
        var method = "GET"
        var version = "1.1"
        var path = "/ws"
        var query: [String] = []
        var fields: [(String, String)] = []
        var peer = "203.0.113.7:1000"
        var isSecure = true
    }

    func handshake(_ random: inout SeededRandom, at seconds: Int64) -> HandshakeRequest {
        let route = random.pick(policy.routes)
        var draft = Draft()
        draft.path = path(route, &random)
        draft.fields.append(("Host", host(route, &random)))
        if let origin = origin(route, &random) { draft.fields.append(("Origin", origin)) }
        address(&draft, &random)
        subprotocols(route, &draft, &random)
        token(route, &draft, &random, at: seconds)
        draft.fields += [
            ("Upgrade", "websocket"), ("Connection", "keep-alive, Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        if random.chance(25) { for _ in 0...random.below(2) { mutate(&draft, &random) } }
        let target = draft.path + (draft.query.isEmpty ? "" : "?" + draft.query.joined(separator: "&"))
        return HandshakeRequest(
            method: draft.method,
            version: draft.version,
            target: target,
            headers: draft.fields,
            peer: SocketAddress(parsing: draft.peer),
            isSecure: draft.isSecure
        )
    }

    private func path(_ route: ResolvedRoute, _ random: inout SeededRandom) -> String {
        guard let pattern = route.pattern else { return random.pick(["/ws", "/", "/any/where"]) }
        return pattern.segments.map { segment in
            switch segment {
            case .literal(let text): "/" + text.replacing(" ", with: "%20")
            case .parameter: "/" + random.pick(["r1", "x", "ws", "a%2Db"])
            case .rest: "/" + random.pick(["", "a", "a/b", "ws"])
            }
        }.joined()
    }

    private func host(_ route: ResolvedRoute, _ random: inout SeededRandom) -> String {
        guard let hosts = route.hosts.first?.hosts else { return random.pick(["api.example", "localhost:8080"]) }
        return random.pick(hosts).value.written
    }

    private func origin(_ route: ResolvedRoute, _ random: inout SeededRandom) -> String? {
        guard let check = route.origins.first, let entry = check.allow.isEmpty ? nil : random.pick(check.allow) else {
            return random.chance(80) ? "https://app.example" : nil
        }
        switch entry.value.form {
        case .null: return "null"
        case .file: return "file://"
        case .everySite: return "https://any.example"
        case .tuple(let scheme, let host, let port):
            let name: String =
                switch host {
                case .exact(let text): text
                case .oneLabel(let suffix): "x.\(suffix)"
                case .labels(let suffix): random.pick(["x.\(suffix)", "y.x.\(suffix)"])
                case .every: "abcdefgh"
                }
            let suffix: String =
                switch port {
                case .standard: ""
                case .exact(let number): ":\(number)"
                case .every: random.pick(["", ":3000", ":1"])
                }
            return "\(scheme)://\(name)\(suffix)"
        }
    }

    private func address(_ draft: inout Draft, _ random: inout SeededRandom) {
        let clients = [
            "203.0.113.7", "203.0.113.8", "198.51.100.1", "192.0.2.5", "2001:db8:1::1", "2001:db8:1::2",
            "::ffff:203.0.113.7",
        ]
        let client = random.pick(clients)
        guard random.chance(40) else {
            draft.peer = client.contains(":") ? "[\(client)]:99" : "\(client):99"
            return
        }
        draft.peer = random.pick(["10.0.0.1:5", "10.200.0.9:6", "[fd00::1]:7"])
        draft.isSecure = random.chance(30)
        draft.fields.append(
            (
                "X-Forwarded-For",
                random.pick([client, "1.1.1.1, \(client)", "\(client), 10.1.1.1", "junk, \(client)", "\(client), junk"])
            )
        )
        if random.chance(50) {
            draft.fields.append(("Forwarded", "for=\"\(client.contains(":") ? "[\(client)]" : client)\";proto=https"))
        }
        if random.chance(70) {
            draft.fields.append(("X-Forwarded-Proto", random.pick(["https", "wss", "https, https", "http", "odd"])))
        }
    }

    private func subprotocols(_ route: ResolvedRoute, _ draft: inout Draft, _ random: inout SeededRandom) {
        guard let check = route.subprotocols.first else {
            if random.chance(10) { draft.fields.append(("Sec-WebSocket-Protocol", "v1, other")) }
            return
        }
        guard random.chance(85) else { return }
        let offers = random.some(check.allow.map(\.value) + ["other"])
        draft.fields.append(("Sec-WebSocket-Protocol", offers.joined(separator: random.pick([",", ", ", " , "]))))
    }

    private func token(_ route: ResolvedRoute, _ draft: inout Draft, _ random: inout SeededRandom, at seconds: Int64) {
        guard let check = route.tokens.first, random.chance(90) else { return }
        let token = TokenForge.token(&random, at: seconds)
        for source in random.chance(95) ? [random.pick(check.sources.value)] : check.sources.value {
            switch source.value {
            case .query(let name):
                draft.query.append("\(name)=\(random.chance(20) ? token.replacing(".", with: "%2E") : token)")
            case .header("authorization"):
                draft.fields.append(
                    ("Authorization", random.pick(["Bearer \(token)", "bEaReR   \(token)", "Basic \(token)"]))
                )
            case .header(let name): draft.fields.append((name, token))
            case .cookie(let name): draft.fields.append(("Cookie", "a=b; \(name)=\(token); c"))
            case .subprotocol(let prefix): draft.fields.append(("Sec-WebSocket-Protocol", "\(prefix)\(token)"))
            case .message: break
            }
        }
    }

    private func mutate(_ draft: inout Draft, _ random: inout SeededRandom) {
        func edit(_ name: String, _ change: (String) -> String) {
            guard let place = draft.fields.firstIndex(where: { $0.0.lowercased() == name.lowercased() }) else { return }
            draft.fields[place].1 = change(draft.fields[place].1)
        }
        switch random.below(24) {
        case 0: draft.method = random.pick(["POST", "get", "HEAD"])
        case 1: draft.version = random.pick(["1.0", "2.0", "1", "1.1x"])
        case 2:
            draft.path = random.pick([
                "/ws/../x", "/ws//x", "/%2e%2e/ws", "/ws%2Fx", "/WS", "/nowhere/at/all", "/ws/", "ws", "/ws?", "/a\\b",
            ])
        case 3:
            draft.fields.removeAll {
                $0.0
                    == random.pick([
                        "Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Origin",
                    ])
            }
        case 4:
            let field = random.pick(draft.fields)
            draft.fields.append(field)
        case 5:
            let value = random.pick([
                "https://evil.example", "https://app.example.evil.example", "https://evil-app.example",
                "https://app.example/", "https://app.example:443", "https://APP.example", "http://app.example",
                "https://app.example.", "", "null", "file://", "https://a.b.app.example", "https://x.app.example",
                "garbage", "https://user@app.example", "https://app.example:099", "http://[::1]:8080",
                "http://[0:0:0:0:0:0:0:1]:8080", "chrome-extension://zzz", "https://app.example https://b.example",
            ])
            edit("Origin") { _ in value }
        case 6: draft.fields.removeAll { $0.0 == "Origin" }
        case 7: draft.isSecure.toggle()
        case 8:
            let value = random.pick([
                "evil.example", "API.example", "api.example:8443", "api.example:9", "[2001:db8:0::1]", "api.example.",
                "a b", "",
            ])
            edit("Host") { _ in value }
        case 9:
            let value = random.pick(["12", "14", "x", "13, 13", "013"])
            edit("Sec-WebSocket-Version") { _ in value }
        case 10:
            let value = random.pick(["dGhlIHNhbXBsZSBub25jZQ", "short", "dGhlIHNhbXBsZSBub25jZQ==="])
            edit("Sec-WebSocket-Key") { _ in value }
        case 11:
            draft.peer = random.pick([
                "192.0.2.200:1", "203.0.113.9:1", "[2001:db8:bad::7]:1", "8.8.8.8:1", "10.0.0.7:2",
            ])
        case 12: draft.fields.append(("Cookie", random.pick(["a=b", "session=x", "session=x; session=y", "session="])))
        case 13: draft.query.append(random.pick(["token=", "token=x", "%74oken=y", "token=%zz", "other=1", "&", "=="]))
        case 14: draft.fields.append(("Authorization", random.pick(["Bearer", "Bearer x y", "Basic abc", "Bearer x"])))
        case 15:
            draft.fields.append(("X-Padding", String(repeating: "x", count: random.pick([100, 300, 4000, 17_000]))))
        case 16: draft.fields.append(("X-Odd", random.pick(["a\u{1}b", "ok", "tab\there", "del\u{7F}"])))
        case 17: draft.fields.append((random.pick(["bad name", "", "ok"]), "x"))
        case 18: edit("X-Forwarded-For") { $0 + ", unknown" }
        case 19: draft.fields.append(("Sec-WebSocket-Protocol", random.pick(["v1", "v9", "a b", ",", "bearer."])))
        case 20:
            let value = random.pick(["h2c", "websocket, h2c", "WebSocket"])
            edit("Upgrade") { _ in value }
        case 21: draft.fields.append(("Content-Length", random.pick(["0", "5", "x"])))
        case 22: draft.path = "https://api.example" + draft.path
        default: draft.fields.shuffle(using: &random)
        }
    }
}
