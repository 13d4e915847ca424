import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Reported cases of client addresses and of rates, each by its id.
struct AddressAndRateCases {
    private static let origins = "origins: { allow: [https://app.example] }\n"
    private static let proxies =
        "transport: { trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor, tls: optional }\n"

    @Test func `D16 the client is the first untrusted hop from the right`() throws {
        var trial = try Trial(
            Self.origins + Self.proxies + "limits: { connections: [{ per: clientAddress, atMost: 2 per minute }] }"
        )
        for number in 1...3 {
            trial.handshake(
                "c\(number)",
                headers: [("X-Forwarded-For", "1.1.1.\(number), 198.51.100.7")],
                peer: "10.0.0.2:1"
            )
        }
        #expect(trial.words() == ["accept", "accept", "connectionRate"])
    }

    @Test func `D17 a forwarded address counts only from a trusted peer`() throws {
        var trial = try Trial(Self.origins + "limits: { connections: [{ per: clientAddress, concurrent: 2 }] }")
        for number in 1...3 {
            trial.handshake(
                "c\(number)",
                headers: [("X-Forwarded-For", "192.0.2.\(number)")],
                peer: "198.51.100.7:\(number)"
            )
        }
        #expect(trial.words() == ["accept", "accept", "connectionCount"])
    }

    @Test func `D18 a mapped peer is the IPv4 address that it maps`() throws {
        var trial = try Trial(
            Self.origins + "transport: { trustedProxies: [10.42.0.0/16], clientAddress: forwardedFor, tls: optional }\n"
                + "clients: { allow: [203.0.113.5] }"
        )
        trial.handshake(headers: [("X-Forwarded-For", "203.0.113.5")], peer: "[::ffff:10.42.0.1]:9")
        #expect(trial.words() == ["accept"])
    }

    @Test func `D19 IPv6 counts by its 64-bit network`() throws {
        var trial = try Trial(
            Self.origins + "limits: { connections: [{ per: clientAddress, atMost: 5 per minute }] }"
        )
        for number in 1...6 { trial.handshake("c\(number)", peer: "[2001:db8:1:1::\(number)]:1") }
        trial.handshake("other", peer: "[2001:db8:1:2::1]:1")
        #expect(trial.words() == Array(repeating: "accept", count: 5) + ["connectionRate", "accept"])
    }

    @Test func `D29 a probe without an upgrade takes no slot`() throws {
        var trial = try Trial(Self.origins + "limits: { connections: [{ per: clientAddress, concurrent: 3 }] }")
        let upgrade = [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        for number in 0..<10 {
            // No upgrade at all, and one of another version, which is what 426 answers.
            let isOld = number.isMultiple(of: 2)
            trial.handshake(
                "probe\(number)",
                headers: isOld ? upgrade + [("Sec-WebSocket-Version", "8")] : [("Connection", "keep-alive")]
            )
        }
        for number in 0..<4 { trial.handshake("c\(number)") }
        let decisions = trial.decisions()
        #expect(decisions.prefix(10).map(\.violation) == Array(repeating: .badHandshake, count: 10))
        #expect(
            decisions.prefix(10).enumerated().allSatisfy {
                $1.answer == .http(status: $0.isMultiple(of: 2) ? 426 : 400)
            }
        )
        #expect(trial.words().suffix(4) == ["accept", "accept", "accept", "connectionCount"])
    }

    @Test func `a count is given back once on every path that ends a connection`() throws {
        var trial = try Trial(
            Self.origins
                + """
                limits: { idleTimeout: 10s, connections: [{ per: clientAddress, concurrent: 1 }] }
                subprotocols: { allow: [a], absent: deny }
                messages: { schema: { type: object } }
                """
        )
        let offer = [("Sec-WebSocket-Protocol", "a")]
        // Refused after it was counted.
        trial.handshake("refused", at: 0)
        trial.handshake("closed", at: 1, headers: offer)
        trial.handshake("second", at: 2, headers: offer)
        // Closed, and closed again.
        trial.close("closed", at: 3)
        trial.close("closed", at: 3)
        trial.handshake("faulty", at: 4, headers: offer)
        // A message that closes, then the end of it.
        trial.message("[]", "faulty", at: 5)
        trial.close("faulty", at: 6)
        trial.handshake("idle", at: 7, headers: offer)
        // The idle timeout, by tick, then the end.
        trial.tick("idle", at: 18)
        trial.close("idle", at: 19)
        trial.handshake("last", at: 20, headers: offer)
        trial.handshake("over", at: 21, headers: offer)
        #expect(
            trial.words().filter { $0 != "closed" } == [
                "subprotocolForbidden", "accept", "connectionCount", "accept", "schemaMismatch", "accept",
                "idleTimeout",
                "accept", "connectionCount",
            ]
        )
    }

    private static func messages(_ limit: String, at moments: [Double]) throws -> [String] {
        var trial = try Trial(
            origins + "limits: { idleTimeout: unlimited, messages: [{ per: connection, \(limit) }], onExceeded: drop }"
        )
        trial.handshake()
        for moment in moments { trial.message("x", at: moment) }
        return Array(trial.words().dropFirst())
    }

    @Test func `D31 no hit renews the window`() throws {
        let words = try Self.messages("atMost: 5 per 60s", at: [0, 10, 20, 30, 59, 61, 62])
        #expect(words == Array(repeating: "forward", count: 6) + ["messageRate"])
    }

    @Test func `D32 a steady rate below the limit always passes`() throws {
        let words = try Self.messages("atMost: 2 per 6s", at: (0..<20).map { Double($0) * 5 })
        #expect(words.allSatisfy { $0 == "forward" })
    }

    @Test func `D33 twice the limit never passes around an edge`() throws {
        let words = try Self.messages(
            "atMost: 100 per 60s",
            at: Array(repeating: 59.9, count: 100) + [60.1, 119.8, 119.9]
        )
        #expect(words == Array(repeating: "forward", count: 100) + ["messageRate", "messageRate", "forward"])
    }

    @Test func `D34 every type of message counts`() throws {
        var trial = try Trial(
            Self.origins
                + "limits: { messages: [{ per: connection, atMost: 10 per 1s }] }\nmessages: { discriminator: /type, types: { ping: , order: } }"
        )
        trial.handshake()
        for number in 0..<11 { trial.message(#"{"type":"\#(number.isMultiple(of: 2) ? "ping" : "order")"}"#, at: 0.01) }
        #expect(trial.words().last == "messageRate")
        #expect(trial.words().filter { $0 == "forward" }.count == 10)
    }

    @Test func `D35 a batch counts by its items`() throws {
        let policy =
            Self.origins
            + "limits: { messages: [{ per: connection, atMost: 100 per 1s }] }\nmessages: { batch: { items: 50, count: items } }"
        func batch(_ count: Int) -> String {
            "[" + Array(repeating: #"{"jsonrpc":"2.0","method":"a"}"#, count: count).joined(separator: ",") + "]"
        }
        var large = try Trial(policy)
        large.handshake()
        large.message(batch(51))
        #expect(large.words() == ["accept", "batchTooLarge"])
        var many = try Trial(policy)
        many.handshake()
        many.message(batch(50))
        many.message(batch(50), at: 0.001)
        many.message(#"{"jsonrpc":"2.0","method":"a"}"#, at: 0.002)
        #expect(many.words() == ["accept", "forward", "forward", "messageRate"])
    }

    @Test func `D36 the window is the one that is written`() throws {
        let words = try Self.messages("atMost: 5 per 600s", at: [0, 0, 0, 0, 0, 61, 601])
        #expect(words == Array(repeating: "forward", count: 5) + ["messageRate", "forward"])
    }

    @Test func `a rate lets its burst through at once and its rate after that`() throws {
        let words = try Self.messages("rate: 2/s, burst: 3", at: [0, 0, 0, 0, 0.499, 0.5, 0.999, 1.0])
        #expect(
            words == [
                "forward", "forward", "forward", "messageRate", "messageRate", "forward", "messageRate", "forward",
            ]
        )
    }

    @Test func `a new connection does not reset the limiter of its address`() throws {
        var trial = try Trial(
            Self.origins + "limits: { messages: [{ per: clientAddress, atMost: 3 per 10s }] }"
        )
        for number in 0..<4 {
            trial.handshake("c\(number)", at: Double(number))
            trial.message("x", "c\(number)", at: Double(number))
            trial.close("c\(number)", at: Double(number))
        }
        #expect(trial.words().filter { $0 == "forward" }.count == 3)
        #expect(trial.words().contains("messageRate"))
    }
}
