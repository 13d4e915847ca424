import PolicyModel
import Testing
import WebSocketProtocol

@testable import PolicyPlanner
@testable import PolicyRuntime

/// Patterns of one length are compared sixteen bytes at a time, and say what their automata say.
struct FixedShapeTests {
    struct Row: CustomStringConvertible, Sendable {
        let pattern: String
        let text: String

        var description: String { pattern }
    }

    static let shaped = [
        Row(pattern: "^a$", text: "a"),
        Row(pattern: "^ord_[0-9a-f]{16}$", text: "ord_01f3a9c07be4d582"),
        Row(pattern: "^[0-9a-f]{15}$", text: "0123456789abcde"),
        Row(pattern: "^[0-9a-f]{16}$", text: "0123456789abcdef"),
        Row(pattern: "^[0-9a-f]{17}$", text: "0123456789abcdef0"),
        Row(pattern: "^[A-Z]{2}-[0-9]{4}$", text: "AB-0123"),
        Row(pattern: "^[ -!#-\\[]{31}[a-z]$", text: String(repeating: "A", count: 31) + "z"),
        Row(pattern: "^(abc|xyz){0}[02]{64}$", text: String(repeating: "02", count: 32)),
    ]

    @Test(arguments: shaped)
    func `every byte of a text, replaced and cut off, is decided as by the automaton`(_ row: Row) throws {
        let automaton = try Pattern(row.pattern).automaton()
        #expect(FixedShape(automaton)?.ranges.count == row.text.utf8.count)
        let quoted = row.pattern.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let fixture = try JSONFixture(schema: "{\"type\":\"string\",\"pattern\":\"\(quoted)\"}")
        let text = Array(row.text.utf8)
        func decide(_ content: [UInt8], _ value: [UInt8]) {
            let verdict = fixture.check([0x22] + content + [0x22])
            #expect((verdict.violation == nil) == automaton.matches(value), "\(content)")
        }
        decide(text, text)
        decide(text + text, text + text)
        decide([], [])
        for place in text.indices {
            decide(Array(text[..<place]), Array(text[..<place]))
            decide(text + [text[place]], text + [text[place]])
            for byte in UInt8(0x20)...0x7E where byte != 0x22 && byte != 0x5C {
                var changed = text
                changed[place] = byte
                decide(changed, changed)
            }
            // The same character, written as an escape.
            let digits = Array("0123456789abcdef".utf8)
            let escape = Array("\\u00".utf8) + [digits[Int(text[place] >> 4)], digits[Int(text[place] & 15)]]
            decide(Array(text[..<place]) + escape + Array(text[(place + 1)...]), text)
            // Beyond ASCII, and messages that end or break inside of the string.
            let wide = Array(text[..<place]) + Array("é".utf8) + Array(text[(place + 1)...])
            decide(wide, wide)
            #expect(fixture.check([0x22] + text[..<place]).violation == .malformedJSON)
            #expect(fixture.check([0x22] + text[..<place] + [0x00, 0x22]).violation == .malformedJSON)
            #expect(fixture.check([0x22] + text[..<place] + [0xFF, 0x22]).violation == .invalidUTF8)
        }
    }

    @Test(arguments: [
        "a", "^a", "a$", "^a*$", "^a?$", "^(a|bc)$", "^[^a]$", "^[ace]$", "^é$", "^\\\\$", "^\"$", "^$", "^a{65}$",
        "^(ab|ba)$", "^.$",
    ])
    func `other patterns have no shape`(_ pattern: String) throws {
        #expect(FixedShape(try Pattern(pattern).automaton()) == nil)
    }

    @Test func `bounds that a shape does not keep are decided beside it`() throws {
        for (schema, passes) in [
            (#"{"type":"string","pattern":"^[0-9]{4}$","minLength":4,"maxLength":4}"#, true),
            (#"{"type":"string","pattern":"^[0-9]{4}$","minLength":5}"#, false),
            (#"{"type":"string","pattern":"^[0-9]{4}$","maxLength":3}"#, false),
            (#"{"type":"string","pattern":"^[0-9]{4}$","format":"date"}"#, false),
            (#"{"type":"string","allOf":[{"pattern":"^[0-9]{4}$"},{"pattern":"^2"}]}"#, false),
            (#"{"type":"string","pattern":"^[0-9]{4}$","enum":["1234","x"]}"#, true),
        ] {
            #expect((try JSONFixture(schema: schema).check("\"1234\"").violation == nil) == passes, "\(schema)")
        }
    }
}
