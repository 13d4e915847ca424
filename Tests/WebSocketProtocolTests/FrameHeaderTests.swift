import SeededNumbers
import Testing
import WebSocketProtocol

struct FrameHeaderTests {
    /// The bytes of a header, as a correct sender writes them.
    private func bytes(
        first: UInt8,
        length: UInt64,
        key: UInt32?
    ) -> [UInt8] {
        var bytes = [first]
        let mask: UInt8 = key == nil ? 0 : 0x80
        switch length {
        case 0...125: bytes.append(mask | UInt8(length))
        case 126...0xFFFF:
            bytes += [mask | 126, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
        default:
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> UInt64(shift)))
            }
        }
        if let key {
            for shift in stride(from: 0, through: 24, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: key >> UInt32(shift)))
            }
        }
        return bytes
    }

    @Test func `The examples of RFC 6455 are read`() throws {
        let text = try #require(try FrameHeader.parse([0x81, 0x05, 0x48]))
        #expect(text.isFinal && text.opcode == .text && !text.isMasked && text.payloadLength == 5)
        #expect(text.headerByteCount == 2)
        let masked = try #require(try FrameHeader.parse([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F]))
        #expect(masked.isMasked && masked.headerByteCount == 6 && masked.maskingKey.bits == 0x3D21_FA37)
        let fragment = try #require(try FrameHeader.parse([0x01, 0x03]))
        #expect(!fragment.isFinal && fragment.opcode == .text)
        let ping = try #require(try FrameHeader.parse([0x89, 0x05]))
        #expect(ping.opcode == .ping && ping.opcode.isControl)
        let medium = try #require(try FrameHeader.parse([0x82, 0x7E, 0x01, 0x00]))
        #expect(medium.payloadLength == 256 && medium.headerByteCount == 4)
        let long = try #require(try FrameHeader.parse([0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]))
        #expect(long.payloadLength == 65536 && long.headerByteCount == 10)
    }

    @Test func `Headers of every length are read when whole and awaited before`() throws {
        for length in [0, 1, 125, 126, 127, 0xFFFF, 0x10000, 1 << 31, 1 << 32, UInt64.max >> 1] as [UInt64] {
            for key in [nil, 0, 0x0403_0201] as [UInt32?] {
                let whole = bytes(first: 0x82, length: length, key: key)
                for count in 0..<whole.count { #expect(try FrameHeader.parse(Array(whole[..<count])) == nil) }
                for rest in [[], [0xFF], Array(repeating: UInt8(0xFF), count: 20)] as [[UInt8]] {
                    let header = try #require(try FrameHeader.parse(whole + rest))
                    #expect(header.payloadLength == length)
                    #expect(header.headerByteCount == whole.count)
                    #expect(header.isMasked == (key != nil))
                    #expect(header.maskingKey.bits == key ?? 0)
                }
            }
        }
    }

    @Test(
        arguments: [
            ([0x83], FrameHeaderError.reservedOpcode(3)), ([0x87], .reservedOpcode(7)), ([0x8B], .reservedOpcode(11)),
            ([0x8F], .reservedOpcode(15)),
            // D47: reserved bits.
            ([0xA1], .reservedBits(2)), ([0x91], .reservedBits(1)), ([0xC1], .reservedBits(4)),
            ([0xF1], .reservedBits(7)),
            ([0x09], .fragmentedControlFrame), ([0x08], .fragmentedControlFrame), ([0x0A], .fragmentedControlFrame),
            ([0x89, 0x7E], .longControlFrame), ([0x88, 0xFF], .longControlFrame),
            ([0x82, 0x7E, 0x00, 0x7D], .longerThanNeeded), ([0x82, 0x7E, 0x00, 0x00], .longerThanNeeded),
            ([0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .longerThanNeeded),
            ([0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0], .longerThanNeeded),
            // D38 and its kind: a length that overflows signed arithmetic.
            ([0x80, 0xFF, 0x80], .lengthWithTopBit), ([0x82, 0x7F, 0xFF], .lengthWithTopBit),
        ] as [([UInt8], FrameHeaderError)]
    )
    func `A fault is thrown as soon as its byte is there`(bytes: [UInt8], fault: FrameHeaderError) {
        for count in 0..<bytes.count {
            #expect(throws: Never.self) { _ = try FrameHeader.parse(Array(bytes[..<count])) }
        }
        #expect(throws: fault) { _ = try FrameHeader.parse(bytes) }
        #expect(throws: fault) { _ = try FrameHeader.parse(bytes + Array(repeating: 0, count: 14)) }
    }

    @Test func `D38 the greatest length is read without a trap`() throws {
        let header = try #require(
            try FrameHeader.parse([0x80, 0xFF, 0x7F] + Array(repeating: 0xFF, count: 7) + [1, 2, 3, 4])
        )
        #expect(header.payloadLength == UInt64(Int64.max))
        #expect(header.opcode == .continuation)
    }

    @Test func `RSV1 stands on a message's first frame only, and only when agreed`() throws {
        for first in [0xC1, 0x41, 0xC2, 0x42] as [UInt8] {
            let header = try #require(try FrameHeader.parse([first, 0], allowsRSV1: true))
            #expect(header.isCompressed && header.reservedBits == 4)
            #expect(throws: FrameHeaderError.reservedBits(4)) { _ = try FrameHeader.parse([first, 0]) }
        }
        for first in [0xC0, 0x40, 0xC8, 0xC9, 0xCA, 0xE1, 0xD1] as [UInt8] {
            #expect(throws: FrameHeaderError.reservedBits(first >> 4 & 7)) {
                _ = try FrameHeader.parse([first, 0], allowsRSV1: true)
            }
        }
    }

    @Test func `D46 a client's frame is masked and a server's is not`() throws {
        let plain = try #require(try FrameHeader.parse([0x81, 0x02, 0x48, 0x69]))
        let masked = try #require(try FrameHeader.parse([0x81, 0x82, 0, 0, 0, 0]))
        #expect(throws: FrameHeaderError.unmaskedClientFrame) { try plain.validateFromClient() }
        #expect(throws: Never.self) { try masked.validateFromClient() }
        #expect(throws: FrameHeaderError.maskedServerFrame) { try masked.validateFromServer() }
        #expect(throws: Never.self) { try plain.validateFromServer() }
    }

    @Test func `Every first two bytes are read, awaited or refused`() throws {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let opcode = Opcode(rawValue: first)
                let isFault =
                    opcode.isReserved || first & 0x70 != 0
                    || opcode.isControl && (first < 0x80 || second & 0x7F > 125)
                if isFault {
                    #expect(throws: FrameHeaderError.self) { _ = try FrameHeader.parse([first, second]) }
                } else {
                    let header = try FrameHeader.parse([first, second])
                    #expect((header != nil) == (second <= 125))
                }
            }
        }
    }

    @Test func `Random bytes never trap`() {
        var random = SeededGenerator(seed: 6455)
        for _ in 0..<20_000 {
            let bytes = random.bytes(upTo: 16, of: "\u{1}\u{2}\u{7e}\u{7f}\u{0}")
            guard let header = try? FrameHeader.parse(bytes) else { continue }
            #expect(header.headerByteCount <= bytes.count)
        }
    }

    @Test func `Opcodes are named, and ten are reserved`() {
        let all = (0..<16).map { Opcode(rawValue: UInt8($0)) }
        #expect(
            all.filter { !$0.isReserved }.map(\.description) == [
                "continuation", "text", "binary", "close", "ping", "pong",
            ]
        )
        #expect(all.filter(\.isControl).count == 8)
        #expect(Opcode(rawValue: 0xF1) == .text)
        #expect(Opcode(rawValue: 3).description == "3")
    }
}
