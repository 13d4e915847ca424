import PolicyPlan
import PolicyPlanner
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// Where a text stops to be JSON, what stands behind it counts only where it could outrank that.
struct BrokenTextTests {
    private static func fixture(_ action: ContentAction) throws -> JSONFixture {
        try JSONFixture(
            ContentSpec(
                everyMessage: [try JSONFixture.schema("{}")],
                depth: 8,
                denyDuplicates: true,
                interoperable: false,
                onViolation: action
            )
        )
    }

    @Test(arguments: 0..<40)
    func `ill-formed UTF-8 behind it closes what would be dropped, and changes nothing of what closes`(
        _ distance: Int
    ) throws {
        let text = Array("[1;".utf8) + [UInt8](repeating: 0x20, count: distance)
        for ending: [UInt8] in [[0xFF], Array("ü".utf8) + [0xC3], Array("é日😀".utf8) + [0xF0, 0x9F, 0x98]] {
            #expect(try Self.fixture(.close).check(text + ending).violation == .malformedJSON)
            for action in [ContentAction.drop, .warn] {
                let verdict = try Self.fixture(action).check(text + ending)
                #expect(verdict.violation == .invalidUTF8)
                #expect(verdict.action == .close)
            }
        }
        for action in [ContentAction.close, .drop, .warn] {
            let verdict = try Self.fixture(action).check(text + Array("é日😀 behind it".utf8))
            #expect(verdict.violation == .malformedJSON)
            #expect(verdict.offset == 2)
            #expect(verdict.action == action)
        }
    }
}
