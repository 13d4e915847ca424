import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// Names and listed words that can only be written with an escape.
struct EscapedNameTests {
    @Test
    func `zeros in place of a name or a word with an escape are no JSON`() throws {
        let zeros = [UInt8](repeating: 0, count: 8)
        let member = try JSONFixture(
            schema: #"{ "type": "object", "properties": { "a\"bcde": {} }, "required": ["a\"bcde"] }"#
        )
        #expect(member.check([0x7B] + zeros + Array(":1}".utf8)).violation == .malformedJSON)
        #expect(member.check(#"{"a\"bcde":1}"#).violation == nil)
        let word = try JSONFixture(schema: #"{ "type": "string", "enum": ["a\"bcde"] }"#)
        #expect(word.check(zeros).violation == .malformedJSON)
        #expect(word.check(#""a\"bcde""#).violation == nil)
        let long = String(repeating: #"\u0000"#, count: 31)
        let padded = try JSONFixture(schema: "{ \"type\": \"object\", \"properties\": { \"\(long)\": {} } }")
        #expect(padded.check("{").violation == .malformedJSON)
    }
}
