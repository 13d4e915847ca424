import Testing
import WebSocketProtocol

struct CloseTests {
    @Test func `D50 a server sends what the registry lets it`() {
        let sendable = (UInt16.min...UInt16.max).filter(CloseCode.isSendable(byServer:))
        #expect(sendable == Array(1000...1003) + Array(1007...1009) + Array(1011...1014) + Array(3000...4999))
    }

    @Test func `A client may send 1010 as well`() {
        let extra = (UInt16.min...UInt16.max).filter {
            CloseCode.isSendable(byClient: $0) && !CloseCode.isSendable(byServer: $0)
        }
        #expect(extra == [1010])
    }

    @Test(arguments: [
        (String(repeating: "a", count: 200), 123),
        (String(repeating: "a", count: 123), 123),
        (String(repeating: "a", count: 124), 123),
        (String(repeating: "é", count: 62), 122),
        (String(repeating: "€", count: 41), 123),
        ("a" + String(repeating: "€", count: 41), 121),
        (String(repeating: "😀", count: 31), 120),
        ("", 0),
    ])
    func `D52 a reason is cut between code points`(reason: String, count: Int) {
        let cut = CloseReason.truncated(reason)
        #expect(cut.utf8.count == count)
        #expect(reason.utf8.starts(with: cut.utf8))
        #expect(CloseReason.truncated(Array(reason)) == Array(cut))
    }

    @Test func `A reason is cut inside a character of several code points`() {
        let family = String(repeating: "👩‍👩‍👧‍👦", count: 10)
        let cut = CloseReason.truncated(family)
        #expect((120...123).contains(cut.utf8.count))
        #expect(UTF8Validator.firstInvalidOffset(in: Array(cut)) == nil)
    }

    @Test func `Bytes that are no text are cut too`() {
        let bytes = Array(repeating: UInt8(0x80), count: 200)
        #expect(CloseReason.truncated(bytes).count <= 123)
    }

    @Test(
        arguments: [
            ([], .empty, nil),
            ([0x03], .malformed, .protocolError),
            ([0x03, 0xE8], .code(1000), nil),
            ([0x03, 0xE8, 0x62, 0x79, 0x65], .code(1000), nil),
            // D49: a reason that is not UTF-8.
            ([0x03, 0xE8, 0xFF], .invalidUTF8, .invalidUTF8),
            ([0x03, 0xE8, 0xC3], .invalidUTF8, .invalidUTF8),
            ([0x03, 0xED], .malformed, .protocolError),
            ([0x03, 0xEE], .malformed, .protocolError),
            ([0x00, 0x00], .malformed, .protocolError),
            ([0x03, 0xF2], .code(1010), nil),
            ([0x0F, 0xA0], .code(4000), nil),
            ([0x13, 0x88], .malformed, .protocolError),
        ] as [([UInt8], ClosePayload, Violation?)]
    )
    func `A received close is judged`(bytes: [UInt8], payload: ClosePayload, violation: Violation?) {
        let read = ClosePayload(fromClient: bytes.span)
        #expect(read == payload)
        #expect(read.violation == violation)
    }
}
