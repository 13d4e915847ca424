import CByteScan
import SeededNumbers
import Testing
import WebSocketProtocol

struct Base64URLTests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    private func decode(_ text: [UInt8]) -> [UInt8]? {
        var output = Array("kept")
        let isDecoded = Base64URL.decode(text.span, into: &output)
        #expect(output.starts(with: Array("kept")))
        guard isDecoded else {
            #expect(output.count == 4)
            return nil
        }
        return Array(output.dropFirst(4))
    }

    private func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var place = 0
        while place * 6 < bytes.count * 8 {
            var value = 0
            for bit in (place * 6)..<(place * 6 + 6) {
                let byte = bit / 8 < bytes.count ? Int(bytes[bit / 8]) : 0
                value = value << 1 | (byte >> (7 - bit % 8)) & 1
            }
            text.append(Self.alphabet[value])
            place += 1
        }
        return text
    }

    @Test(arguments: [
        ("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"), ("Zm9vYmE", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func `The vectors of RFC 4648 decode without their padding`(text: String, bytes: String) {
        #expect(decode(Array(text)) == Array(bytes))
    }

    @Test(arguments: [
        "Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm8=", "Zm9vY", "Zm9v\n", " Zm9v", "Zm9v ", "+m9v", "/m9v", "Zm\u{0}v", "Zmé",
        "Zm.v",
    ])
    func `Anything else is refused`(text: String) {
        #expect(decode(Array(text)) == nil)
    }

    @Test func `Any bytes have exactly one text`() {
        var random = SeededGenerator(seed: 4648)
        for count in 0..<150 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = encode(bytes)
            #expect(decode(text) == bytes)
            #expect(Base64URL.decodedCount(of: text.count) == count)
            guard let last = text.last else { continue }
            // No other last character gives the same bytes.
            for other in Self.alphabet where other != last {
                #expect(decode(text.dropLast() + [other]) != bytes)
            }
        }
    }

    @Test func `A wrong character is found at every place of a long text`() {
        let text = encode((0..<99).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        #expect(decode(text) != nil)
        for place in text.indices {
            for wrong in Array("+/=.@[`{:,\u{0} \n") + [0x80, 0xC3, 0xFF] {
                var text = text
                text[place] = wrong
                #expect(decode(text) == nil, "\(wrong) at \(place)")
            }
        }
    }

    @Test func `Machines without wide instructions decode the same, and neither way writes beyond its room`() {
        var random = SeededGenerator(seed: 7515)
        for count in 1..<130 where count % 4 != 1 {
            for _ in 0..<40 {
                var text = (0..<count).map { _ in Self.alphabet.randomElement(using: &random) ?? 0x41 }
                let isChanged = Bool.random(using: &random)
                let place = Int.random(in: 0..<count, using: &random)
                if isChanged { text[place] = UInt8.random(in: .min ... .max, using: &random) }
                let room = Base64URL.decodedCount(of: count) ?? 0
                var fast = [UInt8](repeating: 0xAA, count: room + 8)
                var slow = fast
                let isFast = unsafe base64_decode_url(text, count, &fast)
                let isSlow = unsafe base64_decode_url_slowly(text, count, &slow)
                #expect(isFast == isSlow)
                #expect(fast[room...] == slow[room...] && fast[room...].allSatisfy { $0 == 0xAA })
                if isFast { #expect(fast == slow) }
            }
        }
    }

    @Test func `Random text never traps`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            let text = random.bytes(upTo: 12, of: "AZaz09-_")
            guard let bytes = decode(text) else { continue }
            #expect(encode(bytes) == text)
        }
    }
}
