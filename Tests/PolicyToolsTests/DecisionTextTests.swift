import Testing
import WebSocketProtocol

@testable import PolicyTools

struct DecisionTextTests {
    @Test func `a line says what happened, what was decided and where; the totals count`() {
        var text = DecisionText()
        var accept = DecisionLine(line: 1, connection: "page", kind: .accept)
        accept.subject = "42"
        let request = HandshakeRequest(
            target: "/ws?token=secret",
            headers: [("Host", "a")],
            peer: nil,
            isSecure: true
        )
        #expect(
            text.line(accept, of: .handshake(request))
                == "   1  page          handshake /ws                     accepted  subject 42"
        )
        var refuse = DecisionLine(line: 12, connection: "a-connection-with-a-name", kind: .refuse)
        refuse.violation = .originForbidden
        refuse.answer = .http(status: 403)
        refuse.policy = "policy.yaml:12:5"
        refuse.detail = "origin `https://evil.example` is not listed"
        let lines = text.line(refuse, of: .handshake(request)).split(separator: "\n")
        #expect(
            lines == [
                "  12  a-connectio…  handshake /ws                     refused  originForbidden  HTTP 403  policy.yaml:12:5",
                "                                                      origin `https://evil.example` is not listed",
            ]
        )
        var close = DecisionLine(line: 13, connection: "page", kind: .close)
        close.violation = .idleTimeout
        close.closeCode = 4408
        close.observed = [.messageRate]
        #expect(
            text.line(close, of: nil)
                == "  13  page          a deadline                        closed  idleTimeout  close code 4408  would refuse: messageRate"
        )
        #expect(
            text.totals == """
                3 decisions: 1 accept, 1 refuse, 1 close
                violations:
                  originForbidden        1
                  idleTimeout            1
                would refuse (observe mode):
                  messageRate            1
                """
        )
    }

    @Test func `a control character in a path is not printed`() {
        let request = HandshakeRequest(target: "/a\u{1B}[31m?x", headers: [], peer: nil, isSecure: true)
        #expect(EventSummary.of(.handshake(request)) == "handshake /a.[31m")
        let long = HandshakeRequest(
            target: "/" + String(repeating: "x", count: 99),
            headers: [],
            peer: nil,
            isSecure: true
        )
        #expect(EventSummary.of(.handshake(long)).count == "handshake ".count + 40)
    }
}
