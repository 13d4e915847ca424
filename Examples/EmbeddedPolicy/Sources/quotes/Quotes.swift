import PolicyRuntime
import WebSocketPolicyJWT
import WebSocketProtocol

/// Decides one handshake and two messages by the policy that the build compiled into this program.
@main
struct Quotes {
    static func main() throws {
        let engine = try PolicyEngine(plan: Policies.quotes, variable: { _ in nil }, file: { _ in nil })
        print("handshake from https://evil.example: \(try admitted(engine, "https://evil.example", messages: []))")
        let messages = [#"{"type":"subscribe","symbol":"ACME"}"#, #"{"type":"subscribe","admin":true}"#]
        let decided = try admitted(engine, "https://app.example", messages: messages)
        print("handshake from https://app.example: \(decided)")
    }

    private static func admitted(_ engine: PolicyEngine, _ origin: String, messages: [String]) throws -> String {
        let head = """
            GET /quotes HTTP/1.1\r
            Host: api.example\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Origin: \(origin)\r
            \r

            """
        let request = try HandshakeRequest(parsing: Array(head.utf8), peer: nil, isSecure: false)
        let moment = Moment(ticks: 0, unixNanoseconds: 1_800_000_000_000_000_000)
        switch engine.admit(request, at: moment) {
        case .refuse(let refusal): return "\(refusal.status) \(refusal.violation.name)"
        case .accept(var guarding, _):
            var words = ["101"]
            for message in messages {
                switch guarding.receive(message: Array(message.utf8).span, opcode: .text, at: moment) {
                case .forward: words.append("forward")
                case .close(let fault): words.append("close \(fault.closeCode) \(fault.violation.name)")
                default: words.append("something else")
                }
            }
            return words.joined(separator: ", ")
        }
    }
}
