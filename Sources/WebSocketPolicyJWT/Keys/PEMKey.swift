import Crypto
import CryptoExtras

/// Reads a public key in PEM (RFC 7468): SubjectPublicKeyInfo, or PKCS #1 for RSA.
enum PEMKey {
    /// The fixed head of an Ed25519 key's SubjectPublicKeyInfo (RFC 8410 §4), before its 32 bytes.
    private static let ed25519Head: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    /// Whether the bytes look like PEM at all.
    static func isPEM(_ bytes: [UInt8]) -> Bool {
        let head = Array("-----BEGIN ".utf8)
        return bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }.starts(with: head)
    }

    static func read(_ bytes: [UInt8]) throws(KeyProblem) -> VerificationKey.Material {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .wrongPEM }
        let lines = text.split { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
            .map { $0.trimmingBlanks }.filter { !$0.isEmpty }
        guard let first = lines.first, let last = lines.last, lines.count > 2,
            first.hasPrefix("-----BEGIN "), first.hasSuffix("-----")
        else { throw .wrongPEM }
        let label = first.dropFirst(11).dropLast(5)
        if label.hasSuffix("PRIVATE KEY") { throw .privateKey }
        if label.hasSuffix("CERTIFICATE") { throw .certificate }
        guard label == "PUBLIC KEY" || label == "RSA PUBLIC KEY", last == "-----END \(label)-----",
            lines.dropFirst().dropLast().allSatisfy({ !$0.hasPrefix("-") })
        else { throw .wrongPEM }
        guard let der = KeyEncoding.base64.decode(Array(lines.dropFirst().dropLast().joined().utf8)) else {
            throw .wrongPEM
        }
        if der.count == ed25519Head.count + 32, der.starts(with: ed25519Head) {
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: der.suffix(32)) else {
                throw .noPublicKey
            }
            return .ed25519(key)
        }
        if let key = try? P256.Signing.PublicKey(derRepresentation: der) { return .p256(key) }
        if let key = try? P384.Signing.PublicKey(derRepresentation: der) { return .p384(key) }
        if let key = try? P521.Signing.PublicKey(derRepresentation: der) { return .p521(key) }
        if let key = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der) { return try RSAKeyCheck.checked(key) }
        throw .noPublicKey
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
