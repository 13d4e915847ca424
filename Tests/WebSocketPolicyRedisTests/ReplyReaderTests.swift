import Testing

@testable import WebSocketPolicyRedis

struct ReplyReaderTests {
    private static let bytes = Array(
        "+OK\r\n:42\r\n:-7\r\n$-1\r\n$5\r\nab\r\nc\r\n-ERR no\r\n*2\r\n:3\r\n*1\r\n$0\r\n\r\n*0\r\n".utf8
    )
    private static let replies: [Reply] = [
        .text(Array("OK".utf8)), .number(42), .number(-7), .null, .text(Array("ab\r\nc".utf8)), .error("ERR no"),
        .list([.number(3), .list([.text([])])]), .list([]),
    ]

    private static func read(_ parts: [ArraySlice<UInt8>]) throws -> [Reply] {
        let reader = try #require(ReplyReader())
        var found: [Reply] = []
        for part in parts {
            try unsafe Array(part).withUnsafeBytes { try unsafe reader.feed($0) }
            while let reply = try reader.next() { found.append(reply) }
        }
        return found
    }

    @Test func `replies are read wherever their bytes are cut`() throws {
        #expect(try Self.read([Self.bytes[...]]) == Self.replies)
        for cut in Self.bytes.indices {
            #expect(try Self.read([Self.bytes[..<cut], Self.bytes[cut...]]) == Self.replies)
        }
        #expect(try Self.read(Self.bytes.indices.map { Self.bytes[$0...$0] }) == Self.replies)
    }

    @Test(arguments: ["?\r\n", "$-2\r\n", ":x\r\n", "*-9\r\n", "$99999999999999999999\r\n", "HTTP/1.1 400\r\n"])
    func `what is no reply ends the connection`(_ text: String) throws {
        #expect(throws: ReplyReader.Malformed.self) { try Self.read([Array(text.utf8)[...]]) }
    }

    @Test func `random bytes are read or refused`() throws {
        var state: UInt64 = 7
        for _ in 0..<2000 {
            let bytes = (0..<40).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return Array("*$:+-0123456789\r\nab".utf8)[Int(state >> 33) % 19]
            }
            let reader = try #require(ReplyReader())
            do {
                try unsafe bytes.withUnsafeBytes { try unsafe reader.feed($0) }
                while try reader.next() != nil {}
            } catch is ReplyReader.Malformed {}
        }
    }
}
