import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import ReferenceEvaluator
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// Numbers of every length at the edges of bounds: the digits alone decide most, and the reference evaluator computes all.
struct NumberEdgeTests {
    private static let bounds = [
        #""type": "number""#,
        #""type": "integer""#,
        #""type": "number", "minimum": 0"#,
        #""type": "number", "exclusiveMinimum": 0"#,
        #""type": "integer", "minimum": 1, "maximum": 1000000"#,
        #""type": "number", "minimum": 1, "maximum": 999"#,
        #""type": "number", "exclusiveMinimum": 0, "maximum": 10000000"#,
        #""type": "number", "minimum": -5, "exclusiveMaximum": 100"#,
        #""type": "number", "minimum": 0.5, "maximum": 9.5"#,
        #""type": "integer", "minimum": 10, "maximum": 9007199254740991"#,
        #""type": "number", "maximum": -10"#,
    ]

    /// Of 1 to 18 digits: the least, the largest and the next beyond a power of ten; with a fraction, a sign, an exponent, and
    /// what is no number.
    private static let texts: [String] = {
        var texts = [
            "-", "", ".", "1.", ".5", "01", "00", "-0", "0.0", "1.e1", "1e", "1e+", "0x1", "1_0", "１", "9e-1", "1E2",
        ]
        for count in 1...18 {
            let wholes = [
                "1" + String(repeating: "0", count: count - 1), String(repeating: "9", count: count),
                String(repeating: "5", count: count), "0" + String(repeating: "0", count: count - 1),
            ]
            for whole in wholes {
                texts += [whole, "-" + whole, whole + "e0", whole + "x", whole + ".", whole + ".e1"]
                for fraction in ["0", "5", "999", "000000001", String(repeating: "0", count: 15) + "1"] {
                    texts += [whole + "." + fraction, "-" + whole + "." + fraction, whole + "." + fraction + "E1"]
                }
            }
        }
        return texts
    }()

    @Test(arguments: bounds)
    func `numbers at the edges are decided as they are computed`(_ keywords: String) throws {
        let document = try JSONFixture.schema("{ \(keywords) }")
        let place = Span(file: FileID(index: 0), start: 0, end: 0)
        var accepted = 0
        for isInteroperable in [false, true] {
            let fixture = try JSONFixture(
                ContentSpec(
                    everyMessage: [document],
                    depth: 2,
                    denyDuplicates: true,
                    interoperable: isInteroperable
                )
            )
            let rules = ContentRules(
                depth: 2,
                deniesDuplicates: true,
                isInteroperable: isInteroperable,
                schemas: [document],
                discriminator: nil,
                types: nil,
                onViolation: .close,
                place: { _ in place }
            )
            for text in Self.texts {
                let verdict = fixture.check(text)
                #expect(verdict.violation == ContentCheck(Array(text.utf8), rules).verdict?.violation, "\(text)")
                accepted += verdict.violation == nil ? 1 : 0
            }
        }
        #expect(accepted > 20)
    }
}
