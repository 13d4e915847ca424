import Testing
import WebSocketProtocol

struct ForwardedProtoTests {
    @Test(arguments: [
        (["https"], ForwardedProto.secure),
        (["wss"], .secure),
        (["HTTPS"], .secure),
        (["http"], .insecure),
        (["ws"], .insecure),
        (["https,http"], .insecure),
        (["http, https"], .secure),
        (["http", "https"], .secure),
        (["https", "http "], .insecure),
        ([], .unknown),
        ([""], .unknown),
        (["https,"], .unknown),
        (["httpss"], .unknown),
        (["ftp"], .unknown),
        (["https;"], .unknown),
        (["\"https\""], .unknown),
    ])
    func `The right-most X-Forwarded-Proto counts`(lines: [String], proto: ForwardedProto) {
        let request = HandshakeRequest.fields(lines.map { ("X-Forwarded-Proto", $0) })
        #expect(ForwardedProto.ofXForwardedProto(request) == proto)
        #expect(ForwardedProto.ofForwarded(request) == .unknown)
    }

    @Test(arguments: [
        (["for=1.1.1.1;proto=https"], ForwardedProto.secure),
        (["proto=http, Proto=\"WSS\""], .secure),
        (["proto=https", "for=1.1.1.1"], .unknown),
        (["proto=https;proto=https"], .unknown),
        (["proto=https", "proto=http"], .insecure),
        ([], .unknown),
    ])
    func `The right-most proto of Forwarded counts`(lines: [String], proto: ForwardedProto) {
        let request = HandshakeRequest.fields(lines.map { ("Forwarded", $0) })
        #expect(ForwardedProto.ofForwarded(request) == proto)
    }
}
