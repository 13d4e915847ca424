import Crypto
import CryptoExtras
import PolicyPlan
import PolicyRuntime
import WebSocketProtocol

/// Reads a JSON Web Key or a set of them (RFC 7517, RFC 7518 §6, RFC 8037 §2).
struct JWKReader {
    /// What must be an object without duplicate members before anything in it is read.
    let structure: (record: Int, plan: PlanView)
    /// The policy's algorithms: keys for others are passed over.
    let algorithms: TokenAlgorithm.Set

    private static let mostKeys = 100

    /// Whether the bytes look like JSON.
    static func isJSON(_ bytes: [UInt8]) -> Bool {
        bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 } == 0x7B
    }

    /// The keys of a set, or the one of a JWK, that verify tokens by the policy's algorithms.
    func read(_ bytes: [UInt8]) throws(KeyProblem) -> [VerificationKey] {
        var scratch = ContentScratch()
        guard
            let text = TokenStructure.checked(bytes, record: structure.record, plan: structure.plan, &scratch),
            let root = JSONLookup.root(of: text)
        else { throw .wrongJSON }
        guard let list = JSONLookup.find(["keys"], in: text) else {
            guard let key = try key(root, text) else { throw .unusable }
            return [key]
        }
        return try set(list, text)
    }

    /// Whether a JWK or a set of them has the private half of a key (RFC 7518 §6.2.2, §6.3.2).
    func holdsPrivateMembers(_ bytes: [UInt8]) -> Bool {
        var text = PaddedBytes(capacity: bytes.count)
        text.append(bytes.span)
        guard let root = JSONLookup.root(of: text) else { return false }
        guard let list = JSONLookup.find(["keys"], in: text) else { return member("d", root, text) != nil }
        var item = JSONLookup.item(after: nil, of: list, in: text)
        while let value = item {
            if member("d", value, text) != nil { return true }
            item = JSONLookup.item(after: value, of: list, in: text)
        }
        return false
    }

    private func set(_ list: JSONLookup.Value, _ text: borrowing PaddedBytes) throws(KeyProblem) -> [VerificationKey] {
        guard list.kind == .array else { throw .wrongMember("keys") }
        var keys: [VerificationKey] = []
        var ids: [[UInt8]] = []
        var hasSecret = false
        var hasPublic = false
        var count = 0
        var item = JSONLookup.item(after: nil, of: list, in: text)
        while let value = item {
            count += 1
            guard count <= Self.mostKeys else { throw .tooManyKeys }
            guard value.kind == .object else { throw .wrongMember("keys") }
            if string("kty", value, text) == Array("oct".utf8) { hasSecret = true } else { hasPublic = true }
            if let id = string("kid", value, text) {
                guard !ids.contains(id) else { throw .duplicateID }
                ids.append(id)
            }
            if let key = try key(value, text) { keys.append(key) }
            item = JSONLookup.item(after: value, of: list, in: text)
        }
        guard !hasSecret || !hasPublic else { throw .mixedSet }
        guard !keys.isEmpty else { throw .emptySet }
        return keys
    }

    /// A key; nil where it is for something else.
    private func key(_ value: JSONLookup.Value, _ text: borrowing PaddedBytes) throws(KeyProblem) -> VerificationKey? {
        guard let kind = string("kty", value, text) else { throw .wrongMember("kty") }
        guard try isForSignatures(value, text) else { return nil }
        let id = try optional("kid", value, text)
        let only = try algorithm(value, text)
        // A name that is no signature algorithm, or one of another policy.
        if let only, !algorithms.contains(only) { return nil }
        if only == nil, member("alg", value, text) != nil { return nil }
        let material: VerificationKey.Material
        switch String(decoding: kind, as: UTF8.self) {
        case "oct": material = .secret(SecretKey(try bytes("k", value, text)))
        case "RSA": material = try rsa(value, text)
        case "EC": material = try curve(value, text)
        case "OKP": material = try edwards(value, text)
        default: throw .unknownKind
        }
        if let only, only.keyKind != material.kind { throw .wrongMember("alg") }
        guard TokenAlgorithm.Set.of(material.kind).intersection(algorithms).bits != 0 else { return nil }
        return VerificationKey(material, id: id, only: only)
    }

    /// `use` and `key_ops` (RFC 7517 §4.2, §4.3).
    private func isForSignatures(
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> Bool {
        if let use = try optional("use", value, text), use != Array("sig".utf8) { return false }
        guard let operations = member("key_ops", value, text) else { return true }
        guard operations.kind == .array else { throw .wrongMember("key_ops") }
        var item = JSONLookup.item(after: nil, of: operations, in: text)
        while let operation = item {
            if JSONLookup.isString(operation, equalTo: Array("verify".utf8).span, in: text) { return true }
            item = JSONLookup.item(after: operation, of: operations, in: text)
        }
        return false
    }

    private func algorithm(
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> TokenAlgorithm? {
        guard let name = try optional("alg", value, text) else { return nil }
        return TokenAlgorithm.allCases.first { Array("\($0.name)".utf8) == name }
    }

    // MARK: Kinds

    private func rsa(
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> VerificationKey.Material {
        let modulus = try bytes("n", value, text)
        let exponent = try bytes("e", value, text)
        let bits = Self.bitCount(modulus)
        guard bits >= 2048 else { throw .smallRSA(bits: bits) }
        guard Self.bitCount(exponent) > 1, exponent.last.map({ $0 & 1 == 1 }) == true else { throw .wrongExponent }
        guard let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else { throw .noPublicKey }
        return try RSAKeyCheck.checked(key)
    }

    private static func bitCount(_ number: [UInt8]) -> Int {
        let digits = number.drop { $0 == 0 }
        guard let first = digits.first else { return 0 }
        return 8 * digits.count - first.leadingZeroBitCount
    }

    private func curve(
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> VerificationKey.Material {
        let name = string("crv", value, text).map { String(decoding: $0, as: UTF8.self) }
        let size: Int
        switch name {
        case "P-256": size = 32
        case "P-384": size = 48
        case "P-521": size = 66
        default: throw .wrongMember("crv")
        }
        let x = try bytes("x", value, text)
        let y = try bytes("y", value, text)
        guard x.count == size else { throw .wrongMember("x") }
        guard y.count == size else { throw .wrongMember("y") }
        let point = [0x04] + x + y
        // A point that does not lie on the curve is no key.
        switch size {
        case 32: if let key = try? P256.Signing.PublicKey(x963Representation: point) { return .p256(key) }
        case 48: if let key = try? P384.Signing.PublicKey(x963Representation: point) { return .p384(key) }
        default: if let key = try? P521.Signing.PublicKey(x963Representation: point) { return .p521(key) }
        }
        throw .wrongMember("x")
    }

    private func edwards(
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> VerificationKey.Material {
        guard string("crv", value, text) == Array("Ed25519".utf8) else { throw .wrongMember("crv") }
        let x = try bytes("x", value, text)
        guard x.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
            throw .wrongMember("x")
        }
        return .ed25519(key)
    }

    // MARK: Members

    private func member(
        _ name: String,
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) -> JSONLookup.Value? {
        JSONLookup.step(Array(name.utf8).span, from: value, in: text)
    }

    private func string(_ name: String, _ value: JSONLookup.Value, _ text: borrowing PaddedBytes) -> [UInt8]? {
        member(name, value, text).flatMap { JSONLookup.string($0, in: text) }
    }

    /// A text that may be missing, but is nothing else.
    private func optional(
        _ name: String,
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> [UInt8]? {
        guard member(name, value, text) != nil else { return nil }
        guard let found = string(name, value, text) else { throw .wrongMember(name) }
        return found
    }

    /// Bytes as base64url.
    private func bytes(
        _ name: String,
        _ value: JSONLookup.Value,
        _ text: borrowing PaddedBytes
    ) throws(KeyProblem) -> [UInt8] {
        guard let encoded = string(name, value, text), let found = KeyEncoding.base64url.decode(encoded),
            !found.isEmpty
        else { throw .wrongMember(name) }
        return found
    }
}
