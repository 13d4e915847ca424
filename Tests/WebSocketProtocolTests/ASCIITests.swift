import Testing
import WebSocketProtocol

struct ASCIITests {
    @Test func `Only ASCII capitals fold, one byte or eight at a time`() {
        for byte in UInt8.min...UInt8.max {
            let expected = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
            #expect(ASCII.lowercased(byte) == expected)
            for place in 0..<8 {
                // Neighbours that would carry into this byte if anything carried.
                for around in [0x00, 0x41, 0x5A, 0x7F, 0xFF] as [UInt64] {
                    let others = ASCII.ones &* around & ~(0xFF << UInt64(place * 8))
                    let folded = ASCII.lowercased(others | UInt64(byte) << UInt64(place * 8))
                    #expect(UInt8(truncatingIfNeeded: folded >> UInt64(place * 8)) == expected)
                }
            }
        }
    }

    @Test func `Tokens are made of the characters of RFC 9110`() {
        let token = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for byte in UInt8.min...UInt8.max { #expect(ASCII.isTokenCharacter(byte) == token.contains(byte)) }
    }

    @Test func `Controls are those below the space but the tab, and DEL`() {
        for byte in UInt8.min...UInt8.max {
            let isControl = (byte < 32 && byte != 9) || byte == 127
            #expect(ASCII.isControl(byte) == isControl)
            for place in 0..<20 {
                for around in [0x09, 0x20, 0x7E, 0x80, 0xFF] as [UInt8] {
                    var bytes = Array(repeating: around, count: 20)
                    bytes[place] = byte
                    let found = ASCII.firstControl(in: bytes.span, 0..<20)
                    #expect(found == (isControl ? place : nil))
                }
            }
        }
    }

    @Test func `Hexadecimal digits have their values`() {
        for byte in UInt8.min...UInt8.max {
            let text = String(Unicode.Scalar(byte))
            #expect(ASCII.hexValue(byte) == (byte < 128 && text != "+" && text != "-" ? UInt8(text, radix: 16) : nil))
        }
    }
}

extension ASCIITests {
    @Test func `sixteen bytes are base64 when each of them is`() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in 0...(0xFF as UInt8) {
            for place in 0..<16 {
                var bytes = Array("aZ0+/9mQzA5bY/+8".utf8)
                bytes[place] = byte
                #expect(ASCII.areBase64(Self.block(bytes)) == alphabet.contains(byte), "\(byte) at \(place)")
            }
        }
    }

    @Test func `the bytes of a host are counted up to the first other one`() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~.".utf8)
        for byte in 0...(0xFF as UInt8) {
            for place in 0..<16 {
                var bytes = Array("aZ0-_~9m.zA5bY-8".utf8)
                bytes[place] = byte
                let count = ASCII.hostBytes(Self.block(bytes))
                #expect(count == (alphabet.contains(byte) ? 16 : place), "\(byte) at \(place)")
            }
        }
    }

    @Test func `unprintable bytes are counted wherever they stand, however many they are`() {
        for byte in 0...(0xFF as UInt8) {
            for length in [1, 15, 16, 17, 31, 32, 33, 64, 70] {
                for place in 0..<length {
                    var bytes = [UInt8](repeating: 0x61, count: length)
                    bytes[place] = byte
                    let isUnprintable = byte < 0x20 || byte >= 0x7F
                    #expect(ASCII.unprintableCount(in: bytes.span) == (isUnprintable ? 1 : 0), "\(byte) at \(place)")
                }
            }
        }
        for length in [255 * 32 - 1, 255 * 32, 255 * 32 + 1, 256 * 32, 20_003] {
            #expect(ASCII.unprintableCount(in: [UInt8](repeating: 0x0A, count: length).span) == length)
            #expect(ASCII.unprintableCount(in: [UInt8](repeating: 0x20, count: length).span) == 0)
        }
    }

    private static func block(_ bytes: [UInt8]) -> SIMD16<Int8> { SIMD16(bytes.map { Int8(bitPattern: $0) }) }

    @Test func `the bytes of a label are counted up to the first other one`() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~".utf8)
        for byte in 0...(0xFF as UInt8) {
            for place in 0..<8 {
                var bytes = Array("aZ0-_~9m".utf8)
                bytes[place] = byte
                let word = bytes.enumerated().reduce(0 as UInt64) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
                #expect(ASCII.labelBytes(word) == (alphabet.contains(byte) ? 8 : place), "\(byte) at \(place)")
            }
        }
    }

    @Test func `unreserved characters are those of the URI grammar`() {
        let wanted = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        for byte in 0...(0xFF as UInt8) { #expect(ASCII.isUnreserved(byte) == wanted.contains(byte), "\(byte)") }
    }

    @Test func `Every byte that no target has is found at every place`() {
        for length in 0..<70 {
            var bytes = [UInt8](repeating: 0x41, count: length + 2)
            // What stands outside of the range does not count.
            bytes[0] = 0x20
            bytes[length + 1] = 0x23
            let isWhole = ASCII.isTarget(bytes.span, in: 1..<(length + 1))
            #expect(isWhole)
            for place in 1..<(length + 1) {
                for byte in UInt8.min...UInt8.max {
                    bytes[place] = byte
                    let isVisible = byte > 0x20 && byte < 0x7F && byte != 0x23
                    let isTarget = ASCII.isTarget(bytes.span, in: 1..<(length + 1))
                    #expect(isTarget == isVisible, "\(byte) at \(place)")
                }
                bytes[place] = 0x41
            }
        }
    }
}
