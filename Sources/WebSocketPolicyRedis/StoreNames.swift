import Crypto
import PolicyRuntime

/// The keys of counters and of lists in the store, and the names in those lists.
///
/// | what | what is hashed | what stands in the store |
/// |---|---|---|
/// | a counter | the limit and its key | `prefix:{32 hexadecimal digits}` |
/// | a policy's list of who is revoked | `revoked`, LF, the policy's name | the same, then `:changes`; and `:ends` |
/// | a subject in it | `revoked`, LF, the policy's name, LF, `subject`, LF, the subject | 32 hexadecimal digits |
/// | a token's id in it | `revoked`, LF, the policy's name, LF, `id`, LF, the id | 32 hexadecimal digits |
///
/// The digits are the first 16 bytes of an HMAC-SHA256 with the store's secret; the braces are what Redis Cluster hashes.
struct StoreNames: Sendable {
    private let prefix: [UInt8]
    private let secret: [UInt8]
    private let code: NameCode

    init(prefix: String, secret: [UInt8]) {
        self.prefix = Array(prefix.utf8)
        self.secret = secret
        code = NameCode(secret)
    }

    /// The key of a counter.
    func key(_ name: [UInt8]) -> [UInt8] {
        let code = code.name(name)
        return prefix + Array(":{".utf8) + Self.digits(code.high) + Self.digits(code.low) + [0x7D]
    }

    /// The two keys of the list of who is revoked.
    func listKeys(of policy: String) -> [[UInt8]] {
        let key = key(Array("revoked\n\(policy)".utf8))
        return [key + Array(":changes".utf8), key + Array(":ends".utf8)]
    }

    /// How somebody is called in the list of a policy.
    func naming(of policy: String) -> SharedRevocations.Naming {
        func code(_ kind: SharedRevocations.Kind) -> NameCode {
            NameCode(secret, beginning: Array("revoked\n\(policy)\n\(kind.rawValue)\n".utf8))
        }
        let (subject, tokenID) = (code(.subject), code(.tokenID))
        return { kind, text in
            switch kind {
            case .subject: subject.name(text)
            case .tokenID: tokenID.name(text)
            }
        }
    }

    /// Sixteen hexadecimal digits.
    private static func digits(_ word: UInt64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return stride(from: 60, through: 0, by: -4).map { digits[Int(word >> UInt64($0) & 15)] }
    }

    /// A name as the store writes it.
    static func text(_ name: RevocationName) -> [UInt8] { digits(name.high) + digits(name.low) }

    /// What 32 hexadecimal digits name; nil for anything else.
    static func name(_ text: ArraySlice<UInt8>) -> RevocationName? {
        guard text.count == 32 else { return nil }
        var words: [UInt64] = [0, 0]
        for (place, byte) in text.enumerated() {
            let digit: UInt64
            switch byte {
            case 0x30...0x39: digit = UInt64(byte - 0x30)
            case 0x61...0x66: digit = UInt64(byte - 0x61 + 10)
            default: return nil
            }
            words[place / 16] = words[place / 16] << 4 | digit
        }
        return RevocationName(high: words[0], low: words[1])
    }
}

/// HMAC-SHA256 (RFC 2104) of names that begin alike, past the secret and the beginning already: a copy makes the code of one name.
private struct NameCode: Sendable {
    private let inner: SHA256
    private let outer: SHA256

    init(_ secret: [UInt8], beginning: [UInt8] = []) {
        var block = secret.count > SHA256.blockByteCount ? Array(SHA256.hash(data: secret)) : secret
        block += Array(repeating: 0, count: SHA256.blockByteCount - block.count)
        var inner = SHA256()
        inner.update(data: block.map { $0 ^ 0x36 })
        inner.update(data: beginning)
        var outer = SHA256()
        outer.update(data: block.map { $0 ^ 0x5C })
        self.inner = inner
        self.outer = outer
    }

    /// The first half of the code.
    func name(_ rest: [UInt8]) -> RevocationName {
        var inner = inner
        unsafe rest.withUnsafeBytes { unsafe inner.update(bufferPointer: $0) }
        var outer = outer
        // The digest outlives the call.
        unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
        return unsafe outer.finalize().withUnsafeBytes { bytes in
            // A digest has 32 bytes.
            unsafe RevocationName(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
