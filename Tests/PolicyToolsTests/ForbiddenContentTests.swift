import PolicyDocument
import PolicyModel
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Names and strings that no message may have.
struct ForbiddenContentTests {
    private static let origins = "origins: { allow: [https://app.example] }\n"

    private static func decisions(_ messages: String, _ texts: [String]) throws -> [DecisionLine] {
        var trial = try Trial(origins + "messages: \(messages)")
        for (index, text) in texts.enumerated() {
            trial.handshake("c\(index)")
            trial.message(text, "c\(index)")
        }
        return trial.decisions().filter { $0.kind != .accept }
    }

    private static func words(_ messages: String, _ texts: [String]) throws -> [String] {
        try decisions(messages, texts).map { $0.violation?.name ?? $0.kind.rawValue }
    }

    @Test func `a forbidden name is refused at any depth, however it is written`() throws {
        let texts = [
            #"{"$where":1}"#, #"{"a":[{"b":{"$gt":""}}]}"#, #"{"\u0024gt":1}"#, #"{"a$":"$where"}"#, #"["$where"]"#,
            #"{"":1}"#,
        ]
        #expect(
            try Self.words("{ forbid: { keys: [{ pack: nosql-operators }] } }", texts)
                == ["forbiddenContent", "forbiddenContent", "forbiddenContent", "forward", "forward", "forward"]
        )
    }

    @Test func `a forbidden string is refused wherever it stands, and a name is none`() throws {
        let texts = [#""x""#, #"["a",["x"]]"#, #"{"x":"a"}"#, #"{"a":"\u0078"}"#, #"{"a":"y"}"#, #"{"a":"axb"}"#]
        #expect(
            try Self.words("{ forbid: { strings: ['^x$'] } }", texts)
                == ["forbiddenContent", "forbiddenContent", "forward", "forbiddenContent", "forward", "forward"]
        )
    }

    @Test func `the refusal names the member, the place in the policy, and what to do follows onViolation`() throws {
        let found = try Self.decisions(
            "{ onViolation: drop, forbid: { keys: ['^__proto__$'] } }",
            [#"{"a":{"__proto__":{}}}"#]
        )
        let decision = try #require(found.first)
        #expect(decision.violation == .forbiddenContent)
        #expect(decision.kind.rawValue == "drop")
        #expect(decision.pointer == "/a/__proto__")
        #expect(decision.detail == #"a member must not be called "__proto__""#)
        #expect(decision.policy?.hasPrefix("policy.yaml:4:") == true)
    }

    @Test func `what comes earlier in the message, or in the order of violations, is said first`() throws {
        let policy = "{ schema: { properties: { n: { type: number } } }, forbid: { keys: [bad] } }"
        #expect(
            try Self.words(policy, [#"{"bad":1,"n":"x"}"#, #"{"n":"x","bad":1}"#, #"{"bad":1,"bad":2}"#, #"{"bad":"#])
                == ["forbiddenContent", "schemaMismatch", "forbiddenContent", "forbiddenContent"]
        )
    }

    @Test func `packs of strings observe unless they are told to enforce`() throws {
        let text = #"{"q":"' OR '1'='1"}"#
        let observed = try Self.decisions("{ forbid: { strings: [{ pack: sql-injection }] } }", [text])
        #expect(observed.map(\.kind.rawValue) == ["forward"])
        #expect(observed.first?.observed == [.forbiddenContent])
        #expect(
            try Self.words("{ forbid: { strings: [{ pack: sql-injection, mode: enforce }] } }", [text]) == [
                "forbiddenContent"
            ]
        )
    }

    @Test func `inner and outer levels forbid together`() throws {
        var trial = try Trial(
            Self.origins
                + "messages: { forbid: { keys: [a] } }\nroutes: [{ path: /ws, messages: { forbid: { keys: [b] } } }]"
        )
        for (index, text) in [#"{"a":1}"#, #"{"b":1}"#, #"{"c":1}"#].enumerated() {
            trial.handshake("c\(index)")
            trial.message(text, "c\(index)")
        }
        #expect(trial.words().filter { $0 != "accept" } == ["forbiddenContent", "forbiddenContent", "forward"])
    }

    struct PackRow: CustomStringConvertible, Sendable {
        let pack: ForbiddenPack
        let caught: [String]
        let free: [String]

        var description: String { pack.name }
    }

    static let packs = [
        PackRow(
            pack: .nosqlOperators,
            caught: ["$where", "$gt", "$"],
            free: ["price", "a$b", "usd$", ""]
        ),
        PackRow(
            pack: .prototypePollution,
            caught: ["__proto__", "constructor", "prototype"],
            free: ["proto", "constructors", "__proto", "Constructor"]
        ),
        PackRow(
            pack: .sqlInjection,
            caught: [
                "' OR '1'='1", "x\" or 1=1 --", "1 UNION SELECT password FROM users", "1 union all select 2",
                "'; DROP TABLE users; ",
                "admin'--", "'); delete from t ", "1 AND sleep(5)", "WAITFOR DELAY '0:0:5'", "admin' #", "x' /* a",
            ],
            free: [
                "O'Brien", "the union selected a delegate", "drop by at 5; select a seat", "it's or isn't",
                "rock 'n' roll",
                "sleep well (8 hours)", "price < 5 and size > 3", "a -- b", "", "SELECT your colour",
            ]
        ),
        PackRow(
            pack: .scriptInjection,
            caught: [
                "<script>alert(1)</script>", "< SCRIPT src=x>", "<img src=x onerror=alert(1)>", "<svg/a onload =x>",
                "javascript:alert(1)", "JaVaScRiPt :x", "<iframe src=x>", "data:text/html,<b>", "<object data=x>",
                "</script >",
            ],
            free: [
                "I love JavaScript", "a < b and c > d", "the script is long", "on time = good", "data: text",
                "<b>bold</b>", "",
                "subscription", "<3 online=yes",
            ]
        ),
    ]

    @Test(arguments: packs)
    func `a pack catches what it is for, and lets plain texts through`(_ row: PackRow) throws {
        let automata = try row.pack.patterns.map { try Pattern($0).automaton() }
        func isCaught(_ text: String) -> Bool { automata.contains { $0.matches(Array(text.utf8)) } }
        for text in row.caught { #expect(isCaught(text), "\(text)") }
        for text in row.free { #expect(!isCaught(text), "\(text)") }
        #expect(!row.pack.summary.isEmpty)
        #expect(row.pack.mode == (row.pack.kind == .names ? .enforce : .observe))
    }

    @Test func `wrong entries are said with their place`() throws {
        let findings = Trial.findings(
            Self.origins
                + "messages: { forbid: { keys: [{ pack: sql-injection }, { pattern: '(' }, { mode: observe }, '(?=a)'], strings: [{ pack: script-injektion }], key: [] } }"
        )
        let ids = findings.filter { $0.severity == .error }.map(\.id)
        #expect(
            ids == [
                "unknown-pack", "schema-pattern", "forbidden-entry", "schema-pattern", "unknown-pack", "unknown-key",
            ]
        )
        #expect(findings.last { $0.id == "unknown-pack" }?.help == "did you mean `script-injection`?")
    }
}
