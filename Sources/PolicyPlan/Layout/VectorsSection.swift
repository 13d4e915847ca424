/// The vectors section: inputs just inside and just outside of each check, with what must come of them.
///
/// They are made from the policy, not from the tables that they test, so that a table which does not mean what the policy
/// says is found before it decides anything. All numbers are 4-byte words, little-endian.
///
/// | part | words |
/// |---|---|
/// | head | version (1), vector count, pool length in bytes |
/// | each vector | kind, subject, input offset, input length, number (2), expectation, source |
/// | pool | the inputs, padded with zeros to a multiple of 4 bytes |
///
/// What subject, input and number are, by kind:
///
/// | kind | subject | input | number |
/// |---|---|---|---|
/// | client | `ClientsRecord` | 16 bytes of an address, mapped IPv4; none: unknown | – |
/// | host | `HostsRecord` | lower-case name | port; all ones: none |
/// | path | – | path | route; all ones: none |
/// | origin | `OriginsRecord` | Origin value; none: no header | 1: a cookie comes with it |
/// | subprotocols | `SubprotocolsRecord` | offers, joined by commas | – |
/// | messageSize, frameSize, fragments, idle, lifetime | route | – | bytes, frames or nanoseconds |
/// | handshakeSize | – | – | bytes |
/// | rate | limit | three 8-byte numbers: count, period in nanoseconds, burst | – |
/// | window | limit | two 8-byte numbers: count, period in nanoseconds | – |
/// | concurrent | limit | an 8-byte number: count | – |
/// | content | `MessageRecord` | a message | – |
///
/// Worked example: `https://app.example` in the origins record at word 40, source 3, as the first vector: `05 00 00 00
/// 28 00 00 00 00 00 00 00 13 00 00 00 | 0… | 00 00 00 00 03 00 00 00`; its 19 bytes stand at the pool's start.
package enum VectorsSection {
    package static let version: UInt32 = 1
    package static let headWordCount = 3
    package static let vectorWordCount = 8

    /// What a vector tests; raw values are part of the plan format.
    package enum Kind: UInt32, CaseIterable, Sendable {
        case client = 1
        case host = 3
        case path = 4
        case origin = 5
        case subprotocols = 6
        case messageSize = 7
        case frameSize = 8
        case fragments = 9
        case idle = 10
        case lifetime = 11
        case handshakeSize = 12
        case rate = 13
        case window = 14
        case concurrent = 15
        case content = 16
    }
}

/// What must come of a vector's input.
package enum VectorExpectation: Hashable, Sendable {
    /// Nothing refuses it.
    case pass
    /// Refused with just this violation.
    case violation(UInt8)
    /// Passed, or refused with any violation but this.
    case anythingBut(UInt8)
    /// Refused with whatever violation.
    case refused

    /// As the section holds it: 0, 1–255, 256–511, 512.
    package var code: UInt32 {
        switch self {
        case .pass: 0
        case .violation(let violation): UInt32(violation)
        case .anythingBut(let violation): 256 + UInt32(violation)
        case .refused: 512
        }
    }

    package init?(code: UInt32) {
        switch code {
        case 0: self = .pass
        case 1...255: self = .violation(UInt8(code))
        case 257...511: self = .anythingBut(UInt8(code - 256))
        case 512: self = .refused
        default: return nil
        }
    }

    /// Whether `violation`, nil where nothing refused, is what was expected.
    package func holds(for violation: UInt8?) -> Bool {
        switch self {
        case .pass: violation == nil
        case .violation(let expected): violation == expected
        case .anythingBut(let excluded): violation != excluded
        case .refused: violation != nil
        }
    }
}
