package import PolicyDocument

/// `token`: who a connection says it belongs to, and how that is proved (RFC 7515, RFC 7519, RFC 8725).
package struct TokenSection: Sendable {
    package enum Source: Sendable, Equatable {
        case query(String)
        /// Lower-case field name; `authorization` expects the scheme Bearer.
        case header(String)
        case cookie(String)
        case subprotocol(prefix: String)
        /// In the first message: reference tokens of a JSON Pointer.
        case message([String])
    }

    package enum Absent: String, Sendable, CaseIterable {
        case deny, allow
    }

    package enum Algorithm: String, Sendable, CaseIterable {
        case HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA

        /// HMAC algorithms share one secret; all others have a public key.
        package var isSymmetric: Bool {
            switch self {
            case .HS256, .HS384, .HS512: true
            case .RS256, .RS384, .RS512, .PS256, .PS384, .PS512, .ES256, .ES384, .ES512, .EdDSA: false
            }
        }
    }

    package enum KeyEncoding: String, Sendable, CaseIterable {
        case raw, base64url, base64, hex
    }

    /// Where a key's bytes come from; never the bytes.
    package enum KeySource: Sendable, Equatable {
        case env(String)
        case file(String)
        /// A file that holds a set of JSON Web Keys (RFC 7517 §5).
        case keySet(String)
        /// An `https:` address of such a set, which whoever runs the server fetches.
        case remoteKeySet(String)
    }

    package struct Key: Sendable, Equatable {
        package let source: KeySource
        package let encoding: KeyEncoding

        package init(source: KeySource, encoding: KeyEncoding) {
            self.source = source
            self.encoding = encoding
        }

        /// The name by which levels compare keys and the engine resolves them: `env:NAME`, `file:PATH`, `jwks:PATH` or an address.
        package var name: String {
            switch source {
            case .env(let variable): "env:\(variable)"
            case .file(let path): "file:\(path)"
            case .keySet(let path), .remoteKeySet(let path): "jwks:\(path)"
            }
        }
    }

    /// A message that brings a newer token of the same subject.
    package struct Renewal: Sendable, Equatable {
        /// The type of the message.
        package let type: String
        /// Reference tokens of the pointer to the token in it.
        package let pointer: [String]

        package init(type: String, pointer: [String]) {
            self.type = type
            self.pointer = pointer
        }
    }

    /// Who is asked about tokens that say nothing themselves (RFC 7662).
    package struct Introspection: Sendable {
        /// An `https:` address.
        package let url: Located<String>
        /// How long an answer holds; nil where every token is asked about each time.
        package let cache: Located<Nanoseconds>?

        package init(url: Located<String>, cache: Located<Nanoseconds>?) {
            self.url = url
            self.cache = cache
        }
    }

    package enum Expiry: String, Sendable, CaseIterable {
        case required, optional
    }

    package enum AtExpiry: String, Sendable, CaseIterable {
        case close, ignore
    }

    package var head: SectionHead
    package var from: Located<[Located<Source>]>?
    package var absent: Located<Absent>?
    package var algorithms: Located<[Located<Algorithm>]>?
    package var keys: Located<[Located<Key>]>?
    package var issuer: Located<String>?
    package var audience: Located<[Located<String>]>?
    package var expiry: Located<Expiry>?
    package var clockSkew: Located<Nanoseconds>?
    package var lifetime: Located<Nanoseconds>?
    /// Reference tokens of the JSON Pointer; default `["sub"]`.
    package var subject: Located<[String]>?
    package var claims: Located<SchemaDocument>?
    package var atExpiry: Located<AtExpiry>?
    /// The file that lists who is refused: ids of tokens and subjects.
    package var revoked: Located<String>?
    /// Whether the list that all instances share, in a store, refuses as well.
    package var revokedShared: Located<Bool>?
    package var renew: Located<Renewal>?
    package var introspection: Located<Introspection>?

    package init(head: SectionHead) {
        self.head = head
    }
}

/// `subprotocols`: which offers of Sec-WebSocket-Protocol are taken (RFC 6455 §1.9), in order of preference.
package struct SubprotocolsSection: Sendable {
    package enum Absent: String, Sendable, CaseIterable {
        case allow, deny
    }

    package var head: SectionHead
    package var allow: Located<[Located<String>]>?
    package var absent: Located<Absent>?

    package init(head: SectionHead) {
        self.head = head
    }
}
