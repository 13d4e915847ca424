import Foundation
import Testing

/// The header, the list of exported symbols and the implementation name the same functions.
struct HeaderTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Names that stand before an opening parenthesis in lines that begin with something else than a comment.
    private static func declared() throws -> Set<String> {
        var names: Set<String> = []
        for line in try text("Sources/CWebSocketPolicy/wspolicy.h").split(separator: "\n") {
            guard let match = line.firstMatch(of: /^(?:int32_t|int64_t|void) (wsp_[a-z_]+)\(/) else { continue }
            names.insert(String(match.1))
        }
        return names
    }

    @Test func `every function of the header is implemented, and no other is public`() throws {
        var implemented: Set<String> = []
        for file in ["EngineFunctions", "ConnectionFunctions"] {
            let text = try Self.text("Sources/WebSocketPolicyC/\(file).swift")
            for match in text.matches(of: /@c @implementation\npublic func (wsp_[a-z_]+)\(/) {
                implemented.insert(String(match.1))
            }
        }
        #expect(try Self.declared() == implemented)
        #expect(implemented.count == 20)
    }

    @Test func `the list of exported symbols is the header's`() throws {
        let listed = try Self.text("Scripts/exported-symbols.txt").split(separator: "\n").map(String.init)
        #expect(listed == listed.sorted())
        #expect(Set(listed) == (try Self.declared()))
    }
}
