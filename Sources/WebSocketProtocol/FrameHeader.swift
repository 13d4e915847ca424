/// The header of a frame (RFC 6455 §5.2).
///
/// | byte | bits | meaning |
/// |---|---|---|
/// | 0 | 7 | final fragment |
/// | 0 | 6–4 | RSV1, RSV2, RSV3 |
/// | 0 | 3–0 | opcode |
/// | 1 | 7 | masked |
/// | 1 | 6–0 | length, or 126 for two more bytes, or 127 for eight |
/// | … | | two or eight bytes of length, the highest first |
/// | … | | four bytes of masking key where masked |
///
/// `81 85 37 FA 21 3D …` is a final, masked text frame of five bytes.
package struct FrameHeader: Equatable, Sendable {
    /// Whether the message ends with this frame.
    package let isFinal: Bool
    /// RSV1, RSV2 and RSV3 as the bits 4, 2 and 1.
    package let reservedBits: UInt8
    package let opcode: Opcode
    package let isMasked: Bool
    /// The length of the payload as it is announced, in bytes; below 2^63.
    package let payloadLength: UInt64
    /// The masking key; zero where the frame is not masked.
    package let maskingKey: MaskingKey
    /// How many bytes the header has: 2 to 14.
    package let headerByteCount: Int

    package init(
        isFinal: Bool,
        reservedBits: UInt8 = 0,
        opcode: Opcode,
        isMasked: Bool,
        payloadLength: UInt64,
        maskingKey: MaskingKey,
        headerByteCount: Int
    ) {
        self.isFinal = isFinal
        self.reservedBits = reservedBits
        self.opcode = opcode
        self.isMasked = isMasked
        self.payloadLength = payloadLength
        self.maskingKey = maskingKey
        self.headerByteCount = headerByteCount
    }

    /// Whether RSV1 is set: the message is compressed, where that was agreed.
    package var isCompressed: Bool { reservedBits & 4 != 0 }

    /// Parses the header at the front of `bytes`; nil while it is not whole.
    ///
    /// A fault is thrown as soon as its byte is there, so that nobody waits for the rest of a bad header.
    ///
    /// - Parameters:
    ///   - bytes: what has arrived, from the frame's first byte on.
    ///   - allowsRSV1: whether permessage-deflate was agreed; RSV1 may then stand on a message's first frame.
    /// - Returns: the header, nil while it is not whole.
    /// - Throws: what RFC 6455 §5.2 forbids.
    package static func parse(
        _ bytes: Span<UInt8>,
        allowsRSV1: Bool = false
    ) throws(FrameHeaderError) -> FrameHeader? {
        guard !bytes.isEmpty else { return nil }
        let first = bytes[0]
        let opcode = Opcode(rawValue: first)
        let reservedBits = first &>> 4 & 7
        guard !opcode.isReserved else { throw .reservedOpcode(opcode.rawValue) }
        if reservedBits != 0 {
            guard allowsRSV1, reservedBits == 4, opcode == .text || opcode == .binary else {
                throw .reservedBits(reservedBits)
            }
        }
        let isFinal = first & 0x80 != 0
        guard isFinal || !opcode.isControl else { throw .fragmentedControlFrame }

        guard bytes.count >= 2 else { return nil }
        let isMasked = bytes[1] & 0x80 != 0
        let short = bytes[1] & 0x7F
        guard short <= 125 || !opcode.isControl else { throw .longControlFrame }
        guard let length = try length(short, bytes) else { return nil }
        let keyStart = short < 126 ? 2 : short == 126 ? 4 : 10
        let end = isMasked ? keyStart &+ 4 : keyStart
        guard bytes.count >= end else { return nil }
        var key: UInt32 = 0
        if isMasked {
            for step in 0..<4 { key |= UInt32(bytes[keyStart &+ step]) &<< UInt32(step &* 8) }
        }
        return FrameHeader(
            isFinal: isFinal,
            reservedBits: reservedBits,
            opcode: opcode,
            isMasked: isMasked,
            payloadLength: length,
            maskingKey: MaskingKey(bits: key),
            headerByteCount: end
        )
    }

    /// The length behind the second byte; nil while it is not whole.
    private static func length(_ short: UInt8, _ bytes: Span<UInt8>) throws(FrameHeaderError) -> UInt64? {
        if short < 126 { return UInt64(short) }
        if short == 126 {
            guard bytes.count >= 4 else { return nil }
            let length = UInt64(bytes[2]) &<< 8 | UInt64(bytes[3])
            guard length > 125 else { throw .longerThanNeeded }
            return length
        }
        guard bytes.count >= 3 else { return nil }
        guard bytes[2] < 0x80 else { throw .lengthWithTopBit }
        guard bytes.count >= 10 else { return nil }
        let length = bytes.word(at: 2).byteSwapped
        guard length > 0xFFFF else { throw .longerThanNeeded }
        return length
    }

    /// Checks what only a client's frame must fulfil: that it is masked.
    package func validateFromClient() throws(FrameHeaderError) {
        guard isMasked else { throw .unmaskedClientFrame }
    }

    /// Checks what only a server's frame must fulfil: that it is not masked.
    package func validateFromServer() throws(FrameHeaderError) {
        guard !isMasked else { throw .maskedServerFrame }
    }
}

/// Why a frame header cannot be accepted; all of them are protocolError.
package enum FrameHeaderError: Error, Equatable, Sendable {
    /// An opcode without a meaning.
    case reservedOpcode(UInt8)
    /// RSV1, RSV2 or RSV3 (bits 4, 2, 1) where nothing that was agreed gives them a meaning.
    case reservedBits(UInt8)
    /// A control frame that is not final.
    case fragmentedControlFrame
    /// A control frame of more than 125 bytes.
    case longControlFrame
    /// A length in more bytes than it needs.
    case longerThanNeeded
    /// A length of 2^63 or more.
    case lengthWithTopBit
    /// A client's frame without a masking key (RFC 6455 §5.1).
    case unmaskedClientFrame
    /// A server's frame with a masking key (RFC 6455 §5.1).
    case maskedServerFrame
}
