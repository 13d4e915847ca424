import Foundation
import PolicyModel
import PolicyPlan
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// Project Wycheproof's vectors for JSON Web Signature and Key: every valid one accepted, every invalid one refused.
struct WycheproofTests {
    struct File: CustomStringConvertible, Sendable {
        let name: String
        /// Vectors whose label is not followed, with the reason.
        let deviations: [Int: String]
        /// How many there are at least; fewer would mean that the file was not read.
        let least: Int

        var description: String { name }
    }

    static let files = [
        File(
            name: "json_web_signature_test.json",
            deviations: [
                346: "the header says PS384, the key that it is for PS256", 350: "as 346",
                347: "the header says ES512, the key the misspelt ES521", 351: "as 347",
                367: "the padding that the comment names is not in the token, which is right", 370: "as 367",
                259: "an empty payload holds no claims", 264: "as 259", 268: "as 259", 272: "as 259", 320: "as 259",
                325: "as 259",
                372: "a question mark in the header is no base64url", 373: "a question mark in the payload likewise",
            ],
            least: 400
        ),
        File(name: "json_web_key_test.json", deviations: [:], least: 26),
        File(name: "json_web_crypto_test.json", deviations: [:], least: 49),
    ]

    private struct Group {
        let comment: String
        let key: [UInt8]
        let tests: [(id: Int, token: String, isValid: Bool, comment: String)]
        let isSymmetric: Bool
    }

    private static func groups(_ name: String) throws -> [Group]? {
        var repository = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { repository.deleteLastPathComponent() }
        let beside = repository.deletingLastPathComponent().appending(path: "shared").path
        let data = ProcessInfo.processInfo.environment["WSPOLICY_TEST_DATA"] ?? beside
        let file = URL(fileURLWithPath: data).appending(path: "conformance/wycheproof/\(name)")
        guard FileManager.default.fileExists(atPath: file.path) else {
            print("skipped: there is no \(file.path)")
            return nil
        }
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let groups = try #require(root?["testGroups"] as? [[String: Any]])
        return try groups.map { group in
            let key = try #require(group["public"] ?? group["private"])
            let bytes = Array(try JSONSerialization.data(withJSONObject: key))
            let tests = try #require(group["tests"] as? [[String: Any]])
            return Group(
                comment: group["comment"] as? String ?? "",
                key: bytes,
                tests: tests.map { test in
                    (
                        test["tcId"] as? Int ?? 0, test["jws"] as? String ?? test["jwe"] as? String ?? "",
                        test["result"] as? String == "valid", test["comment"] as? String ?? ""
                    )
                },
                isSymmetric: String(decoding: bytes, as: UTF8.self).contains("\"oct\"")
            )
        }
    }

    @Test(arguments: files)
    func `vectors are decided as they are labelled`(_ file: File) throws {
        guard let groups = try Self.groups(file.name) else { return }
        var count = 0
        var deviations: Set<Int> = []
        for group in groups where !group.comment.hasPrefix("jwe") {
            let algorithms = TokenSection.Algorithm.allCases.filter { algorithm in
                guard group.isSymmetric else { return !algorithm.isSymmetric }
                // A key must be as long as the longest hash that the policy allows: the one that the key is for.
                let name = algorithm.rawValue
                return algorithm.isSymmetric && String(decoding: group.key, as: UTF8.self).contains("\"\(name)\"")
            }
            let fixture = try? TokenFixture(key: group.key, algorithms: algorithms.isEmpty ? [.HS256] : algorithms)
            for test in group.tests {
                count += 1
                let isAccepted = fixture?.isSigned(test.token)
                guard isAccepted ?? false != test.isValid else { continue }
                deviations.insert(test.id)
                #expect(
                    file.deviations[test.id] != nil,
                    "\(group.comment) \(test.id) \(test.comment): accepted \(isAccepted ?? false)"
                )
            }
        }
        #expect(count >= file.least)
        #expect(deviations == Set(file.deviations.keys))
    }

    @Test func `every five-part token is refused, whatever is inside`() throws {
        guard let groups = try Self.groups("json_web_encryption_test.json") else { return }
        let fixture = try TokenFixture()
        var count = 0
        for test in groups.flatMap(\.tests) {
            #expect(fixture.violation(test.token) == .tokenInvalid, "\(test.id)")
            count += 1
        }
        #expect(count > 100)
    }
}
