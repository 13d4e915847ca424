import CryptoExtras

/// What an RSA key must be: 2048 bits at least, an odd exponent above 1, and not of the generator that leaks its primes.
enum RSAKeyCheck {
    static func checked(_ key: _RSA.Signing.PublicKey) throws(KeyProblem) -> VerificationKey.Material {
        guard key.keySizeInBits >= 2048 else { throw .smallRSA(bits: key.keySizeInBits) }
        guard let numbers = try? key.getKeyPrimitives() else { throw .noPublicKey }
        let exponent = Array(numbers.publicExponent.drop { $0 == 0 })
        guard let last = exponent.last, last & 1 == 1, exponent != [1] else { throw .wrongExponent }
        let modulus = Array(numbers.modulus)
        if hasFlawedPrimes(modulus) { throw .weakRSA }
        return .rsa(key, signatureByteCount: (key.keySizeInBits + 7) / 8)
    }

    /// The primes of the generator's base, up to those whose powers are looked at.
    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    /// Whether the modulus is, modulo each small prime, a power of 65537: so are all moduli of CVE-2017-15361, and of
    /// others about one in 2^28.
    static func hasFlawedPrimes(_ modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in
            let rest = modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime }
            var power: UInt32 = 1
            for _ in 0..<prime {
                if power == rest { return true }
                power = power * (65_537 % prime) % prime
            }
            return false
        }
    }
}
