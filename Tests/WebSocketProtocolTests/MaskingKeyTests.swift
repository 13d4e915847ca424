import SeededNumbers
import Testing
import WebSocketProtocol

struct MaskingKeyTests {
    private func mask(_ payload: [UInt8], _ key: [UInt8], phase: Int) -> [UInt8] {
        payload.indices.map { payload[$0] ^ key[($0 + phase) % 4] }
    }

    @Test func `The example of RFC 6455 says Hello`() {
        var payload: [UInt8] = [0x7F, 0x9F, 0x4D, 0x51, 0x58]
        var span = payload.mutableSpan
        MaskingKey(bits: 0x3D21_FA37).apply(to: &span, phase: 0)
        #expect(payload == Array("Hello"))
    }

    @Test func `Every length, phase and place is masked byte by byte`() {
        var random = SeededGenerator(seed: 53)
        let key: [UInt8] = [0x11, 0x22, 0x44, 0x88]
        let maskingKey = MaskingKey(bits: 0x8844_2211)
        for count in 0..<40 {
            let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            for phase in 0..<8 {
                let expected = mask(payload, key, phase: phase)
                var inPlace = payload
                var span = inPlace.mutableSpan
                maskingKey.apply(to: &span, phase: phase)
                #expect(inPlace == expected)
                for offset in 0..<3 {
                    var target = Array(repeating: UInt8(0xEE), count: count + 5)
                    var targetSpan = target.mutableSpan
                    maskingKey.copy(payload.span, to: &targetSpan, at: offset, phase: phase)
                    let around = Array(repeating: UInt8(0xEE), count: 5)
                    #expect(target == around.prefix(offset) + expected + around.dropFirst(offset))
                }
            }
        }
    }

    @Test func `A payload in pieces is masked as in one`() {
        let payload = Array("the quick brown fox jumps over the lazy dog")
        let key = MaskingKey(bits: 0xDEAD_BEEF)
        var whole = payload
        var span = whole.mutableSpan
        key.apply(to: &span, phase: 0)
        for cut in 0...payload.count {
            var first = Array(payload[..<cut])
            var second = Array(payload[cut...])
            var firstSpan = first.mutableSpan
            key.apply(to: &firstSpan, phase: 0)
            var secondSpan = second.mutableSpan
            key.apply(to: &secondSpan, phase: cut)
            #expect(first + second == whole)
        }
    }
}
