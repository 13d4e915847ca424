import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import ReferenceEvaluator
import SeededNumbers
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// `contentEncoding` and `contentMediaType` of draft 7, beside the reference evaluator.
struct ContentTextTests {
    private static let draft = #""$schema": "http://json-schema.org/draft-07/schema#", "type": "string""#
    private static let base64 = #"{ \#(draft), "contentEncoding": "base64" }"#
    private static let json = #"{ \#(draft), "contentMediaType": "application/json" }"#
    private static let both =
        #"{ \#(draft), "contentEncoding": "BASE64", "contentMediaType": "Application/JSON; v=1" }"#

    /// The verdict of a text as a string, after the reference evaluator was found to agree.
    private static func accepts(_ text: [UInt8], _ schema: String) throws -> Bool {
        let document = try JSONFixture.schema(schema)
        let place = Span(file: FileID(index: 0), start: 0, end: 0)
        let spec = ContentSpec(everyMessage: [document], depth: 2, denyDuplicates: false, interoperable: false)
        let rules = ContentRules(
            depth: 2,
            deniesDuplicates: false,
            isInteroperable: false,
            schemas: [document],
            discriminator: nil,
            types: nil,
            onViolation: .close,
            place: { _ in place }
        )
        var message: [UInt8] = [0x22]
        for byte in text {
            switch byte {
            case 0x22, 0x5C: message += [0x5C, byte]
            case ..<0x20: message += Array(String(format: "\\u%04x", byte).utf8)
            default: message.append(byte)
            }
        }
        message.append(0x22)
        let verdict = try JSONFixture(spec).check(message)
        let shown = String(decoding: message.prefix(200), as: UTF8.self)
        #expect(verdict.violation == ContentCheck(message, rules).verdict?.violation, "\(shown) \(schema)")
        return verdict.violation == nil
    }

    private static let texts: [(text: String, isJSON: Bool)] = [
        (#"{"a":[1,-0.5e+3,"x",true,false,null,{}]}"#, true), (" [ ] ", true), ("0", true), ("-0", true), ("10", true),
        (#""\u00e9\ud83d\ude00\n""#, true), ("1E5", true), ("[[[]]]", true), ("\t{\n}\r", true), (#"{"":0}"#, true),
        ("", false), (" ", false), ("{", false), ("[1,]", false), (#"{"a":1,}"#, false), ("01", false), ("1.", false),
        ("-", false), ("1e", false), ("1e+", false), ("tru", false), ("truex", false), ("nul", false), ("1 2", false),
        ("[1}", false), (#"{"a"}"#, false), (#"{1:2}"#, false), (#""\x""#, false), (#""\u12g4""#, false),
        (#""\ud800""#, false), (#""\udc00""#, false), (#""\ud800\u0041""#, false), ("\"\t\"", false), ("+1", false),
        (".5", false), ("NaN", false), ("[", false), ("]", false), (",", false), (#"{"a":1 "b":2}"#, false),
        ("\u{FEFF}1", false), ("[1] ]", false), ("1.5.5", false), ("--1", false), (#"{"a":}"#, false),
    ]

    @Test(arguments: texts.indices)
    func `a string that is to be JSON is JSON`(_ index: Int) throws {
        let (text, isJSON) = Self.texts[index]
        let bytes = Array(text.utf8)
        #expect(try Self.accepts(bytes, Self.json) == isJSON)
        #expect(try Self.accepts(Array(Data(bytes).base64EncodedString().utf8), Self.both) == isJSON)
        // Cut anywhere, it is decided alike.
        for end in 0..<bytes.count where bytes.prefix(end).allSatisfy({ $0 < 0x80 }) {
            _ = try Self.accepts(Array(bytes.prefix(end)), Self.json)
        }
    }

    @Test func `containers nest 128 deep and no deeper`() throws {
        for (depth, isJSON) in [(127, true), (128, true), (129, false)] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(try Self.accepts(Array(text.utf8), Self.json) == isJSON)
            let objects = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
            #expect(try Self.accepts(Array(objects.utf8), Self.json) == isJSON)
        }
    }

    @Test func `base64 is written in one way`() throws {
        for text in ["", "AA==", "AAA=", "AAAA", "+/+/", "eyJmb28iOiAiYmFyIn0K"] {
            #expect(try Self.accepts(Array(text.utf8), Self.base64), "\(text)")
        }
        for text in [
            "A", "AA", "AAA", "AAAAA", "AB==", "AAB=", "A===", "====", "AA=A", "=AAA", "AA==AAAA", "AA A", "AAA\n",
            "-_-_",
            "AAé", "AAA%", "{}",
        ] {
            #expect(try !Self.accepts(Array(text.utf8), Self.base64), "\(text)")
        }
        // Well-formed base64 of what is no UTF-8, and of half a character.
        for bytes in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x31, 0xC3]] as [[UInt8]] {
            let text = Array(Data(bytes).base64EncodedString().utf8)
            #expect(try Self.accepts(text, Self.base64))
            #expect(try !Self.accepts(text, Self.both))
        }
    }

    @Test func `random texts are decided as the reference evaluator decides them`() throws {
        var random = RandomSchemas(generator: SeededGenerator(seed: 77))
        var accepted = 0
        for _ in 0..<150 {
            let value = random.value()
            for text in [Array(value.utf8), random.mutated(value)] where String(validating: text, as: UTF8.self) != nil
            {
                if try Self.accepts(text, Self.json) { accepted += 1 }
                _ = try Self.accepts(Array(Data(text).base64EncodedString().utf8), Self.both)
            }
        }
        #expect(accepted > 100)
    }

    @Test func `only draft 7 asserts contents, and only what it knows`() throws {
        let other = #"{ \#(Self.draft), "contentEncoding": "7bit", "contentMediaType": "image/png" }"#
        for schema in [other, Self.json.replacing("application/json", with: "text/html")] {
            let file = SourceFile(id: FileID(index: 0), path: "schema.json", bytes: Array(schema.utf8))
            var diagnostics = Diagnostics()
            let node = try #require(DocumentReader.readJSON(file, diagnostics: &diagnostics))
            _ = SchemaReader.read(node, root: node, diagnostics: &diagnostics)
            #expect(diagnostics.all.map(\.id).first == "schema-keyword")
        }
        let later =
            #"{ "$schema": "https://json-schema.org/draft/2019-09/schema", "contentMediaType": "application/json" }"#
        let file = SourceFile(id: FileID(index: 0), path: "schema.json", bytes: Array(later.utf8))
        var diagnostics = Diagnostics()
        let node = try #require(DocumentReader.readJSON(file, diagnostics: &diagnostics))
        // An error in a policy's own schema, a remark elsewhere: no check in either.
        guard let document = SchemaReader.read(node, root: node, diagnostics: &diagnostics) else { return }
        #expect(document.nodes.allSatisfy { $0.contentMediaType == nil })
    }

    @Test func `the refusal says what the string has to be`() throws {
        let fixture = try JSONFixture(schema: Self.both)
        let message = Array(#""ezp9Cg==""#.utf8)
        #expect(fixture.check(message).violation == .schemaMismatch)
        #expect(ContentFormat(encoding: "base64", mediaType: "application/json")?.name == "a JSON text in base64")
        #expect(ContentFormat(name: "base64") == nil)
    }
}
