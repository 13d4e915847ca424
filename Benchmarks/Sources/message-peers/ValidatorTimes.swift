import Foundation

/// What validators of another language took, as a file of lines: message, validator, nanoseconds, tab-separated.
struct ValidatorTimes {
    private(set) var versions = ""
    /// In the order of the file.
    private(set) var validators: [String] = []
    private var times: [String: Double] = [:]

    init(path: String) throws {
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 3, let time = Double(parts[2]) else { continue }
            if parts[0] == "versions" {
                versions = parts[1]
                continue
            }
            if !parts[0].hasPrefix("token"), !validators.contains(parts[1]) { validators.append(parts[1]) }
            times[parts[0] + "\t" + parts[1]] = time
        }
    }

    func nanoseconds(_ message: String, _ validator: String) -> Double? {
        times[message + "\t" + validator]
    }
}
