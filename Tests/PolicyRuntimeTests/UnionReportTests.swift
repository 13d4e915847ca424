import PolicyPlan
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// A refusal inside of a union says what is wrong with the branch that the value selects.
struct UnionReportTests {
    struct Row: CustomStringConvertible, Sendable {
        let schema: String
        let message: String
        let pointer: String
        let sentence: String

        var description: String { message }

        init(_ schema: String, _ message: String, _ pointer: String, _ sentence: String) {
            self.schema = schema
            self.message = message
            self.pointer = pointer
            self.sentence = sentence
        }
    }

    private static let tagged = """
        {"oneOf": [
          {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "buy"}, "n": {"type": "number", "maximum": 9}}},
          {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["sell", "née"]}}, "additionalProperties": false}
        ]}
        """
    private static let typed =
        #"{"anyOf": [{"type": "string", "maxLength": 3}, {"type": "array", "items": {"type": "null"}}]}"#
    private static let framed = """
        {"oneOf": [
          {"type": "array", "minItems": 2, "prefixItems": [{"const": 2}, {"type": "string"}]},
          {"type": "array", "minItems": 2, "prefixItems": [{"const": "x"}, {"type": "object", "required": ["a"]}]}
        ]}
        """

    static let rows = [
        Row(tagged, #"{"kind":"buy","n":10}"#, "/n", "`n` is 10, at most 9 is required"),
        Row(tagged, #"{"n":10,"kind":"buy"}"#, "/n", "`n` is 10, at most 9 is required"),
        Row(tagged, #"{"kind":"n\u00e9e","m":1}"#, "/m", "member `m` is not allowed"),
        Row(
            tagged,
            #"{"kind":"rent"}"#,
            "",
            "no alternative for the message has its `kind`; known are `buy`, `née`, `sell`"
        ),
        Row(tagged, "[]", "", "no alternative for the message has its `kind`; known are `buy`, `née`, `sell`"),
        Row(typed, #""long""#, "", "the message is too long, at most 3 characters are allowed"),
        Row(typed, "[null,1]", "/1", "item 1 is a number, null is required"),
        Row(typed, "1", "", "the message is none of the alternatives that are allowed"),
        Row(framed, "[2,3]", "/1", "item 1 is a number, a string is required"),
        Row(framed, #"["\u0078",{}]"#, "/1", "item 1 lacks `a`, which is required"),
        Row(framed, "[3,3]", "", "the message has to be exactly one of the alternatives that are allowed"),
        Row(
            #"{"properties": {"p": \#(tagged)}}"#,
            #"{"p":{"kind":"buy","n":{}}}"#,
            "/p/n",
            "`n` is an object, a number is required"
        ),
        Row(#"{"not": {"type": "null"}}"#, "null", "", "the message is what is not allowed here"),
        Row(#"{"pattern": "^a$"}"#, #""b""#, "", #"the message is "b", which its pattern does not match"#),
        Row(#"{"format": "ipv4"}"#, #""b""#, "", #"the message is "b", the format `ipv4` is required"#),
        Row(#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a":1}"#, "", "the message lacks `b`, which `a` requires"),
        Row(#"{"uniqueItems": true}"#, "[1,1.0]", "", "two items of the message are equal"),
        Row(#"{"propertyNames": {"maxLength": 1}}"#, #"{"ab":1}"#, "/ab", "the name of member `ab` is not allowed"),
    ]

    @Test(arguments: rows)
    func `a refusal names the value and says what is wrong with it`(_ row: Row) throws {
        let fixture = try JSONFixture(schema: row.schema)
        let message = Array(row.message.utf8)
        let verdict = fixture.check(message)
        #expect(verdict.violation == .schemaMismatch)
        let found = ContentReport.make(
            program: fixture.buffer.view,
            root: fixture.root,
            sources: fixture.sources,
            unpadded: message.span
        )
        let report = try #require(found)
        #expect(report.pointer == row.pointer)
        #expect(report.sentence == row.sentence)
        #expect(report.offset == verdict.offset)
        #expect(report.source != nil)
    }
}
