import Foundation
import Testing

/// Text files beside the tests that hold what is expected; `RECORD_GOLDENS=1` writes them anew.
enum Golden {
    private static var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
    }

    /// An input that lies among the goldens.
    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    /// Compares a text with the golden of a name, line by line.
    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: name)
        guard ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == nil else {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        guard text != expected else { return }
        let found = text.components(separatedBy: "\n")
        let wanted = expected.components(separatedBy: "\n")
        let place = zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let line = place ?? min(found.count, wanted.count)
        let foundLine = line < found.count ? found[line] : "nothing"
        let wantedLine = line < wanted.count ? wanted[line] : "nothing"
        Issue.record(
            "\(name):\(line + 1): found \(foundLine), expected \(wantedLine)",
            sourceLocation: sourceLocation
        )
    }
}
