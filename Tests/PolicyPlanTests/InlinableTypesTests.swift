import Foundation
import Testing

/// An `@inlinable package` member of a type is inlined into another module only when the type is `@usableFromInline`; without
/// it each read of a layout's number would be a call.
struct InlinableTypesTests {
    @Test(arguments: ["WebSocketProtocol", "PolicyPlan"])
    func `a type with inlinable members is usable from inline`(target: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources").appendingPathComponent(target)
        let files = FileManager.default.enumerator(atPath: root.path)
        var checked = 0
        while let file = files?.nextObject() as? String {
            guard file.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
            var types: [(indent: Int, line: String)] = []
            for line in text.split(separator: "\n").map(String.init) {
                let indent = line.prefix { $0 == " " }.count
                let code = line.dropFirst(indent)
                if code.hasPrefix("//") || code.hasPrefix("}") { continue }
                types.removeAll { $0.indent >= indent }
                if code.contains("@inlinable"), let type = types.last {
                    checked += 1
                    #expect(type.line.contains("@usableFromInline"), "\(file): \(type.line)")
                }
                let words = code.split(separator: " ")
                let isType = words.contains("enum") || words.contains("struct") || words.contains("class")
                if isType, words.contains("package"), code.hasSuffix("{") { types.append((indent, line)) }
            }
        }
        #expect(checked > 0)
    }
}
