/// The checksum of a plan: 64 bits over all its bytes but those of the checksum itself.
///
/// It finds damage, not malice: whoever can write a plan can write its checksum. Four lanes multiply eight bytes each and
/// fold the 128-bit product, so that no step waits for the one before it.
package enum PlanChecksum {
    /// Where the checksum stands in a plan.
    package static let offset = 32

    /// The checksum of a whole plan.
    ///
    /// - Parameter plan: bytes of any length; those of the checksum field count as zero.
    /// - Returns: what belongs into that field.
    package static func of(_ plan: UnsafeRawBufferPointer) -> UInt64 {
        var lanes: (UInt64, UInt64, UInt64, UInt64) = (
            0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB, 0xD6E8_FEB8_6659_FD93
        )
        let count = plan.count
        var index = 0
        while count &- index >= 32 {
            // 32 bytes from `index` lie in the buffer.
            let first = unsafe plan.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let second = unsafe plan.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)
            let third = unsafe plan.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self)
            let fourth = unsafe plan.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self)
            lanes.0 = fold(lanes.0, index == offset ? 0 : UInt64(littleEndian: first))
            lanes.1 = fold(lanes.1, UInt64(littleEndian: second))
            lanes.2 = fold(lanes.2, UInt64(littleEndian: third))
            lanes.3 = fold(lanes.3, UInt64(littleEndian: fourth))
            index &+= 32
        }
        while index < count {
            var word: UInt64 = 0
            for place in index..<min(index &+ 8, count) where !(offset..<(offset &+ 8)).contains(place) {
                // `place` is below the count.
                word |= UInt64(unsafe plan[place]) &<< UInt64(8 &* (place &- index))
            }
            lanes.0 = fold(lanes.0, word)
            index &+= 8
        }
        let joined = fold(fold(fold(lanes.0, lanes.1), lanes.2), lanes.3)
        return fold(joined, UInt64(truncatingIfNeeded: count))
    }

    /// The checksum of a plan in an array.
    package static func of(_ plan: [UInt8]) -> UInt64 {
        // The buffer is used inside the closure only.
        unsafe plan.withUnsafeBytes { unsafe of($0) }
    }

    /// Writes the checksum that a plan's other bytes have into its field; a plan without a whole header stays as it is.
    package static func seal(_ plan: inout [UInt8]) {
        guard plan.count >= PlanHeader.byteCount else { return }
        let checksum = of(plan)
        for byte in 0..<8 {
            plan[offset + byte] = UInt8(truncatingIfNeeded: checksum >> UInt64(8 * byte))
        }
    }

    @inline(__always)
    private static func fold(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        let product = (lane ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F as UInt64)
        // The sum keeps a lane that met its own value from staying zero.
        return (product.high ^ product.low) &+ 0xE703_7ED1_A0B4_28DB
    }
}
