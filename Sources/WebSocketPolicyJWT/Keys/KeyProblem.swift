/// Why something is no key that verifies tokens, as the end of a sentence that begins with the key's name.
enum KeyProblem: Error, Equatable {
    case noPublicKey
    case privateKey
    case certificate
    case publicKeyAsSecret
    case secretAsPublicKey
    case wrongPEM
    case wrongJSON
    case unknownKind
    case wrongMember(String)
    case unusable
    case smallRSA(bits: Int)
    case shortSecret(byteCount: Int)
    case wrongExponent
    case weakRSA
    case duplicateID
    case mixedSet
    case emptySet
    case tooManyKeys

    /// What is said behind the key's name.
    var text: String {
        switch self {
        case .noPublicKey: "holds no public key that can be read"
        case .privateKey: "holds a private key; what verifies tokens is its public key"
        case .certificate: "holds a certificate; what verifies tokens is its public key alone"
        case .publicKeyAsSecret: "holds a public key, which must never be taken for a shared secret"
        case .secretAsPublicKey: "holds a shared secret, and the policy's algorithms take public keys"
        case .wrongPEM: "is broken PEM"
        case .wrongJSON: "is no JSON object without duplicate members"
        case .unknownKind: "is a JWK of a kind that is not known"
        case .wrongMember(let name): "is a JWK whose `\(name)` cannot be used"
        case .unusable: "is a JWK that is not for verifying tokens by the policy's algorithms"
        case .smallRSA(let bits): "is an RSA key of \(bits) bits; 2048 are the least"
        case .shortSecret(let count): "is a shared secret of \(count) bytes, which is shorter than the hash"
        case .wrongExponent: "is an RSA key with an exponent of 1 or an even one"
        case .weakRSA: "is an RSA key that a flawed generator made (ROCA); its private key can be computed"
        case .duplicateID: "holds two keys of one `kid`"
        case .mixedSet: "holds shared secrets beside public keys"
        case .emptySet: "holds no key for verifying tokens by the policy's algorithms"
        case .tooManyKeys: "holds more than 100 keys"
        }
    }
}
