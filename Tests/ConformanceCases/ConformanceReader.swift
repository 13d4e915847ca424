import Foundation
import PolicyDocument
import PolicyTools

/// Reads the cases of Tests/Conformance.
package enum ConformanceReader {
    /// A file that is not as its format asks.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Opening: Decodable {
        let `case`: String
        let policy: String
        let needs: [String]
        let files: [String: String]?
        let environment: [String: String]?
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Conformance")
        .standardized

    /// All cases of all files, in the order of their names.
    package static func cases() throws -> [ConformanceCase] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "jsonl" }.sorted { $0.path < $1.path }.flatMap(cases(of:))
    }

    private static func cases(of file: URL) throws -> [ConformanceCase] {
        let name = file.deletingPathExtension().lastPathComponent
        var cases: [ConformanceCase] = []
        var lines: [String] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init) {
            if line.hasPrefix(#"{"case":"#), !lines.isEmpty {
                cases.append(try conformanceCase(lines, name))
                lines = []
            }
            lines.append(line)
        }
        cases.append(try conformanceCase(lines, name))
        return cases
    }

    private static func conformanceCase(_ lines: [String], _ file: String) throws -> ConformanceCase {
        let opening = try JSONDecoder().decode(Opening.self, from: Data((lines.first ?? "").utf8))
        let name = "\(file): \(opening.case)"
        var traffic: [String] = []
        var expected: [[JSONValue]] = []
        for line in lines.dropFirst() {
            guard line.hasPrefix(#"{"expect":"#) else {
                traffic.append(line)
                continue
            }
            guard case .list(let decisions)? = try value(of: line).members["expect"] else {
                throw Malformed(description: "\(name): `expect` is a list: \(line)")
            }
            expected.append(decisions)
            guard expected.count == traffic.count else {
                throw Malformed(description: "\(name): each event has its decisions on the next line: \(line)")
            }
        }
        let bytes = Array(traffic.joined(separator: "\n").utf8)
        let source = SourceFile(id: FileID(index: 0), path: name, bytes: bytes)
        let (events, diagnostics) = TrafficReader.read(source)
        guard diagnostics.all.isEmpty, events.count == expected.count else {
            throw Malformed(description: "\(name): \(diagnostics.all.map { "\($0.message)" })")
        }
        return ConformanceCase(
            name: name,
            policy: opening.policy,
            files: opening.files ?? [:],
            environment: opening.environment ?? [:],
            needs: Set(opening.needs),
            steps: try zip(zip(events, traffic), expected).map {
                ConformanceCase.Step(event: $0.0, written: try value(of: $0.1), expected: $1)
            }
        )
    }

    /// A line of JSON.
    static func value(of line: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
    }
}
