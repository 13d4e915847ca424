import Crypto
import Testing

@testable import WebSocketPolicyJWT

/// Codes by hashes that are past the secret already.
struct SavedMACTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in hex.utf8 {
            let value = digit < 0x3A ? digit - 0x30 : digit - 0x57
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    private static func code<Hash: MACHash>(_ secret: [UInt8], _ text: [UInt8], _: Hash.Type) -> [UInt8] {
        let saved = SavedMAC<Hash>(secret)
        return unsafe text.withUnsafeBytes { unsafe Array(saved.code(of: $0)) }
    }

    /// RFC 4231 §4: test cases 1, 2, 3, 6 and 7.
    @Test(
        arguments: [
            (
                String(repeating: "0b", count: 20), "4869205468657265",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                String(repeating: "aa", count: 131),
                "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
    )
    func `the codes are those of RFC 4231`(_ secret: String, _ text: String, _ expected: String) {
        #expect(Self.code(Self.bytes(secret), Self.bytes(text), SHA256.self) == Self.bytes(expected))
    }

    @Test func `secrets and texts of every length give the codes that HMAC gives`() {
        for count in [0, 1, 31, 32, 63, 64, 65, 127, 128, 129, 200] {
            let secret = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 3) }
            let key = SymmetricKey(data: secret)
            for length in [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000] {
                let text = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 13) }
                #expect(
                    Self.code(secret, text, SHA256.self)
                        == Array(HMAC<SHA256>.authenticationCode(for: text, using: key))
                )
                #expect(
                    Self.code(secret, text, SHA384.self)
                        == Array(HMAC<SHA384>.authenticationCode(for: text, using: key))
                )
                #expect(
                    Self.code(secret, text, SHA512.self)
                        == Array(HMAC<SHA512>.authenticationCode(for: text, using: key))
                )
            }
        }
    }

    @Test func `only the whole code is one`() {
        let saved = SavedMAC<SHA256>(Array("a secret of thirty-two bytes ...".utf8))
        let text = Array("text".utf8)
        unsafe text.withUnsafeBytes { text in
            let code = unsafe Array(saved.code(of: text))
            #expect(unsafe saved.isCode(code, of: text))
            for bit in 0..<256 {
                var wrong = code
                wrong[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(unsafe !saved.isCode(wrong, of: text))
            }
            for count in 0..<32 { #expect(unsafe !saved.isCode(Array(code.prefix(count)), of: text)) }
            #expect(unsafe !saved.isCode(code + [0], of: text))
        }
    }
}
