import Crypto

/// HMAC (RFC 2104) of one secret, both of its hashes past the secret already: a copy of them makes one code.
struct SavedMAC<Hash: MACHash>: Sendable {
    private let inner: Hash
    private let outer: Hash

    init(_ secret: [UInt8]) {
        var block = secret.count > Hash.blockByteCount ? Array(Hash.hash(data: secret)) : secret
        block += Array(repeating: 0, count: Hash.blockByteCount - block.count)
        var inner = Hash()
        inner.update(data: block.map { $0 ^ 0x36 })
        var outer = Hash()
        outer.update(data: block.map { $0 ^ 0x5C })
        self.inner = inner
        self.outer = outer
    }

    /// The code of bytes.
    func code(of signed: UnsafeRawBufferPointer) -> Hash.Digest {
        var inner = inner
        unsafe inner.update(bufferPointer: signed)
        var outer = outer
        // The digest outlives the call.
        unsafe Hash.withBytes(of: inner.finalize()) { unsafe outer.update(bufferPointer: $0) }
        return outer.finalize()
    }

    /// Whether a signature is the code of bytes; the time does not tell where it differs.
    func isCode(_ signature: [UInt8], of signed: UnsafeRawBufferPointer) -> Bool {
        guard signature.count == Hash.Digest.byteCount else { return false }
        let code = unsafe code(of: signed)
        var difference: UInt8 = 0
        // Both have as many bytes.
        unsafe Hash.withBytes(of: code) { code in
            for index in signature.indices { difference |= unsafe code[index] ^ signature[index] }
        }
        return difference == 0
    }
}

/// A hash whose digest lends its bytes.
protocol MACHash: HashFunction, Sendable {
    /// Lends the bytes of a digest.
    static func withBytes(of digest: Digest, _ body: (UnsafeRawBufferPointer) -> Void)
}

extension SHA256: MACHash {
    static func withBytes(of digest: SHA256Digest, _ body: (UnsafeRawBufferPointer) -> Void) {
        unsafe digest.withUnsafeBytes { unsafe body($0) }
    }
}

extension SHA384: MACHash {
    static func withBytes(of digest: SHA384Digest, _ body: (UnsafeRawBufferPointer) -> Void) {
        unsafe digest.withUnsafeBytes { unsafe body($0) }
    }
}

extension SHA512: MACHash {
    static func withBytes(of digest: SHA512Digest, _ body: (UnsafeRawBufferPointer) -> Void) {
        unsafe digest.withUnsafeBytes { unsafe body($0) }
    }
}
