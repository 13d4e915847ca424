import Testing
import WebSocketProtocol

@testable import PolicyTools

struct DecisionLineTests {
    @Test func `a refusal by HTTP has a status, one by close has a code`() {
        var line = DecisionLine(line: 3, connection: "c\"1", kind: .refuse)
        line.violation = .originForbidden
        line.answer = .http(status: 403)
        line.policy = "policy.yaml:9:5"
        line.detail = "tab\there \u{1}"
        #expect(
            line.json
                == #"{"line":3,"connection":"c\"1","decision":"refuse","violation":"originForbidden","deliver":"http","status":403,"responseHeaders":[],"policy":"policy.yaml:9:5","detail":"tab\there \u0001"}"#
        )
        line.answer = .close(code: 4004)
        #expect(line.json.contains(#""deliver":"close","closeCode":4004"#))
    }

    @Test func `what says nothing is left out`() {
        #expect(
            DecisionLine(line: 1, connection: "c", kind: .wait).json
                == #"{"line":1,"connection":"c","decision":"wait"}"#
        )
        var forward = DecisionLine(line: 2, connection: "c", kind: .forward)
        forward.type = "ping"
        forward.observed = [.messageRate]
        #expect(
            forward.json
                == #"{"line":2,"connection":"c","decision":"forward","type":"ping","observed":["messageRate"]}"#
        )
    }
}
