/// Whom a verified token belongs to; a class, so that a handshake hands one reference on.
package final class TokenIdentity: Sendable, Equatable {
    /// Where the UTF-8 of a subject is.
    package enum Subject: Sendable {
        /// In the claims, as it stands there.
        case inPayload(Range<Int>)
        /// The claims write it with escapes, or it is not of them.
        case decoded([UInt8])
    }

    /// Whom it names; nil where it names nobody.
    private let whose: Subject?
    /// UTF-8 of the token's own id (`jti`); nil where it has none.
    package let id: [UInt8]?
    /// The moment at which the connection closes, nanoseconds since 1970, clock skew added; nil where it does not.
    package let closesAt: Int64?
    /// The claims as JSON, for limits per claim.
    package let payload: [UInt8]
    /// Both in the list that all instances share; nil where the policy shares none.
    package let revocationNames: RevocationNames?

    /// - Parameters:
    ///   - whose: the subject; a range lies in `payload`.
    ///   - id: the token's own id.
    ///   - closesAt: when the connection closes, nanoseconds since 1970.
    ///   - payload: the claims as JSON.
    ///   - revocationNames: both in the list that all instances share.
    package init(
        of whose: Subject?,
        id: [UInt8]? = nil,
        closesAt: Int64?,
        payload: [UInt8],
        revocationNames: RevocationNames? = nil
    ) {
        self.whose = whose
        self.id = id
        self.closesAt = closesAt
        self.payload = payload
        self.revocationNames = revocationNames
    }

    /// UTF-8 of the subject, copied; nil where the token has none.
    package var subject: [UInt8]? { whose.map { Self.bytes(of: $0, in: payload) } }

    /// Lends the UTF-8 of the subject; nil where the token has none.
    package func withSubject<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
        switch whose {
        case nil: return nil
        case .inPayload(let range):
            let claims = payload
            let subject = claims.span.extracting(range)
            return body(subject)
        case .decoded(let bytes): return body(bytes.span)
        }
    }

    /// The UTF-8 of a subject.
    package static func bytes(of subject: Subject, in payload: [UInt8]) -> [UInt8] {
        switch subject {
        case .inPayload(let range): Array(payload[range])
        case .decoded(let bytes): bytes
        }
    }

    package static func == (left: TokenIdentity, right: TokenIdentity) -> Bool {
        left === right
            || left.subject == right.subject && left.id == right.id && left.closesAt == right.closesAt
                && left.payload == right.payload
    }
}
