import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlanner
import PolicyRuntime
import Testing

/// The messages that are measured are decided as their list says.
struct WorkloadTests {
    private struct Entry: Decodable {
        let workload: String
        let `case`: String
        let schema: String
        let message: String
        let valid: Bool
    }

    @Test func `every message of the workloads is decided as its list says`() throws {
        guard let folder = ConformanceFiles.folder("workloads/json") else { return }
        let list = try JSONDecoder().decode(
            [Entry].self,
            from: Data(contentsOf: folder.appendingPathComponent("manifest.json"))
        )
        var fixtures: [String: JSONFixture] = [:]
        var valid = 0
        for entry in list where entry.message.hasSuffix(".json") {
            if fixtures[entry.schema] == nil {
                let bytes = try ConformanceFiles.bytes(folder.appendingPathComponent(entry.schema))
                fixtures[entry.schema] = try JSONFixture(
                    schema: String(decoding: bytes, as: UTF8.self),
                    depth: 32,
                    denyDuplicates: true,
                    interoperable: true
                )
            }
            let fixture = try #require(fixtures[entry.schema])
            let verdict = fixture.check(try ConformanceFiles.bytes(folder.appendingPathComponent(entry.message)))
            #expect((verdict.violation == nil) == entry.valid, "\(entry.workload), \(entry.case)")
            if entry.valid { valid += 1 }
        }
        #expect(valid >= 7)
        #expect(list.count > 30)
    }

    @Test(arguments: ["seed", "order", "union20"])
    func `every message of a stream passes`(_ name: String) throws {
        guard let folder = ConformanceFiles.folder("workloads/json") else { return }
        let schema = try ConformanceFiles.bytes(folder.appendingPathComponent("schemas/\(name).json"))
        let fixture = try JSONFixture(
            schema: String(decoding: schema, as: UTF8.self),
            depth: 32,
            denyDuplicates: true,
            interoperable: true
        )
        let stream = try ConformanceFiles.bytes(folder.appendingPathComponent("streams/\(name).jsonl"))
        let messages = stream.split(separator: 0x0A)
        #expect(messages.count == 1000)
        for message in messages.prefix(250) { #expect(fixture.check(Array(message)).violation == nil) }
    }
}
