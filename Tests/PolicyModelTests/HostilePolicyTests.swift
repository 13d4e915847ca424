import Foundation
import PolicyDocument
import Testing

@testable import PolicyModel

struct HostilePolicyTests {
    private static func base() throws -> [UInt8] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../policies/financehub/base.yaml"
        )
        return Array(try Data(contentsOf: path))
    }

    private struct OneFile: SourceReader {
        let bytes: [UInt8]

        func read(_ path: String) throws(SourceError) -> [UInt8] { bytes }
    }

    @Test func `a policy cut anywhere is a policy or has a finding, and never a trap`() throws {
        let bytes = try Self.base()
        for count in 0..<bytes.count {
            let loaded = PolicyLoader.load(path: "policy.yaml", reader: OneFile(bytes: Array(bytes.prefix(count))))
            #expect((loaded.policy == nil) == loaded.diagnostics.hasErrors)
        }
    }

    @Test func `damaged policies are read without a trap`() throws {
        let bytes = try Self.base()
        var random = SystemlessRandom(state: 11)
        for _ in 0..<1500 {
            var damaged = bytes
            for _ in 0...random.next(3) {
                let place = random.next(damaged.count)
                switch random.next(4) {
                case 0: damaged[place] = UInt8(random.next(256))
                case 1: damaged.remove(at: place)
                case 2: damaged.insert(Array("{}[]:,#&*!|>'\"%@-?0 \n".utf8)[random.next(21)], at: place)
                default:
                    let end = min(damaged.count, place + random.next(60))
                    damaged.insert(contentsOf: damaged[place..<end], at: random.next(damaged.count))
                }
            }
            let loaded = PolicyLoader.load(path: "policy.yaml", reader: OneFile(bytes: damaged))
            #expect((loaded.policy == nil) == loaded.diagnostics.hasErrors)
        }
    }
}
