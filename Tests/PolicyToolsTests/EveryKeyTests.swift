import PolicyDocument
import PolicyModel
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Every key of the language changes a decision, or is said not to be enforced: none does nothing.
struct EveryKeyTests {
    /// Two policies that differ in one key, and what happens under both.
    private struct Case {
        let place: String
        let key: String
        let with: String
        let without: String
        let events: (inout Trial) -> Void
    }

    private static let origins = "origins: { allow: [https://app.example] }\n"
    private static let files = ["api.yaml": AsyncAPITests.two, "revoked.txt": "ann\n", "nobody.txt": "# ann\n"]
    private static let token = "token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: K }]"

    private static func handshakes(_ count: Int) -> (inout Trial) -> Void {
        { trial in for number in 0..<count { trial.handshake("c\(number)") } }
    }

    private static func messages(_ texts: String...) -> (inout Trial) -> Void {
        said(texts)
    }

    private static func frames(_ frames: String...) -> (inout Trial) -> Void {
        { trial in
            trial.handshake()
            for frame in frames { trial.frame(frame) }
        }
    }

    private static func tokens(_ claims: String..., at seconds: Double = 0) -> (inout Trial) -> Void {
        { trial in for claims in claims { trial.handshake(at: seconds, target: "/ws?t=\(Trial.token(claims))") } }
    }

    private static var good: String { #"{"sub":"ann","exp":\#(Int(Trial.start) + 600)}"# }

    private static func late(_ seconds: Double) -> (inout Trial) -> Void {
        { trial in
            trial.handshake(target: "/ws?t=\(Trial.token(good))")
            trial.tick(at: seconds)
        }
    }

    private static let renewing =
        origins + token + "% }\nmessages: { discriminator: /k, types: { a: , b: } }"

    private static func renewals(_ trial: inout Trial) {
        trial.handshake(target: "/ws?t=\(Trial.token(good))")
        trial.message(#"{"k":"a","t":"\#(Trial.token(good))"}"#)
    }

    private static func pair(
        _ place: String,
        _ key: String,
        _ with: String,
        _ without: String = "",
        _ events: @escaping (inout Trial) -> Void
    ) -> Case {
        Case(place: place, key: key, with: with, without: without, events: events)
    }

    /// A section whose key is what is tried, `%` standing for it.
    private static func keyed(
        _ place: String,
        _ key: String,
        _ section: String,
        _ value: String,
        _ other: String = "",
        _ events: @escaping (inout Trial) -> Void
    ) -> Case {
        pair(place, key, section.replacing("%", with: value), section.replacing("%", with: other), events)
    }

    private static var topLevel: [Case] {
        [
            pair("a policy", "transport", origins + "transport: { tls: optional }", origins) {
                $0.handshake(tls: false)
            },
            pair("a policy", "clients", origins + "clients: { deny: [203.0.113.7] }", origins, handshakes(1)),
            pair("a policy", "origins", origins, "origins: any") { $0.handshake(origin: "https://evil.example") },
            pair("a policy", "token", origins + token + "}", origins, handshakes(1)),
            pair(
                "a policy",
                "subprotocols",
                origins + "subprotocols: { allow: [v1], absent: deny }",
                origins,
                handshakes(1)
            ),
            pair("a policy", "limits", origins + "limits: { messageSize: 4 }", origins, messages("12345")),
            pair("a policy", "messages", origins + "messages: {}", origins, messages("nope")),
            pair("a policy", "serverMessages", origins + "serverMessages: {}", origins, saidByServer(["nope"])),
            pair(
                "a policy",
                "closeCodes",
                origins + "messages: {}\ncloseCodes: { malformedJSON: 4777 }",
                origins + "messages: {}",
                messages("nope")
            ),
            pair("a policy", "responses", origins + "responses: { originMissing: { status: 499 } }", origins) {
                $0.handshake(origin: nil)
            },
            pair("a policy", "responseHeaders", origins + "responseHeaders: { X-A: b }", origins, handshakes(1)),
            pair("a policy", "mode", "mode: observe\n" + origins, origins) { $0.handshake(origin: nil) },
            pair("a policy", "routes", origins + "routes: [{ path: /other }]", origins, handshakes(1)),
        ]
    }

    private static var handshake: [Case] {
        [
            keyed("`transport`", "tls", origins + "transport: { % }", "tls: optional") { $0.handshake(tls: false) },
            keyed("`transport`", "hosts", origins + "transport: { % }", "hosts: [other.example]", "", handshakes(1)),
            keyed(
                "`transport`",
                "mode",
                origins + "transport: { %hosts: [other.example] }",
                "mode: observe, ",
                "",
                handshakes(1)
            ),
            keyed(
                "`transport`",
                "trustedProxies",
                origins + "clients: { deny: [9.9.9.9] }\ntransport: { clientAddress: forwardedFor% }",
                ", trustedProxies: [203.0.113.0/24]"
            ) {
                $0.handshake(headers: [("X-Forwarded-For", "9.9.9.9"), ("X-Forwarded-Proto", "https")])
            },
            keyed(
                "`transport`",
                "clientAddress",
                origins + "clients: { deny: [9.9.9.9] }\ntransport: { trustedProxies: [203.0.113.0/24]% }",
                ", clientAddress: forwardedFor"
            ) {
                $0.handshake(headers: [("X-Forwarded-For", "9.9.9.9"), ("X-Forwarded-Proto", "https")])
            },
            keyed("`clients`", "allow", origins + "clients: { % }", "allow: [9.9.9.9]", "", handshakes(1)),
            keyed("`clients`", "deny", origins + "clients: { % }", "deny: [203.0.113.7]", "", handshakes(1)),
            keyed(
                "`clients`",
                "mode",
                origins + "clients: { %deny: [203.0.113.7] }",
                "mode: observe, ",
                "",
                handshakes(1)
            ),
            keyed("`origins`", "allow", "origins: { allow: [%] }", "https://app.example", "", handshakes(1)),
            keyed("`origins`", "absent", "origins: { allow: []% }", ", absent: allow") { $0.handshake(origin: nil) },
            keyed(
                "`origins`",
                "sameOrigin",
                "transport: { hosts: [api.example] }\norigins: { allow: [], sameOrigin: % }",
                "true",
                "false"
            ) {
                $0.handshake(origin: "https://api.example")
            },
            keyed("`origins`", "mode", "origins: { %allow: [] }", "mode: observe, ", "", handshakes(1)),
            keyed("`subprotocols`", "allow", origins + "subprotocols: { allow: [%] }", "v2", "v1") {
                $0.handshake(headers: [("Sec-WebSocket-Protocol", "v1")])
            },
            keyed(
                "`subprotocols`",
                "absent",
                origins + "subprotocols: { allow: [v1]% }",
                ", absent: deny",
                "",
                handshakes(1)
            ),
            keyed(
                "`subprotocols`",
                "mode",
                origins + "subprotocols: { %allow: [v1], absent: deny }",
                "mode: observe, ",
                "",
                handshakes(1)
            ),
            keyed("a response", "deliver", origins + "responses: { originMissing: { % } }", "deliver: close") {
                $0.handshake(origin: nil)
            },
            keyed("a response", "status", origins + "responses: { originMissing: { % } }", "status: 418") {
                $0.handshake(origin: nil)
            },
        ]
    }

    private static var tokenKeys: [Case] {
        [
            pair(
                "`token`",
                "from",
                origins + token + "}",
                origins + token.replacing("query: t", with: "header: X") + "}",
                tokens(good)
            ),
            keyed("`token`", "absent", origins + token + "% }", ", absent: allow", "", handshakes(1)),
            keyed(
                "`token`",
                "mode",
                origins + token.replacing("{ from", with: "{ %from") + "}",
                "mode: observe, ",
                "",
                handshakes(1)
            ),
            keyed("`token`", "issuer", origins + token + "% }", ", issuer: me", "", tokens(good)),
            keyed("`token`", "audience", origins + token + "% }", ", audience: [me]", "", tokens(good)),
            keyed("`token`", "expiry", origins + token + "% }", ", expiry: optional", "", tokens(#"{"sub":"ann"}"#)),
            keyed("`token`", "clockSkew", origins + token + "% }", ", clockSkew: 1s", "", tokens(good, at: 610)),
            keyed("`token`", "lifetime", origins + token + "% }", ", lifetime: 1m", "", tokens(good)),
            keyed("`token`", "subject", origins + token + "% }", ", subject: /exp", "", tokens(good)),
            keyed("`token`", "claims", origins + token + "% }", ", claims: { required: [role] }", "", tokens(good)),
            keyed(
                "`token`",
                "atExpiry",
                "limits: { idleTimeout: unlimited }\n" + origins + token + "% }",
                ", atExpiry: ignore",
                "",
                late(700)
            ),
            keyed(
                "`token`",
                "revoked",
                origins + token + "% }",
                ", revoked: { file: revoked.txt }",
                "",
                tokens(good)
            ),
            keyed(
                "`token`",
                "introspection",
                origins + token + "% }",
                ", introspection: { url: 'https://auth.example/' }",
                "",
                { $0.handshake(target: "/ws?t=opaque") }
            ),
            keyed("`token`", "renew", renewing, ", renew: { type: a, message: /t }", "", renewals),
            pair(
                "`token.renew`",
                "type",
                renewing.replacing("%", with: ", renew: { type: a, message: /t }"),
                renewing.replacing("%", with: ", renew: { type: b, message: /t }"),
                renewals
            ),
            pair(
                "`token.renew`",
                "message",
                renewing.replacing("%", with: ", renew: { type: a, message: /t }"),
                renewing.replacing("%", with: ", renew: { type: a, message: /u }"),
                renewals
            ),
            keyed(
                "an entry of `token.from`",
                "message",
                origins + "token: { from: [%{ query: t }], algorithms: [HS256], keys: [{ env: K }] }",
                "{ message: /t }, ",
                "",
                handshakes(1)
            ),
            keyed(
                "`limits`",
                "beforeToken",
                origins + "token: { from: [{ message: /t }], algorithms: [HS256], keys: [{ env: K }] }\nlimits: { % }",
                "beforeToken: { within: 2s }",
                ""
            ) {
                $0.handshake()
                $0.tick(at: 3)
            },
            keyed(
                "`limits.beforeToken`",
                "within",
                origins
                    + "token: { from: [{ message: /t }], algorithms: [HS256], keys: [{ env: K }] }\nlimits: { beforeToken: { % } }",
                "within: 2s",
                "within: 4s"
            ) {
                $0.handshake()
                $0.tick(at: 3)
            },
            keyed(
                "`limits.beforeToken`",
                "messageSize",
                origins
                    + "token: { from: [{ message: /t }], algorithms: [HS256], keys: [{ env: K }] }\nlimits: { beforeToken: { % } }",
                "messageSize: 4",
                "messageSize: 40",
                messages("12345")
            ),
            keyed(
                "`token.revoked`",
                "file",
                origins + token + ", revoked: { file: % } }",
                "revoked.txt",
                "nobody.txt",
                tokens(good)
            ),
            keyed(
                "`token.revoked`",
                "shared",
                origins + token + ", revoked: { file: nobody.txt, shared: % } }",
                "true",
                "false",
                tokens(good)
            ),
            pair(
                "an entry of `token.from`",
                "query",
                origins + token + "}",
                origins + token.replacing("query: t", with: "query: other") + "}",
                tokens(good)
            ),
            pair(
                "an entry of `token.from`",
                "header",
                origins + token.replacing("query: t", with: "header: X-T") + "}",
                origins + token + "}"
            ) {
                $0.handshake(headers: [("X-T", Trial.goodToken)])
            },
            pair(
                "an entry of `token.from`",
                "cookie",
                origins + token.replacing("query: t", with: "cookie: s") + "}",
                origins + token + "}"
            ) {
                $0.handshake(headers: [("Cookie", "s=\(Trial.goodToken)")])
            },
            pair(
                "an entry of `token.from`",
                "subprotocol",
                origins + "subprotocols: { allow: [v1] }\n" + token.replacing("query: t", with: "subprotocol: b.")
                    + "}",
                origins + "subprotocols: { allow: [v1] }\n" + token + "}"
            ) {
                $0.handshake(headers: [("Sec-WebSocket-Protocol", "v1, b.\(Trial.goodToken)")])
            },
        ]
    }

    private static var limitKeys: [Case] {
        [
            keyed(
                "`limits`",
                "connections",
                origins + "limits: { messageSize: 1KiB% }",
                ", connections: [{ per: server, atMost: 1 per 1m }]",
                "",
                handshakes(2)
            ),
            keyed(
                "`limits`",
                "tokenAttempts",
                origins + token + "}\nlimits: { messageSize: 1KiB% }",
                ", tokenAttempts: { rate: 1/m, burst: 1 }",
                "",
                tokens("{}", "{}", "{}")
            ),
            keyed(
                "`limits`",
                "messages",
                origins + "limits: { messageSize: 1KiB% }",
                ", messages: [{ per: connection, atMost: 1 per 1m }]",
                "",
                messages("a", "b")
            ),
            keyed(
                "`limits`",
                "bytes",
                origins + "limits: { messageSize: 1KiB% }",
                ", bytes: [{ per: connection, rate: 3/s }]",
                "",
                messages("abcd")
            ),
            keyed(
                "`limits`",
                "messageSize",
                origins + "limits: { % }",
                "messageSize: 3",
                "messageSize: 4",
                messages("abcd")
            ),
            keyed(
                "`limits`",
                "frameSize",
                origins + "limits: { % }",
                "frameSize: 3",
                "frameSize: 4",
                frames(#""opcode":"text","text":"abcd""#)
            ),
            keyed(
                "`limits`",
                "fragments",
                origins + "limits: { % }",
                "fragments: 1",
                "fragments: 2",
                frames(#""opcode":"text","fin":false,"text":"a""#, #""opcode":"continuation","text":"b""#)
            ),
            keyed(
                "`limits`",
                "controlFrames",
                origins + "limits: { messageSize: 1KiB% }",
                ", controlFrames: { rate: 1/s }",
                "",
                frames(#""opcode":"ping","text":"""#, #""opcode":"ping","text":"""#)
            ),
            keyed(
                "`limits`",
                "handshakeSize",
                origins + "limits: { % }",
                "handshakeSize: 64",
                "handshakeSize: 16KiB",
                handshakes(1)
            ),
            keyed("`limits`", "idleTimeout", origins + "limits: { % }", "idleTimeout: 5s", "idleTimeout: 7s") {
                $0.handshake()
                $0.tick(at: 6)
            },
            keyed(
                "`limits`",
                "connectionLifetime",
                origins + "limits: { idleTimeout: unlimited% }",
                ", connectionLifetime: 5s"
            ) {
                $0.handshake()
                $0.tick(at: 6)
            },
            keyed(
                "`limits`",
                "onExceeded",
                origins + "limits: { messages: [{ per: connection, atMost: 1 per 1m }]% }",
                ", onExceeded: drop",
                "",
                messages("a", "b")
            ),
            keyed(
                "`limits`",
                "mode",
                origins + "limits: { %messages: [{ per: connection, atMost: 1 per 1m }] }",
                "mode: observe, ",
                "",
                messages("a", "b")
            ),
            keyed(
                "a limit",
                "per",
                origins + "limits: { messages: [{ per: %, atMost: 1 per 1m }] }",
                "server",
                "connection"
            ) {
                for name in ["a", "b"] {
                    $0.handshake(name)
                    $0.message("x", name)
                }
            },
            keyed(
                "a limit",
                "rate",
                origins + "limits: { messages: [{ per: connection, rate: % }] }",
                "1/s",
                "2/s",
                messages("a", "b")
            ),
            keyed(
                "a limit",
                "burst",
                origins + "limits: { messages: [{ per: connection, rate: 1/s% }] }",
                ", burst: 2",
                "",
                messages("a", "b")
            ),
            keyed(
                "a limit",
                "atMost",
                origins + "limits: { messages: [{ per: connection, atMost: % }] }",
                "1 per 1s",
                "2 per 1s",
                messages("a", "b")
            ),
            keyed(
                "a limit",
                "concurrent",
                origins + "limits: { connections: [{ per: server, concurrent: % }] }",
                "1",
                "2",
                handshakes(2)
            ),
            keyed(
                "a limit",
                "shared",
                origins + "limits: { connections: [{ per: server, atMost: 1 per 1m% }] }",
                ", shared: true",
                "",
                handshakes(1)
            ),
            keyed(
                "`limits`",
                "onStoreFailure",
                origins + "limits: { connections: [{ per: server, atMost: 1 per 1m, shared: true }]% }",
                ", onStoreFailure: allow",
                "",
                handshakes(1)
            ),
            keyed(
                "a limit",
                "prefix",
                origins + "limits: { connections: [{ per: clientAddress, atMost: 1 per 1m% }] }",
                ", prefix: { v4: 24 }"
            ) {
                $0.handshake("a", peer: "203.0.113.1:1")
                $0.handshake("b", peer: "203.0.113.2:1")
            },
            keyed(
                "a limit",
                "tableSize",
                origins + "limits: { connections: [{ per: clientAddress, atMost: 1 per 1m, tableSize: % }] }",
                "1",
                "65536"
            ) {
                for number in 0..<60 {
                    $0.handshake("c\(number)", peer: "[2001:db8:0:\(String(number, radix: 16))::1]:1")
                }
            },
            keyed(
                "`prefix`",
                "v4",
                origins + "limits: { connections: [{ per: clientAddress, atMost: 1 per 1m, prefix: { v6: 64% } }] }",
                ", v4: 24"
            ) {
                $0.handshake("a", peer: "203.0.113.1:1")
                $0.handshake("b", peer: "203.0.113.2:1")
            },
            keyed(
                "`prefix`",
                "v6",
                origins + "limits: { connections: [{ per: clientAddress, atMost: 1 per 1m, prefix: { v4: 32% } }] }",
                ", v6: 48"
            ) {
                $0.handshake("a", peer: "[2001:db8:1:1::1]:1")
                $0.handshake("b", peer: "[2001:db8:1:2::1]:1")
            },
        ]
    }

    /// The keys that both directions have.
    private static func messageKeys(
        _ section: String,
        type: String,
        _ say: ([String]) -> (inout Trial) -> Void
    ) -> [Case] {
        [
            keyed("`\(section)`", "mode", origins + "\(section): { %depth: 3 }", "mode: observe, ", "", say(["nope"])),
            keyed("`\(section)`", "format", origins + "\(section): { % }", "format: text", "", say(["nope"])),
            keyed(
                "`\(section)`",
                "duplicateKeys",
                origins + "\(section): { % }",
                "duplicateKeys: allow",
                "",
                say([#"{"a":1,"a":2}"#])
            ),
            keyed("`\(section)`", "depth", origins + "\(section): { % }", "depth: 1", "", say(["[[]]"])),
            keyed(
                "`\(section)`",
                "interoperable",
                origins + "\(section): { % }",
                "interoperable: false",
                "",
                say(["9007199254740993"])
            ),
            keyed("`\(section)`", "onViolation", origins + "\(section): { % }", "onViolation: drop", "", say(["nope"])),
            keyed("`\(section)`", "schema", origins + "\(section): { % }", "schema: { type: array }", "", say(["{}"])),
            keyed(
                "`\(section)`",
                "discriminator",
                origins + "\(section): { discriminator: /%, types: { a: } }",
                "k",
                "t",
                say([#"{"t":"a"}"#])
            ),
            keyed(
                "`\(section)`",
                "types",
                origins + "\(section): { discriminator: /t, types: { %: } }",
                "b",
                "a",
                say([#"{"t":"a"}"#])
            ),
            keyed(
                "`\(section)`",
                "forbid",
                origins + "\(section): { % }",
                "forbid: { keys: [a] }",
                "",
                say([#"{"a":1}"#])
            ),
            keyed(
                "`\(section)`",
                "asyncapi",
                origins + "\(section): { % }",
                "asyncapi: { file: api.yaml, channels: [/ws] }",
                "",
                say([#"[]"#])
            ),
            keyed(
                "`\(section)`",
                "batch",
                origins + "\(section): { schema: { type: object }% }",
                ", batch: { items: 2 }",
                "",
                say(["[{}]"])
            ),
            keyed(
                type,
                "schema",
                origins + "\(section): { discriminator: /t, types: { a: { % } } }",
                "schema: { required: [x] }",
                "",
                say([#"{"t":"a"}"#])
            ),
            keyed(
                type,
                "rate",
                origins + "\(section): { discriminator: /t, types: { a: { % } } }",
                "rate: 1/s",
                "",
                say([#"{"t":"a"}"#, #"{"t":"a"}"#])
            ),
            keyed(
                type,
                "onViolation",
                origins + "\(section): { schema: { required: [x] }, discriminator: /t, types: { a: { % } } }",
                "onViolation: warn",
                "",
                say([#"{"t":"a"}"#])
            ),
        ]
    }

    private static var clientMessageKeys: [Case] {
        [
            keyed(
                "`messages`",
                "first",
                origins + "messages: { discriminator: /t, types: { a: , b: }% }",
                ", first: b",
                "",
                messages(#"{"t":"a"}"#)
            ),
            keyed(
                "`asyncapi`",
                "channels",
                origins + "messages: { asyncapi: { file: api.yaml, channels: [%] } }",
                "/status",
                "/ws",
                messages(#"{"kind":"ping"}"#)
            ),
            keyed(
                "`messages.forbid`",
                "keys",
                origins + "messages: { forbid: { %: [a] } }",
                "keys",
                "strings",
                messages(#"{"a":1}"#)
            ),
            keyed(
                "`messages.forbid`",
                "strings",
                origins + "messages: { forbid: { %: [a] } }",
                "strings",
                "keys",
                messages(#"["a"]"#)
            ),
            keyed(
                "an entry of `messages.forbid`",
                "pattern",
                origins + "messages: { forbid: { keys: [{ % }] } }",
                "pattern: '^a$'",
                "pattern: '^b$'",
                messages(#"{"a":1}"#)
            ),
            keyed(
                "an entry of `messages.forbid`",
                "pack",
                origins + "messages: { forbid: { keys: [{ % }] } }",
                "pack: nosql-operators",
                "pack: prototype-pollution",
                messages(#"{"$a":1}"#)
            ),
            keyed(
                "an entry of `messages.forbid`",
                "mode",
                origins + "messages: { forbid: { keys: [{ pattern: a% }] } }",
                ", mode: observe",
                "",
                messages(#"{"a":1}"#)
            ),
            keyed(
                "`batch`",
                "items",
                origins + "messages: { batch: { % } }",
                "items: 1",
                "items: 2",
                messages("[1,2]")
            ),
            keyed(
                "a message type",
                "cost",
                origins
                    + "limits: { messages: [{ per: connection, atMost: 3 per 1s }] }\nmessages: { discriminator: /t, types: { a: { % } } }",
                "cost: 2",
                "",
                messages(#"{"t":"a"}"#, #"{"t":"a"}"#)
            ),
        ]
    }

    private static func said(_ texts: [String]) -> (inout Trial) -> Void {
        { trial in
            trial.handshake()
            for text in texts { trial.message(text) }
        }
    }

    private static func saidByServer(_ texts: [String]) -> (inout Trial) -> Void {
        { trial in
            trial.handshake()
            for text in texts { trial.serverMessage(text) }
        }
    }

    /// Keys that decide nothing by themselves, with where they are seen instead.
    private static let elsewhere: Set<String> = [
        // Without them there is no policy: the model's tests.
        "a policy/wspolicy", "a policy/name", "a route/path",
        // A text for people.
        "a policy/description",
        // What the linter says, and what other files add: below.
        "a policy/target", "a policy/extends",
        // What the signature has to be, and with which keys, which are resolved when an engine starts: tests of tokens.
        "`token`/algorithms", "`token`/keys", "an entry of `token.keys`/env", "an entry of `token.keys`/file",
        "an entry of `token.keys`/jwks", "an entry of `token.keys`/encoding",
        // Who is asked, and how often: tests of introspection.
        "`token.introspection`/url", "`token.introspection`/cache",
        // Another document says other things: tests of such documents.
        "`asyncapi`/file",
        // It has one word, which says what would hold without it.
        "`batch`/count",
        // Whoever owns the socket asks for them: tests of connection hosts.
        "`limits`/handshakeTimeout", "`limits`/closeWait", "`limits`/outboundQueue",
        // The close reason is no part of a decision line: below.
        "a response/reason",
    ]

    @Test func `every enforced key changes a decision`() throws {
        let cases = topLevelAndAll
        for item in cases {
            var with = try Trial(item.with, files: Self.files)
            item.events(&with)
            var without = try Trial(item.without, files: Self.files)
            item.events(&without)
            let name = "\(item.place)/\(item.key)"
            #expect(with.lines == without.lines, "\(name): the same must happen under both")
            #expect(with.decisions().map(Self.told) != without.decisions().map(Self.told), "\(name) changes nothing")
        }
        let tried = Set(cases.map { "\($0.place)/\($0.key)" }).union(Self.elsewhere)
        for table in PolicyKeys.all where table.place != "a route" {
            for key in table.keys where key.isEnforced {
                #expect(tried.contains("\(table.place)/\(key.name)"), "\(table.place)/\(key.name) is not tried")
            }
        }
        // A route takes the sections of the top level.
        for key in PolicyKeys.route.keys where key.isEnforced && key.name != "path" {
            #expect(PolicyKeys.top[key.name]?.isEnforced == true, "\(key.name)")
        }
    }

    private var topLevelAndAll: [Case] {
        Self.topLevel + Self.handshake + Self.tokenKeys + Self.limitKeys + Self.clientMessageKeys
            + Self.messageKeys("messages", type: "a message type", Self.said)
            + Self.messageKeys("serverMessages", type: "a type of server message", Self.saidByServer)
    }

    /// A decision without the places of the policy, which differ between two texts by themselves.
    private static func told(_ line: DecisionLine) -> String {
        var line = line
        line.policy = nil
        line.detail = nil
        return line.json
    }

    @Test func `target is what the linter goes by, and extends brings a file's checks`() throws {
        let fragments =
            "limits: { messageSize: 1KiB, fragments: 3, messages: [{ per: connection, rate: 1/s, burst: 1 }] }"
        #expect(
            Trial.findings("target: asgi\n" + Self.origins + fragments).contains { $0.id == "unenforceable-by-target" }
        )
        #expect(Trial.findings(Self.origins + fragments).isEmpty)
        let files = [
            "base.yaml": "wspolicy: 1\nname: base\nclients: { deny: [203.0.113.7] }",
            "policy.yaml": "wspolicy: 1\nname: a\nextends: [base.yaml]\n" + Self.origins,
        ]
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: files))
        #expect(loaded.policy?.routes.first?.clients.count == 1)
    }

    @Test func `a reason is what the peer is told`() throws {
        let text = "wspolicy: 1\nname: a\n" + Self.origins + "responses: { originMissing: { reason: ask for access } }"
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: ["policy.yaml": text]))
        #expect(loaded.policy?.routes.first?.answers[.originMissing].reason == "ask for access")
    }
}
