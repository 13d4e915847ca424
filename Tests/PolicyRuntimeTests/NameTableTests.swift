import PolicyModel
import PolicyPlan
import PolicyPlanner
import SeededNumbers
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// Types of messages are found by their names, whatever these look like, in tables of every size.
struct NameTableTests {
    /// Names that are hard to keep apart: all lengths, with the same beginnings and ends.
    private static func names(_ count: Int) -> [String] {
        var generator = SeededGenerator(seed: UInt64(6100 + count))
        var names: Set<String> = [""]
        while names.count < count {
            let length = Int.random(in: 1...40, using: &generator)
            var name = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                name[.random(in: 0..<length, using: &generator)] = .random(in: 0x61...0x7A, using: &generator)
            }
            var text = String(decoding: name, as: UTF8.self)
            if generator.once(in: 8) {
                text += ["é", "\"", "\\", "€", "𝄞", "\u{0}"].randomElement(using: &generator) ?? ""
            }
            names.insert(text)
        }
        return names.sorted()
    }

    private static func escaped(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    private static func plain(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\u{0}", with: "\\u0000")
    }

    @Test(arguments: [1, 3, 64, 65, 400])
    func `each type is found by its name alone`(_ count: Int) throws {
        let names = Self.names(count)
        let object = try JSONFixture.schema(
            #"{ "type": "object", "properties": { "type": {}, "n": { "type": "integer" } } }"#
        )
        let fixture = try JSONFixture(
            ContentSpec(
                everyMessage: [],
                discriminator: ["type"],
                types: names.map { ContentSpec.MessageType(name: $0, schemas: [object]) }
            )
        )
        for (index, name) in names.enumerated() {
            for text in [Self.plain(name), Self.escaped(name)] {
                for message in [#"{"type":"\#(text)","n":1}"#, #"{"n":1,"type":"\#(text)"}"#] {
                    let verdict = fixture.check(message)
                    #expect(verdict.violation == nil, "\(message)")
                    #expect(verdict.typeIndex == index, "\(message)")
                    #expect(fixture.check(message.replacing(#""n":1"#, with: #""n":1.5"#)).violation == .schemaMismatch)
                }
            }
        }
        for name in names {
            for other in [name + "x", String(name.dropLast()), "x" + name.dropFirst()] where !names.contains(other) {
                #expect(fixture.check(#"{"type":"\#(Self.plain(other))","n":1}"#).violation == .unknownMessageType)
            }
        }
    }
}
