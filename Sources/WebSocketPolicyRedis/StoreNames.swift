import Crypto

/// The keys of counters in the store.
struct StoreNames: Sendable {
    private let prefix: [UInt8]
    private let secret: [UInt8]

    init(prefix: String, secret: [UInt8]) {
        self.prefix = Array(prefix.utf8)
        self.secret = secret
    }

    /// `prefix:{32 hexadecimal digits}`: half of the name's HMAC-SHA256; the braces are what Redis Cluster hashes.
    func key(_ name: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: name, using: SymmetricKey(data: secret))
        var key = prefix + Array(":{".utf8)
        for byte in code.prefix(16) {
            key.append(digits[Int(byte >> 4)])
            key.append(digits[Int(byte & 15)])
        }
        key.append(0x7D)
        return key
    }
}
