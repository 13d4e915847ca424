import Foundation

/// A text kept beside the tests, recorded anew with `RECORD_GOLDENS=1`.
enum Golden {
    /// The golden's text, after `text` was recorded where that is asked for.
    static func text(_ name: String, recording text: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Goldens").appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        return try String(contentsOf: file, encoding: .utf8)
    }
}
