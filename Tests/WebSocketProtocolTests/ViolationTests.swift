import Testing
import WebSocketProtocol

struct ViolationTests {
    @Test func `The orders and the table name the same set`() {
        let ordered = Set(
            Violation.handshakeOrder + Violation.messageOrder + Violation.outboundOrder + Violation.deadlineOrder
        )
        #expect(ordered == Set(Violation.allCases))
    }

    @Test(arguments: Violation.allCases)
    func `A name leads back to its violation`(violation: Violation) {
        #expect(Violation(name: violation.name) == violation)
        #expect(violation.name == "\(violation)")
    }

    @Test(arguments: ["", "BadHandshake", "badhandshake", "originForbidden "])
    func `No other name is one`(name: String) {
        #expect(Violation(name: name) == nil)
    }

    /// The rows of the table in the language page: status (0 where there is none), close code, names.
    @Test(
        arguments: [
            (400, 1002, "badHandshake subprotocolForbidden"),
            (431, 1008, "handshakeTooLarge"),
            (403, 4003, "clientForbidden tlsRequired claimForbidden ruleDenied"),
            (421, 4003, "hostForbidden"),
            (404, 4004, "pathForbidden"),
            (403, 4004, "originMissing originForbidden"),
            (429, 4029, "connectionRate"),
            (503, 4029, "connectionCount"),
            (401, 4001, "tokenMissing tokenRevoked"),
            (401, 4002, "tokenExpired"),
            (401, 4003, "tokenInvalid"),
            (0, 1002, "protocolError"),
            (0, 1003, "binaryForbidden"),
            (0, 4008, "frameTooLarge messageTooLarge tooManyFragments compressionBomb slowClient"),
            (0, 4029, "messageRate byteRate controlFrameRate"),
            (0, 1007, "invalidUTF8"),
            (
                0, 4000,
                "malformedJSON duplicateKey nestingTooDeep unsafeNumber batchTooLarge unknownMessageType schemaMismatch forbiddenContent"
            ),
            (408, 4408, "handshakeTimeout tokenTimeout idleTimeout lifetimeReached"),
            (503, 1013, "storeUnavailable"),
            (0, 1012, "policyChanged"),
        ] as [(UInt16, UInt16, String)]
    )
    func `Status and close code are those of the table`(row: (UInt16, UInt16, String)) throws {
        for name in row.2.split(separator: " ") {
            let violation = try #require(Violation(name: String(name)))
            #expect(violation.defaultStatus ?? 0 == row.0, "\(name)")
            #expect(violation.defaultCloseCode == row.1, "\(name)")
        }
    }

    @Test func `What may refuse a handshake has a status`() {
        for violation in Violation.allCases where violation.isHandshake { #expect(violation.defaultStatus != nil) }
        for violation in Violation.handshakeOrder { #expect(violation.isHandshake) }
        #expect(!Violation.invalidUTF8.isHandshake)
    }

    @Test func `Only what stands behind the path may be delivered by a close`() {
        let first = Violation.handshakeOrder.prefix { $0 != .originMissing }
        #expect(first.count == 6)
        for violation in Violation.handshakeOrder {
            #expect(violation.mayDeliverClose == !first.contains(violation), "\(violation)")
        }
    }

    @Test func `Only the connection limits need Retry-After`() {
        #expect(Violation.allCases.filter(\.needsRetryAfter) == [.connectionRate, .connectionCount])
    }

    @Test(arguments: Violation.allCases)
    func `Defaults can be sent`(violation: Violation) {
        #expect(CloseCode.isSendable(byServer: violation.defaultCloseCode))
        #expect((1...CloseReason.maxBytes).contains(violation.summary.utf8.count))
    }

    @Test func `Summaries tell violations apart`() {
        #expect(Set(Violation.allCases.map(\.summary)).count == Violation.allCases.count)
    }
}
