import PolicyDocument
import Testing

struct YAMLReaderTests {
    @Test func `a policy's values are found by their keys`() throws {
        let document = Document(
            yaml: """
                wspolicy: 1
                name: chat   # which one
                origins:
                  allow:
                    - https://a.example
                    - "https://b.example"
                limits: { messageSize: 1MiB, idle: ~ }
                """
        )
        #expect(document.told == [])
        let root = try #require(document.root)
        #expect(root["wspolicy"]?.scalar == .integer("1"))
        #expect(root["name"]?.scalar == .string("chat"))
        #expect(root["origins"]?["allow"]?.elements.map(\.text) == ["https://a.example", "https://b.example"])
        #expect(root["limits"]?.entries.map(\.key.text) == ["messageSize", "idle"])
        #expect(root["limits"]?["idle"]?.scalar == .null)
        #expect(root["nothing"] == nil)
        #expect(root["name"].map { document.text($0.span) } == "chat")
    }
}
