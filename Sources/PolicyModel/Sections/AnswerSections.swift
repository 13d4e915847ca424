package import PolicyDocument
package import WebSocketProtocol

/// One entry of `closeCodes`.
package struct CloseCodeEntry: Sendable {
    package var violation: Located<Violation>
    package var code: Located<UInt16>

    package init(violation: Located<Violation>, code: Located<UInt16>) {
        self.violation = violation
        self.code = code
    }
}

/// One entry of `responses`: how a refused handshake is told.
package struct ResponseEntry: Sendable {
    package enum Delivery: String, Sendable, CaseIterable {
        case http, close
    }

    package var violation: Located<Violation>
    package var span: Span
    package var deliver: Located<Delivery>?
    /// 400–599.
    package var status: Located<UInt16>?
    /// At most 123 bytes of UTF-8; sent as the close reason.
    package var reason: Located<String>?

    package init(violation: Located<Violation>, span: Span) {
        self.violation = violation
        self.span = span
    }
}

/// One entry of `responseHeaders`: sent on the 101 and on refusals.
package struct ResponseHeaderEntry: Sendable {
    package var name: Located<String>
    package var value: Located<String>

    package init(name: Located<String>, value: Located<String>) {
        self.name = name
        self.value = value
    }
}
