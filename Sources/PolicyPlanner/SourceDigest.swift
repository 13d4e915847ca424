import PolicyDocument
package import PolicyModel

/// SHA-256 (FIPS 180-4) of a policy's sources: which files a plan was made of.
///
/// It is written here so that whoever compiles policies when building builds no cryptography first. Nothing secret goes
/// through it.
package struct SourceDigest {
    private var state: [UInt32] = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    /// Bytes that do not fill a block yet; fewer than 64.
    private var rest: [UInt8] = []
    private var byteCount: UInt64 = 0

    private static let constants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]

    package init() {}

    /// The digest of a policy: each file's length in decimals, a line feed and its bytes, policies in the order of the
    /// levels and then schemas; paths do not count.
    package static func of(_ loaded: LoadedPolicy) -> [UInt8] {
        var digest = SourceDigest()
        for file in loaded.sourceFiles {
            let bytes = file.bytes
            digest.append(Array("\(bytes.count)\n".utf8))
            digest.append(bytes)
        }
        return digest.finished()
    }

    /// Goes on with more bytes.
    package mutating func append(_ bytes: [UInt8]) {
        byteCount &+= UInt64(bytes.count)
        let all = rest + bytes
        var place = 0
        while all.count - place >= 64 {
            mix(all, place)
            place += 64
        }
        rest = Array(all[place...])
    }

    /// The 32 bytes of the digest of all that was appended.
    package func finished() -> [UInt8] {
        var last = self
        let padding = (119 - rest.count) % 64 + 1
        let bits = byteCount &* 8
        last.append(
            [0x80] + [UInt8](repeating: 0, count: padding - 1)
                + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        )
        return last.state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } }
    }

    /// Mixes a block of 64 bytes into the state.
    private mutating func mix(_ bytes: [UInt8], _ place: Int) {
        func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
        var schedule = InlineArray<64, UInt32>(repeating: 0)
        for index in 0..<16 {
            for step in 0..<4 { schedule[index] = schedule[index] << 8 | UInt32(bytes[place + 4 * index + step]) }
        }
        for index in 16..<64 {
            let (early, late) = (schedule[index - 15], schedule[index - 2])
            let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
            let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
            schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let choice = e & f ^ ~e & g
            let majority = a & b ^ a & c ^ b & c
            let left = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
            let right = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
            let sum = h &+ left &+ choice &+ Self.constants[index] &+ schedule[index]
            (h, g, f, e) = (g, f, e, d &+ sum)
            (d, c, b, a) = (c, b, a, sum &+ right &+ majority)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }
}
