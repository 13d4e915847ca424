import Foundation
import Testing

@testable import PolicyTools

/// What `wspolicy token revoke` is asked, before anything is written.
struct RevocationDeskTests {
    private static let now: Int64 = 1_780_000_000

    private static func order(
        _ revoked: String = "{ shared: true }",
        subject: String? = "42",
        id: String? = nil,
        until: String? = nil
    ) throws -> RevocationDesk.Order {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "policy.yaml")
        let text = """
            wspolicy: 1
            name: desk
            origins: { allow: [https://a.example] }
            limits: { messages: [{ per: connection, rate: 1/s }] }
            routes:
              - path: /open
              - path: /ws
                token:
                  from: [{ header: Authorization }]
                  algorithms: [HS256]
                  keys: [{ env: TOKEN_KEY }]
                  revoked: \(revoked)
            """
        try Data(text.utf8).write(to: file)
        return try RevocationDesk.order(policy: file.path, subject: subject, id: id, until: until, now: now)
    }

    @Test(
        arguments: [
            (nil, nil), ("1780000001", 1_780_000_001), ("8h", 1_780_028_800), ("2026-07-01T12:00:00Z", 1_782_907_200),
        ] as [(String?, Int64?)]
    )
    func `an order has the policy's name, who is meant, and its end`(_ until: String?, _ seconds: Int64?) throws {
        let order = try Self.order(until: until)
        #expect(order == RevocationDesk.Order(policy: "desk", whom: .subject("42"), until: seconds))
        #expect(try Self.order(subject: nil, id: "7", until: until).whom == .tokenID("7"))
    }

    @Test(
        arguments: [
            (nil, nil, nil, "one of --subject and --id"), ("42", "7", nil, "one of --subject and --id"),
            ("", nil, nil, "one of --subject and --id"), (nil, "", nil, "one of --subject and --id"),
            ("42", nil, "tomorrow", "is no date"), ("42", nil, "", "is no date"), ("42", nil, "1780000000", "is past"),
            ("42", nil, "0s", "is past"), ("42", nil, "-5m", "is past"), ("42", nil, "2020-01-01T00:00:00Z", "is past"),
        ] as [(String?, String?, String?, String)]
    )
    func `what cannot be ordered is said`(_ subject: String?, _ id: String?, _ until: String?, _ words: String) {
        let error = #expect(throws: TokenDesk.Problem.self) {
            try Self.order(subject: subject, id: id, until: until)
        }
        guard case .other(let message)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains(words), "\(message)")
    }

    @Test func `a policy whose servers would not look there is refused`() throws {
        for revoked in ["{ file: ./revoked.txt }", "{ file: ./revoked.txt, shared: false }"] {
            let error = #expect(throws: TokenDesk.Problem.self) { try Self.order(revoked) }
            guard case .other(let message)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.contains("`desk` has no `token.revoked: { shared: true }`"))
        }
    }
}
