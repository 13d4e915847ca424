import Foundation
import PolicyDocument
import Testing
import WebSocketProtocol

@testable import PolicyModel

struct ResolutionTests {
    private static let head = "wspolicy: 1\nname: test\n"

    private static func resolved(_ text: String, _ files: [String: String] = [:]) throws -> ResolvedPolicy {
        let loaded = MarkedPolicy.load(text, files: files)
        #expect(loaded.diagnostics.all.isEmpty, "\(loaded.diagnostics.all)")
        return try #require(loaded.policy)
    }

    private static func disk(_ name: String) -> LoadedPolicy {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../policies/financehub")
        return PolicyLoader.load(path: folder.standardized.appending(path: name).path, reader: DiskReader())
    }

    @Test func `FinanceHub's production policy says what its page says`() throws {
        let loaded = Self.disk("policy.yaml")
        #expect(loaded.diagnostics.all.isEmpty, "\(loaded.diagnostics.all)")
        let policy = try #require(loaded.policy)
        let route = try #require(policy.routes.first)
        #expect(policy.name == "financehub")
        #expect(policy.routes.count == 1)
        #expect(route.pattern == nil)
        #expect(route.tls.count == 1)
        #expect(
            route.origins.first?.allow.map(\.value.written) == ["https://financehub.app", "https://www.financehub.app"]
        )
        let token = try #require(route.tokens.first)
        #expect(token.sources.value.map(\.value) == [.query("token"), .header("authorization")])
        #expect(token.subject.value == ["user_id"])
        #expect(token.claims.count == 1)
        let limits = route.connectionLimits.map { policy.limits[$0] }
        #expect(
            limits.map(\.quantity) == [
                .frequency(.atMost(count: 10, period: .seconds(60))), .concurrent(20), .concurrent(50_000),
            ]
        )
        #expect(route.messageBytes.value == .atMost(1 << 20))
        #expect(route.frameBytes.value == .atMost(1 << 20))
        #expect(route.messages.first?.format.value == .json)
        #expect(
            route.answers[.tokenExpired]
                == .init(delivery: .close, status: 401, closeCode: 4002, reason: Violation.tokenExpired.summary)
        )
        #expect(route.answers[.originForbidden].delivery == .http)
        #expect(route.responseHeaders.map(\.name.value) == ["X-Content-Type-Options", "X-Frame-Options"])
        #expect(loaded.files.first?.suppressions.isEmpty == true)
        #expect(loaded.files.last?.suppressions.count == 4)
    }

    @Test func `the local policy leaves TLS open and lists its own origin`() throws {
        let loaded = Self.disk("local.yaml")
        let route = try #require(loaded.policy?.routes.first)
        #expect(route.tls.isEmpty)
        #expect(
            route.origins.first?.allow.map(\.value.form) == [
                .tuple(scheme: "http", host: .exact("localhost"), port: .exact(3000))
            ]
        )
    }

    @Test func `what no level says holds by default, and points at the first line`() throws {
        let policy = try Self.resolved(Self.head + "origins: { allow: [] }")
        let route = try #require(policy.routes.first)
        #expect(route.tls.map(\.span) == [policy.defaultSpan])
        #expect(route.messageBytes.value == .atMost(65_536))
        #expect(route.fragments.value == .atMost(64))
        #expect(route.idleTimeout.value == .atMost(.seconds(60)))
        #expect(route.connectionLifetime.value == .unlimited)
        #expect(route.controlFrames.map { policy.limits[$0].quantity } == [.frequency(LimitDefaults.controlFrames)])
        #expect(route.tokens.isEmpty)
        #expect(route.messages.isEmpty)
        #expect(policy.handshakeBytes.value == .atMost(16_384))
        #expect(policy.defaultSpan.start == 0)
    }

    @Test func `the smallest bound wins, and unlimited lifts a default only`() throws {
        let base = Self.head + "limits: { messageSize: 4KiB, idleTimeout: unlimited }"
        let text = Self.head + "extends: [base.yaml]\norigins: any\nlimits: { messageSize: %, frameSize: 1KiB }"
        for (written, bytes) in [("1KiB", 1024), ("4KiB", 4096), ("8KiB", 4096), ("unlimited", 4096)] {
            let loaded = MarkedPolicy.load(text.replacing("%", with: written), files: ["base.yaml": base])
            let route = try #require(loaded.policy?.routes.first)
            #expect(route.messageBytes.value == .atMost(Int64(bytes)))
            #expect(route.frameBytes.value == .atMost(1024))
            #expect(route.idleTimeout.value == .unlimited)
            #expect(loaded.loosenings.count == (written == "8KiB" || written == "unlimited" ? 1 : 0))
        }
    }

    @Test(
        arguments: [
            ("", "revoked: { file: a.txt }", "a.txt", nil, 0), ("", "revoked: { shared: true }", "", 1, 0),
            ("", "revoked: { file: a.txt, shared: true }", "a.txt", 1, 0),
            ("", "revoked: { file: a.txt, shared: false }", "a.txt", nil, 0),
            ("revoked: { file: b.txt }", "revoked: { shared: true }", "b.txt", 1, 0),
            ("revoked: { shared: true }", "revoked: { file: a.txt }", "a.txt", 0, 0),
            ("revoked: { shared: true }", "revoked: { shared: true }", "", 0, 0),
            ("revoked: { file: b.txt, shared: true }", "revoked: { file: a.txt, shared: false }", "b.txt a.txt", 0, 1),
        ] as [(String, String, String, Int?, Int)]
    )
    func `lists of who is revoked unite over levels, those of files and the one that instances share`(
        outer: String,
        inner: String,
        files: String,
        sharedFile: Int?,
        loosenings: Int
    ) throws {
        let token = "token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: A }]"
        let base = Self.head + token + (outer.isEmpty ? "" : ", \(outer)") + " }"
        let text = Self.head + "extends: [base.yaml]\norigins: any\n" + token + ", \(inner) }"
        let loaded = MarkedPolicy.load(text, files: ["base.yaml": base])
        let check = try #require(loaded.policy?.routes.first?.tokens.first)
        #expect(check.revoked.map(\.value).joined(separator: " ") == files)
        #expect((check.revokedShared != nil) == (sharedFile != nil))
        if let span = check.revokedShared {
            #expect(loaded.sources[span.file].path == (sharedFile == 0 ? "base.yaml" : "policy.yaml"))
        }
        #expect(loaded.loosenings.map(\.what) == Array(repeating: "`shared: false`", count: loosenings))
    }

    @Test func `lists intersect, and an empty rest of two lists is an error`() throws {
        let base =
            Self.head
            + "token: { from: [{ query: t }, { header: Authorization }], algorithms: [HS256], keys: [{ env: A }, { env: B }], audience: [x] }"
        let text =
            Self.head
            + "extends: [base.yaml]\ntoken: { from: [{ header: authorization }, { cookie: c }], keys: [{ env: B }], absent: allow }\norigins: any"
        let loaded = MarkedPolicy.load(text, files: ["base.yaml": base])
        let token = try #require(loaded.policy?.routes.first?.tokens.first)
        #expect(token.sources.value.map(\.value) == [.header("authorization")])
        #expect(token.keys.value.map(\.value.name) == ["env:B"])
        #expect(token.audience?.value.map(\.value) == ["x"])
        #expect(token.absent.value == .deny)
        #expect(loaded.loosenings.map(\.what) == ["`cookie: c`", "`absent`"])
        MarkedPolicy.check(
            Self.head
                + "extends: [base.yaml]\norigins: any\ntoken:\n  keys: [{ env: C }] # error: [empty-intersection] # error: [token-key]"
                .replacing(
                    " # error: [token-key]",
                    with: ""
                ).replacing("token:\n", with: "token: # error: [token-key]\n"),
            files: ["base.yaml": base]
        )
    }

    @Test func `a section in observe mode reaches only its own level`() throws {
        let base = Self.head + "origins: { allow: [https://a.example] }\nmessages: { depth: 9 }"
        let text =
            Self.head + "extends: [base.yaml]\nmode: observe\norigins: { allow: [https://b.example] }\n"
            + "messages: { depth: 3 }\nclients: { mode: enforce, deny: [192.0.2.0/24] }"
        let route = try #require(try Self.resolved(text, ["base.yaml": base]).routes.first)
        #expect(route.origins.map(\.mode) == [.enforce, .observe])
        #expect(route.clients.map(\.mode) == [.enforce])
        #expect(route.messages.map(\.mode) == [.enforce, .observe])
        #expect(route.messages.map(\.depth.value) == [9, 3])
        #expect(route.tls.map(\.mode) == [.enforce])
    }

    @Test func `who someone is must be the same at every level`() {
        let token = "token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: A }], issuer: one }"
        MarkedPolicy.check(
            Self.head
                + "extends: [base.yaml]\norigins: any\ntoken:\n  issuer: two # error: [levels-differ] `token.issuer`",
            files: ["base.yaml": Self.head + token]
        )
    }

    @Test func `top-level limits count across routes, a route's own in it`() throws {
        let text =
            Self.head + "origins: any\nlimits: { messages: [{ per: connection, rate: 5/s }] }\nroutes:\n"
            + "  - path: /a\n    limits: { messages: [{ per: connection, rate: 3/s }] }\n  - path: /b"
        let policy = try Self.resolved(text)
        #expect(policy.routes.map(\.messageRates.count) == [2, 1])
        #expect(policy.routes[0].messageRates.first == policy.routes[1].messageRates.first)
        #expect(policy.unrouted.span != nil)
    }

    @Test func `inner answers and headers override outer ones by name`() throws {
        let base =
            Self.head + "closeCodes: { tokenExpired: 4100, messageRate: 4101 }\nresponseHeaders: { X-A: one, X-B: two }"
        let text =
            Self.head
            + "extends: [base.yaml]\norigins: any\ncloseCodes: { tokenExpired: 4200 }\nresponseHeaders: { x-a: three }"
        let loaded = MarkedPolicy.load(text, files: ["base.yaml": base])
        let route = try #require(loaded.policy?.routes.first)
        #expect(route.answers[.tokenExpired].closeCode == 4200)
        #expect(route.answers[.messageRate].closeCode == 4101)
        #expect(route.responseHeaders.map(\.value.value) == ["three", "two"])
        #expect(loaded.loosenings.map(\.kind) == [.replaces])
    }

    @Test func `types of levels intersect, and all that is said of one holds`() throws {
        let base = Self.head + "messages: { discriminator: /t, types: { a: { rate: 5/s, schema: true }, b: } }"
        let text =
            Self.head
            + "extends: [base.yaml]\norigins: any\nmessages: { types: { a: { cost: 3, schema: { type: object }, onViolation: drop }, c: } }"
        let loaded = MarkedPolicy.load(text, files: ["base.yaml": base])
        let types = try #require(loaded.policy?.routes.first?.messages.first?.types?.value)
        #expect(types.map(\.name) == ["a"])
        #expect(types.first?.schemas.count == 2)
        #expect(types.first?.rates.count == 1)
        #expect(types.first?.cost == 3)
        #expect(types.first?.onViolation == .drop)
    }

    @Test func `a file that extends itself is an error that shows the way round`() throws {
        let files = ["a/b.yaml": Self.head + "extends: [../policy.yaml]"]
        let loaded = MarkedPolicy.load(Self.head + "extends: [./a/b.yaml]\norigins: any", files: files)
        let finding = try #require(loaded.diagnostics.all.first)
        #expect(finding.id == "extends-cycle")
        #expect(finding.help == "`policy.yaml` extends `a/b.yaml` extends `policy.yaml`")
        let missing = MarkedPolicy.load(Self.head + "extends: [none.yaml]\norigins: any")
        #expect(missing.diagnostics.all.map(\.id) == ["unreadable-file"])
        let same = "base.yaml"
        let diamond = [
            "one.yaml": Self.head + "extends: [\(same)]", "two.yaml": Self.head + "extends: [\(same)]",
            same: Self.head + "limits: { messages: [{ per: connection, rate: 5/s }] }",
        ]
        let policy = try Self.resolved(Self.head + "extends: [one.yaml, two.yaml]\norigins: any", diamond)
        #expect(policy.routes.first?.messageRates.count == 1)
        #expect(policy.files.count == 4)
    }

    @Test func `routes of a base and of the policy hold both`() throws {
        let base =
            Self.head
            + "routes:\n  - { path: '/a/{x}', limits: { fragments: 2 } }\n  - { path: '/{y}/b', limits: { fragments: 3 } }"
        let text =
            Self.head
            + "extends: [base.yaml]\norigins: any\nroutes:\n  - { path: '/a/{z}', limits: { depthless: 1 } }\n  - { path: /a/b }\n  - { path: /c }"
        let policy = try Self.resolved(text.replacing(", limits: { depthless: 1 }", with: ""), ["base.yaml": base])
        #expect(policy.routes.map(\.pattern?.written) == ["/a/b", "/a/{z}"])
        #expect(policy.routes.map(\.fragments.value) == [.atMost(2), .atMost(2)])
        MarkedPolicy.check(
            Self.head
                + "extends: [base.yaml]\norigins: any\nroutes: # none\n  - path: /c/d/e # error: [empty-intersection]"
                .replacing(
                    "routes: # none\n  -",
                    with: "routes:\n  -"
                ),
            files: ["base.yaml": base]
        )
    }

    @Test func `what routes of two files have in common chooses as each file alone would`() throws {
        var random = SystemlessRandom(state: 7)
        let segments = ["a", "b", "{p}", "{r...}"]
        func pattern() throws -> PathPattern {
            var parts: [String] = []
            for _ in 0..<(1 + random.next(3)) {
                let part = segments[random.next(4)]
                parts.append(part == "{p}" ? "{p\(parts.count)}" : part)
                if part == "{r...}" { break }
            }
            let file = SourceFile(
                id: FileID(index: 0),
                path: "p",
                bytes: Array("'/\(parts.joined(separator: "/"))'".utf8)
            )
            var diagnostics = Diagnostics()
            let node = try #require(DocumentReader.readYAML(file, diagnostics: &diagnostics))
            let context = ReadingContext(root: node, path: "p")
            return try #require(RoutesReading.pattern(node, context))
        }
        func best(_ routes: [Route], _ path: PathPattern) -> Int? {
            routes.indices.filter { routes[$0].pattern.value.covers(path) }.min {
                routes[$0].pattern.value.isMoreSpecific(than: routes[$1].pattern.value)
            }
        }
        let place = Span(file: FileID(index: 0), start: 0, end: 0)
        for _ in 0..<300 {
            func list(_ file: Int) throws -> [Route] {
                var routes: [Route] = []
                for index in 0..<4 {
                    let next = try pattern()
                    guard !routes.contains(where: { $0.pattern.value.isEquivalent(to: next) }) else { continue }
                    let span = Span(file: FileID(index: file), start: index, end: index)
                    routes.append(Route(pattern: Located(next, at: span), level: Level(span: span)))
                }
                return routes
            }
            let (outer, inner) = (try list(0), try list(1))
            let combined = try #require(
                RouteCombination.combine([Located(outer, at: place), Located(inner, at: place)])
            )
            for path in ["a", "b", "c", "a/a", "a/b", "b/c", "c/c", "a/b/a", "b/b/c", "c/a/b/c"] {
                let concrete = PathPattern(
                    segments: path.split(separator: "/").map { .literal(String($0)) },
                    written: path
                )
                let chosen = combined.first { $0.pattern.covers(concrete) }
                let (left, right) = (best(outer, concrete), best(inner, concrete))
                guard let left, let right else {
                    #expect(chosen == nil)
                    continue
                }
                let spans = chosen?.levels.map(\.span)
                #expect(spans == [outer[left].level.span, inner[right].level.span], "\(path)")
            }
        }
    }
}

/// A small generator with a fixed seed.
struct SystemlessRandom {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
