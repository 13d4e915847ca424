/// The signature algorithms of JWS that a policy may pin (RFC 7518 §3.1, RFC 8037 §3.1), in the order of the language's list.
enum TokenAlgorithm: UInt32, CaseIterable, Sendable {
    case hs256, hs384, hs512, rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, edDSA

    /// What kind of key an algorithm takes.
    enum KeyKind: Sendable, Equatable {
        case secret, rsa, p256, p384, p521, ed25519
    }

    enum Hash: Sendable {
        case sha256, sha384, sha512

        var byteCount: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    /// As `alg` has it.
    var name: StaticString {
        switch self {
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .ps384: "PS384"
        case .ps512: "PS512"
        case .es256: "ES256"
        case .es384: "ES384"
        case .es512: "ES512"
        case .edDSA: "EdDSA"
        }
    }

    var keyKind: KeyKind {
        switch self {
        case .hs256, .hs384, .hs512: .secret
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        case .edDSA: .ed25519
        }
    }

    /// Ed25519 has its own inside.
    var hash: Hash {
        switch self {
        case .hs256, .rs256, .ps256, .es256: .sha256
        case .hs384, .rs384, .ps384, .es384: .sha384
        case .hs512, .rs512, .ps512, .es512, .edDSA: .sha512
        }
    }

    /// A set of algorithms, bit n the n-th: as plans hold it.
    struct Set: Sendable, Equatable {
        let bits: UInt32

        init(bits: UInt32) {
            self.bits = bits
        }

        init(_ algorithms: some Sequence<TokenAlgorithm>) {
            bits = algorithms.reduce(0) { $0 | 1 << $1.rawValue }
        }

        func contains(_ algorithm: TokenAlgorithm) -> Bool {
            bits & 1 << algorithm.rawValue != 0
        }

        var members: [TokenAlgorithm] {
            TokenAlgorithm.allCases.filter(contains)
        }

        func intersection(_ other: Set) -> Set {
            Set(bits: bits & other.bits)
        }

        /// The algorithms that a key of a kind takes.
        static func of(_ kind: KeyKind) -> Set {
            Set(TokenAlgorithm.allCases.filter { $0.keyKind == kind })
        }
    }
}
