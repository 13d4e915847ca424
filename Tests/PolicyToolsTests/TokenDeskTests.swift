import Foundation
import PolicyRuntime
import Testing

@testable import PolicyTools

/// The command's tokens: made by a policy file, and looked into.
struct TokenDeskTests {
    private static let environment = ["TOKEN_KEY": String(repeating: "k", count: 32)]
    private static let now = Date(timeIntervalSince1970: 1_780_000_000)

    private static func withPolicy<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "policy.yaml")
        let text = """
            wspolicy: 1
            name: a
            origins: { allow: [https://a.example] }
            limits: { messages: [{ per: connection, rate: 1/s }] }
            routes:
              - path: /open
              - path: /ws
                token:
                  from: [{ header: Authorization }]
                  algorithms: [HS256]
                  keys: [{ env: TOKEN_KEY }]
                  subject: /user/id
                  claims: { type: object, required: [role] }
            """
        try Data(text.utf8).write(to: file)
        return try body(file.path)
    }

    private static func mint(_ request: TokenDesk.Request) throws -> String {
        try TokenDesk.mint(request, now: Int64(now.timeIntervalSince1970), environment: environment)
    }

    @Test func `a token is made for the route that checks one, and passes there`() throws {
        try Self.withPolicy { path in
            let token = try Self.mint(
                .init(policy: path, subject: "ann", claims: ["role=trader", "n=3", "l=[1, 2]"], expires: "90s")
            )
            let report = try TokenDesk.inspect(token, policy: path, now: Self.now, environment: Self.environment)
            #expect(report.isAccepted)
            #expect(report.text.contains(#""user":{"id":"ann"},"role":"trader","n":3,"l":[1, 2]}"#))
            #expect(report.text.contains("exp     2026-05-28T20:28:10Z, in 90 s"))
            #expect(report.text.hasSuffix("policy  accepted on /ws"))
        }
    }

    @Test func `keys of an address are fetched by whoever can, and missing otherwise`() throws {
        try Self.withPolicy { path in
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("{ env: TOKEN_KEY }", with: "{ jwks: 'https://auth.example/jwks.json' }")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let secret = String(repeating: "a2tr", count: 11)
            let set = #"{"keys":[{"kty":"oct","kid":"one","k":"\#(secret)"}]}"#
            let fetch = KeySetFetch { plan throws(EngineLoader.Problem) in
                ["https://auth.example/jwks.json": KeySetCopy(bytes: Array(set.utf8))]
            }
            let request = TokenDesk.Request(policy: path, claims: ["role=trader"])
            let now = Int64(Self.now.timeIntervalSince1970)
            let token = try TokenDesk.mint(request, now: now, fetch: fetch)
            #expect(try TokenDesk.inspect(token, policy: path, now: Self.now, fetch: fetch).isAccepted)
            _ = try EngineLoader.engine(path: path, environment: [:], fetch: fetch)
            for fetch in [KeySetFetch.nobody, KeySetFetch { _ throws(EngineLoader.Problem) in throw .other("no way") }]
            {
                #expect(throws: TokenDesk.Problem.self) { try TokenDesk.mint(request, now: now, fetch: fetch) }
                #expect(throws: TokenDesk.Problem.self) {
                    try TokenDesk.inspect(token, policy: path, now: Self.now, fetch: fetch)
                }
                #expect(throws: EngineLoader.Problem.self) {
                    try EngineLoader.engine(path: path, environment: [:], fetch: fetch)
                }
            }
        }
    }

    @Test func `a refusal is told by its violation and why`() throws {
        try Self.withPolicy { path in
            for (request, words) in [
                (TokenDesk.Request(policy: path, claims: ["role=a"], expires: "-5m"), "tokenExpired on /ws"),
                (TokenDesk.Request(policy: path), "claimForbidden on /ws"),
                (
                    TokenDesk.Request(policy: path, claims: ["role=a", "aud=x"]),
                    "tokenInvalid on /ws: the token has an `aud`"
                ),
            ] {
                let token = try Self.mint(request)
                let report = try TokenDesk.inspect(token, policy: path, now: Self.now, environment: Self.environment)
                #expect(!report.isAccepted)
                #expect(report.text.contains(words), "\(report.text)")
                let alone = try TokenDesk.inspect(token, policy: nil, now: Self.now)
                #expect(alone.isAccepted)
                #expect(alone.text.hasSuffix("policy  none was given: the signature is not checked"))
            }
            #expect(try !TokenDesk.inspect("a.b", policy: nil, now: Self.now).isAccepted)
        }
    }

    @Test func `wrong requests are said in a sentence, which shows no key`() throws {
        try Self.withPolicy { path in
            func message(_ request: TokenDesk.Request, _ environment: [String: String] = Self.environment) -> String? {
                do throws(TokenDesk.Problem) {
                    _ = try TokenDesk.mint(request, now: 0, environment: environment)
                    return nil
                } catch {
                    guard case .other(let message) = error else { return "findings" }
                    return message
                }
            }
            #expect(message(.init(policy: path, expires: "1y")) == "`1y` is no duration such as 90s, 15m, 1h or 7d")
            #expect(message(.init(policy: path, expires: "99999999999999999999s"))?.contains("no duration") == true)
            #expect(message(.init(policy: path, claims: ["role"])) == "`role` is not written as name=value")
            #expect(message(.init(policy: path, privateKey: "/nowhere/key.pem")) == "`/nowhere/key.pem` cannot be read")
            #expect(message(.init(policy: path, route: "/open")) == "the policy checks no token on `/open`")
            #expect(message(.init(policy: path), [:])?.contains("`TOKEN_KEY`") == true)
            let short = message(.init(policy: path), ["TOKEN_KEY": "s3cr3t"])
            #expect(short?.contains("6 bytes") == true)
            #expect(short?.contains("s3cr3t") == false)
        }
    }
}
