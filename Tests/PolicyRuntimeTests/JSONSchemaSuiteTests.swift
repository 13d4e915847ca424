import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlanner
import PolicyRuntime
import Testing

/// The official tests of JSON Schema: drafts 2020-12, 7, 6 and 4.
struct JSONSchemaSuiteTests {
    private static let suite = "conformance/json-schema-test-suite"

    /// One file of tests, by the draft it belongs to.
    struct File: CustomStringConvertible, Sendable {
        let url: URL
        let draft: SchemaDraft

        var description: String {
            let path = url.pathComponents.drop { $0 != "tests" }.dropFirst()
            return path.joined(separator: "/")
        }
    }

    private static let folders: [(name: String, draft: SchemaDraft)] = [
        ("draft2020-12", .draft2020), ("draft7", .draft7), ("draft6", .draft6), ("draft4", .draft4),
    ]

    private static let files: [File] = folders.flatMap { folder in
        ["", "/optional", "/optional/format"].flatMap { part in
            ConformanceFiles.files(in: "\(suite)/tests/\(folder.name)\(part)")
                .filter { $0.pathExtension == "json" }
                .map { File(url: $0, draft: folder.draft) }
        }
    }

    /// Every document that references may reach, by its address.
    private static func remotes() throws -> [(uri: String, root: Node, draft: SchemaDraft)] {
        guard let folder = ConformanceFiles.folder("\(suite)/remotes") else { return [] }
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try paths.sorted().filter { $0.hasSuffix(".json") }.enumerated().compactMap { index, path in
            let bytes = try ConformanceFiles.bytes(folder.appendingPathComponent(path))
            let file = SourceFile(id: FileID(index: index + 1), path: path, bytes: bytes)
            var diagnostics = Diagnostics()
            guard let root = DocumentReader.readJSON(file, diagnostics: &diagnostics) else { return nil }
            let draft = folders.first { path.hasPrefix($0.name) }?.draft ?? .draft2020
            return ("http://localhost:1234/\(path)", root, path.hasPrefix("draft2019") ? .draft2019 : draft)
        }
    }

    /// The schemas of the drafts themselves, by the names that they give themselves.
    private static func addMetaschemas(to library: SchemaLibrary) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Metaschemas")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for (index, name) in names.filter({ $0.hasSuffix(".json") }).enumerated() {
            let bytes = try ConformanceFiles.bytes(folder.appendingPathComponent(name))
            let file = SourceFile(id: FileID(index: 1000 + index), path: name, bytes: bytes)
            var diagnostics = Diagnostics()
            let root = try #require(DocumentReader.readJSON(file, diagnostics: &diagnostics))
            let uri = try #require((root["$id"] ?? root["id"])?.text)
            library.add(uri, root: root)
        }
    }

    @Test(arguments: files)
    func `every test of a group is decided as the suite says`(_ suite: File) throws {
        let file = SourceFile(
            id: FileID(index: 0),
            path: suite.description,
            bytes: try ConformanceFiles.bytes(suite.url)
        )
        var diagnostics = Diagnostics()
        let groups = try #require(DocumentReader.readJSON(file, diagnostics: &diagnostics))
        let remotes = try Self.remotes()
        for group in groups.elements {
            let schema = try #require(group["schema"])
            let name = "\(suite.description): \(group["description"]?.text ?? "")"
            let library = SchemaLibrary()
            for remote in remotes {
                let isOwn = remote.uri.contains("/draft") || remote.uri.contains("/v1")
                library.add(remote.uri, root: remote.root, draft: isOwn ? remote.draft : suite.draft)
            }
            try Self.addMetaschemas(to: library)
            var found = Diagnostics()
            let document = SchemaReader.read(
                schema,
                root: schema,
                path: "\(suite.description)/\(group.span.start)",
                library: library,
                draft: suite.draft,
                strictness: .published,
                diagnostics: &found
            )
            guard found.all.isEmpty, let document else {
                Issue.record("\(name): \(found.all.map(\.message.text))")
                continue
            }
            let fixture = try JSONFixture(
                ContentSpec(everyMessage: [document], depth: 500, denyDuplicates: false, interoperable: false)
            )
            for test in group["tests"]?.elements ?? [] {
                let data = try #require(test["data"])
                let title = "\(name): \(test["description"]?.text ?? "")"
                let message = Array(file.bytes[data.span.start..<data.span.end])
                let isValid = test["valid"]?.text == "true"
                let verdict = fixture.check(message)
                guard JSONSchemaSuiteExclusions.tests[title] == nil else {
                    // What is decided as the suite says has no place in the list.
                    #expect((verdict.violation == nil) != isValid, "\(title)")
                    continue
                }
                #expect(
                    (verdict.violation == nil) == isValid,
                    "\(title): \(String(decoding: message.prefix(300), as: UTF8.self))"
                )
            }
        }
    }
}
