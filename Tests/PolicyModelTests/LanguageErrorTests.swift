import PolicyDocument
import Testing

@testable import PolicyModel

struct LanguageErrorTests {
    private static let head = "wspolicy: 1\nname: test\n"
    private static let site = "origins: { allow: [https://app.example] }\n"

    @Test(arguments: [
        // The file.
        "name: test # error: [missing-version] begins with its language version\norigins: any",
        "name: test\nwspolicy: 1 # error: [version-first] stands first\norigins: any",
        "wspolicy: 2 # error: [unknown-version] `2`\nname: test\norigins: any",
        "wspolicy: 1 # error: [missing-name] has a `name`\norigins: any",
        "wspolicy: 1\nname: My Policy # error: [wrong-name] lower-case\norigins: any",
        "wspolicy: 1\nname: [a] # error: [wrong-value] a text is expected, not a list\norigins: any",
        "wspolicy: 1\nname: a\norigin: any # error: [unknown-key] unknown key `origin`\norigins: any",
        "wspolicy: 1 # error: [missing-origins] no `origins`\nname: a",
        "wspolicy: 1\nname: a\ntarget: gatewy # error: [unknown-word] `gatewy`\norigins: any",
    ])
    func `what is wrong with a file is said on its line`(_ text: String) {
        MarkedPolicy.check(text)
    }

    @Test(arguments: [
        "compression: { permessageDeflate: deny } # error: [not-enforced] `compression`",
        "serverMessages: { types: { a: { cost: 2 } }, discriminator: /t } # error: [unknown-key] unknown key `cost`",
        "serverMessages: { first: a } # error: [unknown-key] unknown key `first`",
        "rules: [] # error: [not-enforced] `rules`",
        "onPolicyChange: keep # error: [not-enforced] `onPolicyChange`",
        "audit: { log: all } # error: [not-enforced] `audit`",
        "limits:\n  beforeToken: { size: 1KiB } # error: [unknown-key] `size`",
        "limits:\n  beforeToken: 5s # error: [wrong-value] a mapping",
        "limits:\n  onStoreFailure: maybe # error: [unknown-word] `maybe`",
        "limits:\n  budget: {} # error: [not-enforced] `budget`",
        "limits:\n  messages: [{ per: connection, rate: 10/s, shared: true }] # error: [limit-shared] one instance",
        "limits:\n  messages: [{ per: server, rate: 7/s, shared: true }] # error: [limit-shared] a burst of 8",
        "limits:\n  connections: [{ per: server, concurrent: 9, shared: true }] # error: [limit-shared] goes with `rate`",
        "limits:\n  bytes: [{ per: server, rate: 9KiB/s, shared: true }] # error: [limit-shared] goes with `rate`",
        "token: { from: [{ message: /t }], algorithms: [HS256], keys: [{ env: K }] }\nlimits:\n  connections: [{ per: subject, rate: 5/s, shared: true }] # error: [limit-shared] in the first message",
        "messages:\n  first: a # error: [first-type] names no type",
        "messages:\n  first: b # error: [first-type] names no type\n  discriminator: /t\n  types: { a: }",
        "messages:\n  first: a # error: [first-in-batch] no first one\n  batch: { items: 2 }\n  discriminator: /t\n  types: { a: }",
        "messages:\n  batch: {} # error: [batch-items] how many `items`",
        "messages:\n  batch: { items: 0 } # error: [zero-limit]",
        "messages:\n  batch: { items: 65537 } # error: [too-large] at most 65536",
        "messages:\n  batch: { items: 5, count: bytes } # error: [unknown-word] `bytes`",
        "messages:\n  batch: { items: 5, size: 5 } # error: [unknown-key] `size`",
        "messages:\n  batch: { items: 5 } # error: [batch-of-arrays] arrays themselves\n  discriminator: /0\n  types: { a: }",
        "messages:\n  batch: { items: 5 } # error: [needs-json] `batch`\n  format: text",
        "messages:\n  batch: { items: 5 } # error: [batch-at-one-level] another one checks whole messages\nroutes: [{ path: /a, messages: { schema: { type: object } } }]",
        "messages:\n  forbid: { keys: [{ pack: nosql-operator }] } # error: [unknown-pack] `nosql-operator`",
        "transport:\n  clientAddress: proxyProtocol # error: [not-enforced] proxyProtocol",
        "transport:\n  tls: no # error: [unknown-word] `no` is not `required` or `optional`",
        "transport:\n  hosts: [https://a.example] # error: [wrong-host] is an origin",
        "transport:\n  hosts: [a_b example] # error: [wrong-host] is no host",
        "transport:\n  trustedProxies: [10.0.0.0/33] # error: [wrong-address] `10.0.0.0/33`",
        "transport:\n  trustedProxies: [fe80::1%eth0] # error: [wrong-address]",
        "clients:\n  deny: 192.0.2.0/24 # error: [wrong-value] a list is expected",
        "clients:\n  deny: [192.0.2.01] # error: [wrong-address]",
        "subprotocols:\n  allow: [seed/3.1] # error: [wrong-subprotocol] `seed/3.1`",
        "subprotocols: { absent: deny } # error: [missing-subprotocols]",
        "limits:\n  messageSize: 0 # error: [zero-limit] 0 is no limit",
        "limits:\n  messageSize: 1mib # error: [unknown-unit] `mib`",
        "limits:\n  messageSize: 99999999999999999999 # error: [too-large]",
        "limits:\n  messageSize: -1 # error: [wrong-value] a size in bytes",
        "limits:\n  idleTimeout: 60 # error: [missing-unit] `60` has no unit",
        "limits:\n  idleTimeout: 1y # error: [unknown-unit] `y`",
        "limits:\n  fragments: many # error: [wrong-value] a whole number",
        "limits:\n  messages: [{ per: connection, rate: 10 }] # error: [missing-unit] `10` has no period",
        "limits:\n  messages: [{ per: connection, rate: 10/week }] # error: [unknown-unit] `week`",
        "limits:\n  messages: [{ per: connection, rate: 1MiB/s }] # error: [unknown-unit] `MiB`",
        "limits:\n  messages: [{ per: connection, atMost: 10/s }] # error: [wrong-value] a count and a window",
        "limits:\n  messages: [{ per: connection, atMost: 10 per s, rate: 1/s }] # error: [limit-quantity]",
        "limits:\n  messages: [{ per: connection }] # error: [limit-quantity]",
        "limits:\n  messages: [{ rate: 1/s }] # error: [limit-per]",
        "limits:\n  messages: [{ per: connection, concurrent: 5 }] # error: [limit-quantity] counts connections",
        "limits:\n  connections: [{ per: connection, rate: 1/s }] # error: [unknown-word] `connection`",
        "limits:\n  connections: [{ per: server, atMost: 5 per s, burst: 3 }] # error: [limit-burst]",
        "limits:\n  connections: [{ per: server, rate: 5/s, prefix: { v4: 24 } }] # error: [limit-prefix]",
        "limits:\n  connections: [{ per: clientAddress, rate: 5/s, prefix: { v4: 33 } }] # error: [limit-prefix]",
        "limits:\n  connections: [{ per: subject, rate: 5/s }] # error: [limit-without-token]",
        "limits:\n  bytes: [{ per: connection, atMost: 1MiB per s }] # error: [limit-quantity] bytes are limited",
        "messages:\n  depth: 501 # error: [too-large] at most 500",
        "messages:\n  discriminator: type # error: [wrong-pointer] `type`\n  types: { a: {} } # error: [types-without-discriminator]",
        "messages:\n  discriminator: /type # error: [discriminator-without-types]",
        "messages:\n  types: { a: {} } # error: [types-without-discriminator]",
        "messages:\n  discriminator: /type\n  types: {} # error: [no-types]",
        "messages:\n  format: text\n  depth: 3 # error: [needs-json] `depth`",
        "messages:\n  interoperable: yes # error: [wrong-value] true or false is expected",
        "limits: { messages: [{ per: connection, rate: 5/s }] }\nmessages:\n  discriminator: /type\n  types:\n    a: { cost: 6 } # error: [cost-above-limit] costs 6",
        "messages:\n  schema: { contentEncoding: base64 } # error: [schema-keyword] `contentEncoding` is not enforced",
        "closeCodes:\n  tokenExpired: 1005 # error: [unsendable-close-code] 1005",
        "closeCodes:\n  tokenExpired: 5000 # error: [unsendable-close-code]",
        "closeCodes:\n  tokenExpird: 4002 # error: [unknown-violation] `tokenExpird`",
        "responses:\n  tlsRequired: { deliver: close } # error: [close-before-upgrade]",
        "responses:\n  messageRate: { status: 429 } # error: [response-after-handshake]",
        "responses:\n  originForbidden: { status: 200 } # error: [wrong-value] 400 to 599",
        "responseHeaders:\n  Connection: close # error: [owned-header]",
        "responseHeaders:\n  X Y: 1 # error: [wrong-header] `X Y`",
        "responseHeaders:\n  x-a: 1\n  X-A: 2 # error: [wrong-header] twice",
        "routes: [] # error: [no-routes]",
        "routes:\n  - messages: {} # error: [route-path]",
        "routes:\n  - path: ws # error: [wrong-path] begins with",
        "routes:\n  - path: /a//b # error: [wrong-path] empty segment",
        "routes:\n  - path: /{a...}/b # error: [wrong-path] stands last",
        "routes:\n  - path: /{a}/{a} # error: [wrong-path] twice",
        "routes:\n  - path: /a{b} # error: [wrong-path] `a{b}`",
        "routes:\n  - path: /%2e%2E/b # error: [wrong-path]",
        "routes:\n  - path: /{a}\n  - path: /{b} # error: [duplicate-route]",
        "routes:\n  - path: /a\n    transport:\n      trustedProxies: [10.0.0.0/8] # error: [top-level-only]",
        "routes:\n  - path: /a\n    limits:\n      handshakeSize: 1KiB # error: [top-level-only]",
        "routes:\n  - path: /a\n    limits:\n      handshakeTimeout: 1s # error: [top-level-only]",
        "routes:\n  - path: /a\n    name: x # error: [unknown-key] unknown key `name` in a route",
    ])
    func `what is wrong with a section is said on its line`(_ section: String) {
        MarkedPolicy.check(Self.head + Self.site + section)
    }

    @Test(arguments: [
        "    - app.example # error: [origin-without-scheme] has no scheme",
        "    - https://*app.example # error: [wrong-origin] whole labels",
        "    - https://app.*.example # error: [wrong-origin] whole labels",
        "    - https://app.example:99999 # error: [wrong-origin] is no port",
        "    - https://app.example:080 # error: [wrong-origin] is no port",
        "    - https://app.example:0 # error: [wrong-origin] is no port",
        "    - https://user@app.example # error: [wrong-origin] has no user",
        "    - http://[fe80::1%25eth0] # error: [wrong-origin] no zone",
        "    - https:// # error: [wrong-origin] has no host",
        "    - 1http://a.example # error: [wrong-origin] is no scheme",
        "    - [a] # error: [wrong-value]",
        "    - https://a b.example # error: [wrong-origin] is no host",
    ])
    func `an origin that could never match is an error`(_ entry: String) {
        MarkedPolicy.check(Self.head + "origins:\n  allow:\n" + entry)
    }

    @Test(arguments: [
        "  keys: [{ env: KEY }] # none\n  from: [{ header: Authorization }]"
    ])
    func `a token without algorithms is an error`(_ rest: String) {
        MarkedPolicy.check(Self.head + Self.site + "token: # error: [algorithms-missing]\n" + rest)
    }

    @Test(arguments: [
        "algorithms: [none] # error: [algorithm-none]",
        "algorithms: [HS256, RS256] # error: [mixed-algorithms]",
        "keys: [{ jwks: http://auth.example/jwks.json }] # error: [token-key] does not begin with `https://`",
        "keys: [{ jwks: ftp://auth.example/jwks.json }] # error: [token-key] does not begin with `https://`",
        "keys: [{ jwks: https:///jwks.json }] # error: [token-key] has no host",
        "keys: [{ jwks: https://auth.example:0/ }] # error: [token-key] has no host",
        "keys: [{ jwks: https://a:b@auth.example/ }] # error: [token-key] the address has a user or a password",
        "keys: [{ jwks: 'https://auth.example/#k' }] # error: [token-key] has a fragment",
        "keys: [{ jwks: 'https://auth.example/a b' }] # error: [token-key] has a blank",
        "keys: [{ jwks: https://auth.example/, encoding: hex }] # error: [token-key] a key set says itself",
        "keys: [{ jwks: ./keys.json, encoding: hex }] # error: [token-key] a key set says itself",
        "keys: [{ jwks: ./keys.json, env: KEY }] # error: [token-key] one place",
        "algorithms: [HS265] # error: [unknown-word] `HS265`",
        "clockSkew: 6m # error: [clock-skew]",
        "subject: user_id # error: [wrong-pointer]",
        "subject: /a~2 # error: [wrong-pointer]",
        "renew: {} # error: [token-renew] names the `type`",
        "introspection: {} # error: [token-introspection] needs the `url`",
        "introspection: { cache: 1s } # error: [token-introspection] needs the `url`",
        "introspection: { url: http://auth.example/ } # error: [token-introspection] does not begin with `https://`",
        "introspection: { url: https://a:b@auth.example/ } # error: [token-introspection] a user or a password",
        "introspection: { url: ./file } # error: [token-introspection] does not begin with `https://`",
        "introspection: { url: https://auth.example/, cache: 61m } # error: [token-introspection] at most 1h",
        "introspection: { url: https://auth.example/, cache: 0s } # error: [",
        "introspection: { uri: https://auth.example/ } # error: [unknown-key] `uri`",
        "from: [{ message: token }] # error: [wrong-pointer] is no JSON Pointer",
        "from: [{ message: /t, query: t }] # error: [token-source] one place",
        "revoked: {} # error: [token-revoked] needs the `file`",
        "revoked: ./list.txt # error: [wrong-value] a mapping",
        "revoked: { shared: false } # error: [token-revoked] or `shared: true`",
        "revoked: { shared: yes } # error: [wrong-value] true or false",
        "revoked: { share: true } # error: [unknown-key] did you mean `shared`?",
        "claims: { requird: [a] } # error: [schema-keyword]",
    ])
    func `what is wrong with a token section is said on its line`(_ line: String) {
        let algorithms = line.hasPrefix("algorithms") ? "" : "  algorithms: [HS256]\n"
        let keys = line.hasPrefix("keys") ? "" : "  keys: [{ env: KEY }]\n"
        let from = line.hasPrefix("from") ? "" : "  from: [{ header: Authorization }]\n"
        let text = Self.head + Self.site + "token:\n" + from + keys
        let loaded = MarkedPolicy.load(text + algorithms + "  " + line)
        let ids = line.split(separator: "#").dropFirst().compactMap { mark in
            mark.split(separator: "[").dropFirst().first?.split(separator: "]").first.map(String.init)
        }
        #expect(Set(ids).isSubset(of: Set(loaded.diagnostics.all.map(\.id))), "\(loaded.diagnostics.all)")
        #expect(loaded.policy == nil)
    }

    @Test(arguments: ["- s3cr3t-value", "- { value: s3cr3t-value }", "- { env: 's3cr3t-value=' }", "- [s3cr3t-value]"])
    func `a key that stands in the policy is an error that does not show it`(_ key: String) throws {
        let text =
            Self.head + Self.site
            + "token:\n  from: [{ header: Authorization }]\n  algorithms: [HS256]\n  keys:\n    \(key)\n"
        let loaded = MarkedPolicy.load(text)
        let finding = try #require(loaded.diagnostics.all.first { $0.id == "literal-secret" })
        #expect(finding.hidesText)
        for finding in loaded.diagnostics.all {
            #expect(!finding.message.text.contains("s3cr3t"))
            #expect(finding.help?.contains("s3cr3t") != true)
            #expect(finding.labels.allSatisfy { !$0.text.contains("s3cr3t") })
        }
    }

    @Test func `a reason beyond 123 bytes of UTF-8 is an error, one of 123 is none`() {
        let text = { (reason: String) in
            Self.head + Self.site + "responses: { tokenExpired: { reason: \(reason) } }"
        }
        let long = MarkedPolicy.load(text(String(repeating: "é", count: 62)))
        #expect(long.diagnostics.all.map(\.id) == ["long-reason"])
        let fitting = MarkedPolicy.load(text(String(repeating: "é", count: 61) + "x"))
        #expect(fitting.diagnostics.all.isEmpty)
    }

    @Test func `did you mean, and where a key belongs`() throws {
        let typo = MarkedPolicy.load(Self.head + Self.site + "limits: { mesageSize: 1KiB }")
        #expect(try #require(typo.diagnostics.all.first).help == "did you mean `messageSize`?")
        let elsewhere = MarkedPolicy.load(Self.head + Self.site + "fragments: 3")
        let help = try #require(elsewhere.diagnostics.all.first?.help)
        #expect(help.contains("`fragments` belongs to `limits`"))
    }

    @Test func `sameOrigin needs hosts, and null beside a cookie is refused`() {
        MarkedPolicy.check(Self.head + "origins:\n  sameOrigin: true # error: [same-origin-without-hosts]")
        MarkedPolicy.check(Self.head + "transport: { hosts: [a.example] }\norigins:\n  sameOrigin: true")
        let token = "token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: KEY }] }\n"
        MarkedPolicy.check(
            Self.head + token
                + "origins:\n  allow:\n    - null # error: [opaque-origin-with-cookie]\n    - https://a.example"
        )
        MarkedPolicy.check("wspolicy: 1 # error: [missing-origins]\nname: test\n" + token)
        MarkedPolicy.check(Self.head + token.replacing("cookie: session", with: "header: Authorization"))
    }

    @Test func `every key of the language is read, or said not to be enforced`() {
        for table in PolicyKeys.all {
            for key in table.keys where !key.isEnforced {
                let text: String
                switch table.place {
                case "a policy": text = "\(key.name): {}"
                case "a route": text = "routes: [{ path: /a, \(key.name): {} }]"
                case "`token`", "`limits`", "`messages`", "`serverMessages`":
                    text = "\(table.place.filter { $0 != "`" }): { \(key.name): {} }"
                case "an entry of `token.from`": text = "token: { from: [{ \(key.name): x }] }"
                case "an entry of `token.keys`": text = "token: { keys: [{ \(key.name): x }] }"
                case "a limit": text = "limits: { messages: [{ \(key.name): true }] }"
                default:
                    Issue.record("no policy for \(table.place)")
                    continue
                }
                let loaded = MarkedPolicy.load(Self.head + Self.site + text)
                let found = loaded.diagnostics.all.contains {
                    $0.id == "not-enforced" && $0.message.text.contains("`\(key.name)`")
                }
                #expect(found, "\(table.place): \(key.name)")
            }
        }
    }
}
