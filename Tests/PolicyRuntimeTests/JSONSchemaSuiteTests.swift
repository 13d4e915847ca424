import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlanner
import PolicyRuntime
import Testing

/// The official tests of JSON Schema 2020-12, as far as their schemas use the keywords of this version.
struct JSONSchemaSuiteTests {
    private static let folder = "conformance/json-schema-test-suite/tests/draft2020-12"
    private static let files =
        (ConformanceFiles.files(in: folder) + ConformanceFiles.files(in: folder + "/optional"))
        .filter { $0.pathExtension == "json" }

    /// Groups whose schemas a policy may not have, though the suite allows them: no value could pass.
    private static let stricter: Set<String> = ["enum.json: empty enum"]
    /// What keywords and references of later versions are reported as.
    private static let laterIDs: Set<String> = ["schema-keyword", "schema-reference"]

    @Test(arguments: files)
    func `every test of a group is decided as the suite says`(_ url: URL) throws {
        let file = SourceFile(id: FileID(index: 0), path: url.lastPathComponent, bytes: try ConformanceFiles.bytes(url))
        var diagnostics = Diagnostics()
        let groups = try #require(DocumentReader.readJSON(file, diagnostics: &diagnostics))
        for group in groups.elements {
            let schema = try #require(group["schema"])
            var found = Diagnostics()
            let document = SchemaReader.read(schema, root: schema, diagnostics: &found)
            let name = "\(url.lastPathComponent): \(group["description"]?.text ?? "")"
            guard found.all.isEmpty else {
                let isLater = found.all.contains { Self.laterIDs.contains($0.id) }
                #expect(isLater || Self.stricter.contains(name), "\(name): \(found.all.map(\.message.text))")
                continue
            }
            let fixture = try JSONFixture(
                ContentSpec(
                    everyMessage: [try #require(document)],
                    depth: 500,
                    denyDuplicates: false,
                    interoperable: false
                )
            )
            for test in group["tests"]?.elements ?? [] {
                let data = try #require(test["data"])
                let message = Array(file.bytes[data.span.start..<data.span.end])
                let isValid = test["valid"]?.text == "true"
                let verdict = fixture.check(message)
                #expect(
                    (verdict.violation == nil) == isValid,
                    "\(name): \(test["description"]?.text ?? ""): \(String(decoding: message, as: UTF8.self))"
                )
            }
        }
    }
}
