import PolicyPlan
import Testing

struct PlanVectorTests {
    private let vectors = [
        PlanVector(.origin, subject: 40, input: Array("https://app.example".utf8), .pass, source: 3),
        PlanVector(.origin, subject: 40, number: 1, .violation(7), source: none),
        PlanVector(.content, subject: 8, input: Array("{}".utf8), number: .max, .anythingBut(33), source: 0),
        PlanVector(.rate, subject: 2, input: Array("{}".utf8), .refused, source: 0),
    ]

    @Test func `vectors are read as they were written`() throws {
        #expect(try PlanVector.vectors(of: PlanVector.section(vectors)) == vectors)
        #expect(PlanVector.section([]).isEmpty)
    }

    @Test func `the worked example of the layout is what is written`() {
        let section = PlanVector.section([vectors[0]])
        let expected: [UInt8] = [
            5, 0, 0, 0, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0,
        ]
        #expect(Array(section[12..<44]) == expected)
        #expect(Array(section[44..<63]) == Array("https://app.example".utf8))
    }

    @Test func `every truncation and every changed byte is refused or read`() throws {
        let section = PlanVector.section(vectors)
        for count in 0..<section.count {
            #expect(throws: PlanError.self) { try PlanVector.vectors(of: Array(section.prefix(count))) }
        }
        for index in section.indices {
            for change in [1, 0x80, 0xFF] as [UInt8] {
                var changed = section
                changed[index] ^= change
                _ = try? PlanVector.vectors(of: changed)
            }
        }
    }

    @Test func `an expectation says what holds`() {
        #expect(VectorExpectation.pass.holds(for: nil) && !VectorExpectation.pass.holds(for: 1))
        #expect(VectorExpectation.violation(8).holds(for: 8) && !VectorExpectation.violation(8).holds(for: 7))
        #expect(VectorExpectation.anythingBut(8).holds(for: nil) && !VectorExpectation.anythingBut(8).holds(for: 8))
        #expect(VectorExpectation.refused.holds(for: 9) && !VectorExpectation.refused.holds(for: nil))
        for code in 0...600 as ClosedRange<UInt32> {
            guard let expectation = VectorExpectation(code: code) else { continue }
            #expect(expectation.code == code)
        }
    }
}
