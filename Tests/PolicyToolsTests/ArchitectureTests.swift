import Foundation
import PolicyPlanner
import Testing

/// What the folders promise: who imports whom, and that lists and folders hold the same.
struct ArchitectureTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func files(_ folder: String) throws -> [URL] {
        let path = root.appending(path: folder).path
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        let files = names.filter { $0.hasSuffix(".swift") }.map { URL(filePath: "\(path)/\($0)") }
        try #require(!files.isEmpty, "\(folder) is empty")
        return files
    }

    /// The modules that a target's files import.
    private static func imports(_ target: String) throws -> Set<String> {
        var modules: Set<String> = []
        for file in try files("Sources/\(target)") {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1,
                    place == 0 || ["package", "public", "@testable"].contains(words[0])
                else { continue }
                modules.insert(String(words[place + 1]))
            }
        }
        return modules
    }

    @Test(arguments: [
        ("WebSocketProtocol", ["CByteScan"]),
        ("PolicyPlan", ["WebSocketProtocol"]),
        ("PolicyRuntime", ["PolicyPlan", "WebSocketProtocol", "Synchronization", "CByteScan", "CLimitMemory"]),
        (
            "WebSocketPolicyJWT",
            ["PolicyRuntime", "PolicyPlan", "WebSocketProtocol", "Crypto", "CryptoExtras", "Synchronization"]
        ),
        (
            "WebSocketPolicyC",
            [
                "CWebSocketPolicy", "PolicyRuntime", "PolicyPlan", "WebSocketPolicyJWT", "WebSocketProtocol",
                "Synchronization", "Glibc", "Musl", "Darwin",
            ]
        ),
        (
            "WebSocketPolicyRedis",
            ["CHiredis", "PolicyRuntime", "WebSocketProtocol", "NIOCore", "NIOPosix", "Crypto", "Synchronization"]
        ),
        ("PolicyDocument", ["CLibYAML", "Glibc", "Musl", "Darwin"]),
        ("PolicyModel", ["PolicyDocument", "WebSocketProtocol", "CLibIDN2", "CLibUnistring", "Synchronization"]),
        ("PolicyPlanner", ["PolicyDocument", "PolicyModel", "PolicyPlan", "WebSocketProtocol"]),
    ])
    func `a target imports only what stands before it`(_ target: String, _ allowed: [String]) throws {
        let found = try Self.imports(target)
        #expect(found.isSubset(of: allowed), "\(found.subtracting(allowed).sorted())")
    }

    @Test(arguments: [
        ("CLibYAML", "PolicyDocument"), ("CLibIDN2", "PolicyModel"), ("CLibUnistring", "PolicyModel"),
        ("CLibPSL", "PolicyTools"), ("CByteScan", "PolicyRuntime"), ("CByteScan", "WebSocketProtocol"),
        ("CLimitMemory", "PolicyRuntime"), ("CHiredis", "WebSocketPolicyRedis"),
    ])
    func `a C library is imported by one file`(_ library: String, _ target: String) throws {
        let importers = try Self.files("Sources/\(target)").filter { file in
            try String(contentsOf: file, encoding: .utf8).contains("import \(library)")
        }
        #expect(importers.count == 1, "\(importers.map(\.lastPathComponent))")
    }

    @Test func `the list of passes holds the passes of the folder`() throws {
        let passes = try Self.files("Sources/PolicyPlanner/Passes").filter { file in
            try String(contentsOf: file, encoding: .utf8).contains(": GraphPass")
        }
        let types = PassList.all.map { String(describing: $0) }
        #expect(Set(types) == Set(passes.map { $0.deletingPathExtension().lastPathComponent }))
    }

    @Test func `the root command lists the commands of the folder`() throws {
        let folder = try Self.files("Sources/wspolicy")
        let commands = folder.map { $0.deletingPathExtension().lastPathComponent }.filter {
            $0.hasSuffix("Command") && $0 != "WSPolicyCommand"
        }
        let root = try #require(folder.first { $0.lastPathComponent == "WSPolicyCommand.swift" })
        let text = try String(contentsOf: root, encoding: .utf8)
        #expect(!commands.isEmpty)
        for command in commands { #expect(text.contains("\(command).self"), "\(command)") }
    }

    /// The lines of comment directly above a declaration name the lock or the event loop, or say why none is needed.
    @Test func `nothing is shared unchecked without its argument directly above it`() throws {
        var found = 0
        for file in try Self.files("Sources") where file.pathExtension == "swift" {
            let lines = try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n",
                omittingEmptySubsequences: false
            ).map { $0.trimmingCharacters(in: .whitespaces) }
            for (place, line) in lines.enumerated() where !line.hasPrefix("//") {
                guard ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"].contains(where: line.contains)
                else { continue }
                found += 1
                let above = lines[..<place].reversed().prefix { $0.hasPrefix("// ") }.joined(separator: " ")
                #expect(
                    above.contains("lock") || above.contains("loop"),
                    "\(file.lastPathComponent):\(place + 1): \(line)"
                )
            }
        }
        #expect(found > 10)
    }
}
