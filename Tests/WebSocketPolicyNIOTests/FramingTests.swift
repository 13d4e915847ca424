import NIOCore
import SeededNumbers
import Testing
import WebSocketPolicyNIO

/// How a message is cut into frames, and those into reads, changes nothing of what is decided.
struct FramingTests {
    private static let policy = """
        origins: { allow: [https://app.example] }
        transport: { tls: optional }
        limits: { messageSize: 400, frameSize: 1000, fragments: unlimited, controlFrames: { rate: 100000/s }, messages: [{ per: connection, rate: 1/s, burst: 5 }], onExceeded: drop }
        messages:
          onViolation: drop
          schema:
            type: object
            additionalProperties: false
            required: [type]
            properties: { type: { enum: [a, b, "é€😀"] }, n: { type: integer }, s: { type: string, maxLength: 40 } }

        """

    private static let messages = [
        #"{"type":"a"}"#, #"{"type":"b","n":12}"#, #"{"type":"é€😀"}"#, #"{"type":"c"}"#, #"{"type":"a","n":1.5}"#,
        #"{"type":"a","s":"😀😀😀😀"}"#, #"{"type":"a","type":"a"}"#, "{", "", "nope", #"{"n":1}"#,
        #"{"type":"a","s":""# + String(repeating: "x", count: 41) + #""}"#, #" {"type" : "a" } "#,
        String(repeating: " ", count: 401),
    ]

    private static func decided(_ wire: Wire) throws -> [String] {
        try wire.delivered() + wire.log.words + wire.frames().filter { !$0.hasPrefix("pong") }
    }

    @Test func `random fragments with control frames between give the same answer as the whole message`() throws {
        var random = SeededGenerator(seed: 23)
        for round in 0..<400 {
            let texts = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                Self.messages.randomElement(using: &random) ?? ""
            }
            let whole = try Wire(Self.policy).opened()
            for text in texts { try whole.message(text) }

            let cut = try Wire(Self.policy).opened()
            var bytes: [UInt8] = []
            for text in texts {
                var rest = Array(text.utf8)[...]
                var opcode: UInt8 = 1
                repeat {
                    let count = rest.isEmpty ? 0 : Int.random(in: 0...rest.count, using: &random)
                    let isLast = count == rest.count && Bool.random(using: &random)
                    bytes += ClientFrame(Array(rest.prefix(count)), final: isLast, opcode: opcode).bytes
                    rest = rest.dropFirst(count)
                    opcode = 0
                    if Bool.random(using: &random) { bytes += ClientFrame("p", opcode: 9).bytes }
                    if isLast { break }
                } while true
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...40, using: &random))
                try cut.send(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let (ofCut, ofWhole) = (try Self.decided(cut), try Self.decided(whole))
            #expect(ofCut == ofWhole, "round \(round): \(texts)")
        }
    }
}
