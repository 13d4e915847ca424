import Crypto
import CryptoExtras

/// A key that verifies signatures, with the algorithms that it is for.
struct VerificationKey: Sendable {
    enum Material: Sendable {
        case secret(SecretKey)
        case rsa(_RSA.Signing.PublicKey, signatureByteCount: Int)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)

        var kind: TokenAlgorithm.KeyKind {
            switch self {
            case .secret: .secret
            case .rsa: .rsa
            case .p256: .p256
            case .p384: .p384
            case .p521: .p521
            case .ed25519: .ed25519
            }
        }
    }

    /// `kid`; nil for keys that have none.
    let id: [UInt8]?
    let algorithms: TokenAlgorithm.Set
    private let material: Material

    /// - Parameters:
    ///   - material: the key itself.
    ///   - id: its `kid`.
    ///   - algorithm: the only one that it is for; nil for all that its kind takes.
    init(_ material: Material, id: [UInt8]? = nil, only algorithm: TokenAlgorithm? = nil) {
        self.material = material
        self.id = id
        algorithms = algorithm.map { TokenAlgorithm.Set([$0]) } ?? .of(material.kind)
    }

    /// How long a shared secret is; nil for public keys.
    var secretByteCount: Int? {
        guard case .secret(let key) = material else { return nil }
        return key.byteCount
    }

    /// Whether the signature is this key's, by an algorithm that it is for.
    ///
    /// - Parameters:
    ///   - signature: as JWS has it: a MAC, an RSA signature, r and s side by side, R and S.
    ///   - signed: header, dot and payload as they stand in the token.
    ///   - algorithm: one of `algorithms`.
    /// - Returns: false for a signature of another form or length too.
    func verifies(_ signature: [UInt8], of signed: Span<UInt8>, by algorithm: TokenAlgorithm) -> Bool {
        guard algorithms.contains(algorithm) else { return false }
        // The bytes are valid for the call.
        return unsafe signed.withUnsafeBytes { signed in
            switch material {
            case .secret(let key): return unsafe key.verifies(signature, of: signed, algorithm.hash)
            case .rsa(let key, let byteCount):
                guard signature.count == byteCount else { return false }
                let own = _RSA.Signing.RSASignature(rawRepresentation: signature)
                let padding = Self.padding(algorithm)
                switch algorithm.hash {
                case .sha256: return unsafe key.isValidSignature(own, for: SHA256.hash(data: signed), padding: padding)
                case .sha384: return unsafe key.isValidSignature(own, for: SHA384.hash(data: signed), padding: padding)
                case .sha512: return unsafe key.isValidSignature(own, for: SHA512.hash(data: signed), padding: padding)
                }
            case .p256(let key):
                guard signature.count == 64, let own = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
                else { return false }
                return unsafe key.isValidSignature(own, for: SHA256.hash(data: signed))
            case .p384(let key):
                guard signature.count == 96, let own = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
                else { return false }
                return unsafe key.isValidSignature(own, for: SHA384.hash(data: signed))
            case .p521(let key):
                guard signature.count == 132, let own = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
                else { return false }
                return unsafe key.isValidSignature(own, for: SHA512.hash(data: signed))
            case .ed25519(let key):
                guard signature.count == 64 else { return false }
                return unsafe key.isValidSignature(signature, for: signed)
            }
        }
    }

    /// The MAC of bytes; nil for public keys.
    func mac(of signed: [UInt8], by algorithm: TokenAlgorithm) -> [UInt8]? {
        guard case .secret(let key) = material else { return nil }
        return unsafe signed.withUnsafeBytes { unsafe key.mac(of: $0, algorithm.hash) }
    }

    private static func padding(_ algorithm: TokenAlgorithm) -> _RSA.Signing.Padding {
        switch algorithm {
        case .ps256, .ps384, .ps512: .PSS
        default: .insecurePKCS1v1_5
        }
    }
}

/// A secret of HMAC, taken in by the hashes already.
///
/// A class: six states of hashes are one reference.
final class SecretKey: Sendable {
    private let sha256: SavedMAC<SHA256>
    private let sha384: SavedMAC<SHA384>
    private let sha512: SavedMAC<SHA512>
    let byteCount: Int

    init(_ bytes: [UInt8]) {
        sha256 = SavedMAC(bytes)
        sha384 = SavedMAC(bytes)
        sha512 = SavedMAC(bytes)
        byteCount = bytes.count
    }

    func mac(of signed: UnsafeRawBufferPointer, _ hash: TokenAlgorithm.Hash) -> [UInt8] {
        switch hash {
        case .sha256: unsafe Array(sha256.code(of: signed))
        case .sha384: unsafe Array(sha384.code(of: signed))
        case .sha512: unsafe Array(sha512.code(of: signed))
        }
    }

    func verifies(_ signature: [UInt8], of signed: UnsafeRawBufferPointer, _ hash: TokenAlgorithm.Hash) -> Bool {
        switch hash {
        case .sha256: unsafe sha256.isCode(signature, of: signed)
        case .sha384: unsafe sha384.isCode(signature, of: signed)
        case .sha512: unsafe sha512.isCode(signature, of: signed)
        }
    }
}
