import PolicyDocument
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Reported cases of tokens and subprotocols, each by its id.
struct TokenCases {
    private static func trial(_ from: String, more: String = "") throws -> Trial {
        try Trial(
            "origins: { allow: [https://app.example] }\n"
                + "token: { from: [\(from)], algorithms: [HS256], keys: [{ env: K }] }\n" + more
        )
    }

    @Test func `D20 a subprotocol that the policy does not list runs nothing`() throws {
        var trial = try Trial(
            """
            origins: { allow: [https://app.example] }
            subprotocols: { allow: [graphql-transport-ws], absent: deny }
            """
        )
        trial.handshake("a", headers: [("Sec-WebSocket-Protocol", "graphql-ws")])
        trial.message(#"{"type":"start"}"#, "a")
        trial.handshake("b", headers: [("Sec-WebSocket-Protocol", "graphql-ws, graphql-transport-ws")])
        trial.handshake("c")
        let lines = trial.decisions()
        #expect(
            lines.map { $0.violation?.name ?? $0.kind.rawValue } == [
                "subprotocolForbidden", "closed", "accept", "subprotocolForbidden",
            ]
        )
        #expect(lines[0].answer == .http(status: 400))
        #expect(lines[2].subprotocol == "graphql-transport-ws")
    }

    @Test func `D20 a legacy protocol's first message is no init, and ends the connection`() throws {
        var trial = try Trial(
            """
            origins: { allow: [https://app.example] }
            subprotocols: { allow: [graphql-transport-ws, graphql-ws] }
            closeCodes: { ruleDenied: 4401 }
            messages:
              first: connection_init
              discriminator: /type
              types: { connection_init: , start: , subscribe: { rate: 1/s } }
            """
        )
        for name in ["a", "b", "c", "d"] {
            trial.handshake(name, headers: [("Sec-WebSocket-Protocol", "graphql-ws")])
        }
        trial.message(#"{"type":"start"}"#, "a")
        trial.message(#"{"type":"connection_init"}"#, "b")
        trial.message(#"{"type":"start"}"#, "b")
        trial.message(#"{"type":"start"}"#, "b")
        trial.message(#"{"type":"connection_init"}"#, "b")
        // What is refused before is no first message, and what the server sends neither.
        trial.serverMessage(#"{"type":"start"}"#, "c")
        trial.message(#"{"type":"connection_init"}"#, "c")
        trial.message(#"{"type":"other"}"#, "d")
        let lines = trial.decisions().dropFirst(4)
        #expect(
            lines.map { $0.violation?.name ?? $0.kind.rawValue } == [
                "ruleDenied", "forward", "forward", "forward", "ruleDenied", "forward", "forward", "unknownMessageType",
            ]
        )
        #expect(lines.first?.closeCode == 4401)
        #expect(lines.first?.policy?.hasSuffix(":7:10") == true, "\(lines.first?.policy ?? "")")
    }

    @Test func `a first message that is dropped or warned about, and an observed order`() throws {
        let types = "discriminator: /t, types: { a: { schema: { required: [x] } }, b: }"
        for (word, kinds) in [
            ("drop", ["schemaMismatch", "ruleDenied"]), ("warn", ["schemaMismatch", "forward", "ruleDenied"]),
        ] {
            var trial = try Trial(
                "origins: { allow: [https://app.example] }\nmessages: { onViolation: \(word), first: a, \(types) }"
            )
            trial.handshake()
            for text in [#"{"t":"a"}"#, #"{"t":"b"}"#, #"{"t":"a","x":1}"#] { trial.message(text) }
            let words = trial.words().dropFirst().filter { $0 != "closed" }
            #expect(Array(words) == kinds, "\(word)")
        }
        var trial = try Trial(
            "origins: { allow: [https://app.example] }\nmessages: { mode: observe, first: a, \(types) }"
        )
        trial.handshake()
        for text in [#"{"t":"b"}"#, #"{"t":"b"}"#, #"{"t":"a","x":1}"#] { trial.message(text) }
        #expect(trial.decisions().map(\.observed) == [[], [.ruleDenied], [], [.ruleDenied]])
        #expect(trial.words() == ["accept", "forward", "forward", "forward"])
    }

    @Test func `D21 the scheme Bearer is read without regard to case, another one is no token`() throws {
        var trial = try Self.trial("{ header: Authorization }")
        trial.handshake("a", headers: [("authorization", "bEaReR  \(Trial.goodToken)")])
        trial.handshake("b", headers: [("Authorization", "Basic \(Trial.goodToken)")])
        trial.handshake(
            "c",
            headers: [("Authorization", "Bearer \(Trial.goodToken)"), ("Authorization", "Bearer \(Trial.goodToken)")]
        )
        #expect(trial.words() == ["accept", "tokenMissing", "tokenInvalid"])
        let missing = trial.decisions()[1]
        #expect(missing.answer == .http(status: 401))
        #expect(missing.responseHeaders.contains { $0.name == "WWW-Authenticate" && $0.value == "Bearer" })
    }

    @Test func `D22 the algorithm is the policy's, never the token's`() throws {
        var trial = try Self.trial("{ query: token }")
        let claims = #"{"exp":\#(Int(Trial.start) + 60)}"#
        let none =
            Trial.token(claims, header: #"{"alg":"none"}"#).split(separator: ".").prefix(2).joined(separator: ".") + "."
        for token in [
            none, Trial.token(claims, header: #"{"alg":"none"}"#), Trial.token(claims, header: #"{"alg":"HS512"}"#),
        ] {
            trial.handshake(target: "/ws?token=\(token)")
        }
        trial.handshake(target: "/ws?token=\(Trial.token(claims))")
        #expect(trial.words() == ["tokenInvalid", "tokenInvalid", "tokenInvalid", "accept"])
        let findings = Trial.findings(
            "origins: { allow: [] }\ntoken: { from: [{ header: Authorization }], keys: [{ env: K }] }"
        )
        #expect(findings.contains { $0.id == "algorithms-missing" && $0.severity == .error })
    }

    @Test func `a percent-encoded token arrives whole, and what is padded is not cut`() throws {
        var trial = try Self.trial("{ query: token }")
        trial.handshake("a", target: "/ws?token=\(Trial.goodToken.replacing(".", with: "%2E"))")
        trial.handshake("b", target: "/ws?token=\(Trial.goodToken)==")
        trial.handshake("c", target: "/ws?token=\(Trial.goodToken)%3D")
        trial.handshake("d", target: "/ws?token=\(Trial.goodToken)&token=")
        trial.handshake("e", target: "/ws?token=%zz")
        let decisions = trial.decisions()
        #expect(
            decisions.map { $0.violation?.name ?? "accept" } == [
                "accept", "tokenInvalid", "tokenInvalid", "tokenInvalid", "tokenInvalid",
            ]
        )
        #expect(decisions[1].detail == "a part of the token is not canonical base64url")
    }

    @Test(arguments: [["p1,p2"], ["p1", "p2"], ["p1 , p2 ,"]])
    func `D24 offers are one list, however they are written`(_ lines: [String]) throws {
        var trial = try Trial(
            "origins: { allow: [https://app.example] }\nsubprotocols: { allow: [p2], absent: deny }"
        )
        trial.handshake(headers: lines.map { ("Sec-WebSocket-Protocol", $0) })
        #expect(trial.decisions()[0].subprotocol == "p2")
    }

    @Test func `D25 a subprotocol is a token and compares with case`() throws {
        let wrong = Trial.findings("origins: { allow: [] }\nsubprotocols: { allow: [seed/3.1] }")
        #expect(wrong.contains { $0.id == "wrong-subprotocol" && $0.severity == .error })
        var trial = try Trial("origins: { allow: [https://app.example] }\nsubprotocols: { allow: [Feed1] }")
        trial.handshake("a", headers: [("Sec-WebSocket-Protocol", "feed1")])
        trial.handshake("b", headers: [("Sec-WebSocket-Protocol", "feed1, Feed1")])
        #expect(trial.words() == ["subprotocolForbidden", "accept"])
    }

    @Test func `D23 a token among the subprotocols is never echoed, and alone it is refused`() throws {
        var trial = try Self.trial("{ subprotocol: bearer. }", more: "subprotocols: { allow: [app.v1] }")
        trial.handshake("a", headers: [("Sec-WebSocket-Protocol", "app.v1, bearer.\(Trial.goodToken)")])
        trial.handshake("b", headers: [("Sec-WebSocket-Protocol", "bearer.\(Trial.goodToken)")])
        #expect(trial.words() == ["accept", "subprotocolForbidden"])
        #expect(trial.decisions()[0].subprotocol == "app.v1")
    }

    @Test func `failed tokens of one address stop being tried, those of another are`() throws {
        var trial = try Self.trial(
            "{ query: token }",
            more: "limits: { tokenAttempts: { rate: 1/s, burst: 3 } }"
        )
        for _ in 0..<4 { trial.handshake(target: "/ws?token=a.b.c") }
        trial.handshake("good", target: "/ws?token=\(Trial.goodToken)")
        trial.handshake("other", target: "/ws?token=\(Trial.goodToken)", peer: "203.0.113.8:1")
        trial.handshake("later", at: 1.001, target: "/ws?token=\(Trial.goodToken)")
        #expect(
            trial.words() == [
                "tokenInvalid", "tokenInvalid", "tokenInvalid", "connectionRate", "connectionRate", "accept", "accept",
            ]
        )
    }
}
