import Foundation
import PolicyDocument
import PolicyTools

/// Where commands print.
enum Console {
    static func print(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Whether findings are coloured: on a terminal, unless `NO_COLOR` is set.
    static var hasColor: Bool {
        ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty ?? true && isatty(STDERR_FILENO) == 1
    }

    /// Prints findings to standard error.
    static func complain(_ findings: [Finding]) {
        let text = FindingText(hasColor: hasColor)
        for finding in findings { complain(text.text(finding.diagnostic, in: finding.sources)) }
    }
}
