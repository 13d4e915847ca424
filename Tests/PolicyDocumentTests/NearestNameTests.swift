import PolicyDocument
import Testing

struct NearestNameTests {
    private static let keys = [
        "wspolicy", "name", "extends", "transport", "clients", "origins", "token", "subprotocols", "limits",
        "compression", "messages",
        "serverMessages", "rules", "routes", "messageSize", "frameSize", "maxLength", "minLength", "idleTimeout",
        "absent", "allow",
    ]

    private static let near = [
        ("origin", "origins"), ("Origins", "origins"), ("orgins", "origins"), ("oirgins", "origins"),
        ("message_size", "messageSize"),
        ("message-size", "messageSize"), ("MESSAGESIZE", "messageSize"), ("mesageSize", "messageSize"),
        ("servermessages", "serverMessages"),
        ("messages:", "messages"), ("maxlenght", "maxLength"), ("minlenth", "minLength"),
        ("idle timeout", "idleTimeout"),
        ("alow", "allow"),
        ("nmae", "name"), ("trasnport", "transport"),
    ]

    @Test(arguments: near)
    func `a misspelt name is found`(_ text: String, _ expected: String) {
        #expect(NearestName.of(text, among: Self.keys) == expected)
    }

    @Test(arguments: [
        "", "x", "xy", "authentication", "no", "cors", "-", "origins", String(repeating: "a", count: 1_000),
    ])
    func `what is far from all has none`(_ text: String) {
        #expect(NearestName.of(text, among: Self.keys) == nil)
    }

    @Test func `ties go to the spelling that differs least, then to the alphabet`() {
        #expect(NearestName.of("maxSize", among: ["max_size", "max-size", "maxsize"]) == "maxsize")
        #expect(NearestName.of("rate2", among: ["rate3", "rate1"]) == "rate1")
        #expect(NearestName.of("rate2", among: ["rate1", "rate3"]) == "rate1")
    }

    @Test func `nothing among nothing`() {
        #expect(NearestName.of("name", among: []) == nil)
        #expect(NearestName.of("abc", among: [""]) == nil)
    }
}
