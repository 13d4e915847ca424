import Testing
import WebSocketProtocol

struct ByteSpanTests {
    @Test func `The first of a byte is found at every place, whatever stands around it`() {
        for wanted in [0x00, 0x2C, 0x80, 0xFF] as [UInt8] {
            for around in [wanted &+ 1, wanted &- 1, wanted ^ 0x80, 0x41] {
                for count in 0...20 {
                    let none = Array(repeating: around, count: count)
                    let missing = none.span.firstIndex(of: wanted, in: 0..<count)
                    #expect(missing == nil)
                    for place in 0..<count {
                        var bytes = none
                        bytes[place] = wanted
                        for start in 0...place {
                            let found = bytes.span.firstIndex(of: wanted, in: start..<count)
                            #expect(found == place)
                        }
                        let before = bytes.span.firstIndex(of: wanted, in: 0..<place)
                        #expect(before == nil)
                        bytes[count - 1] = wanted
                        let first = bytes.span.firstIndex(of: wanted, in: 0..<count)
                        #expect(first == place)
                    }
                }
            }
        }
    }

    @Test func `The first end of a line is found at every place`() {
        for around in [0x09, 0x0B, 0x0C, 0x0E, 0x8D, 0x8A] as [UInt8] {
            for place in 0..<20 {
                for lineEnd in [0x0A, 0x0D] as [UInt8] {
                    var bytes = Array(repeating: around, count: 20)
                    let missing = bytes.span.firstLineEnd(from: 0)
                    #expect(missing == nil)
                    bytes[place] = lineEnd
                    let found = bytes.span.firstLineEnd(from: 0)
                    #expect(found == place)
                    let behind = bytes.span.firstLineEnd(from: place + 1)
                    #expect(behind == nil)
                }
            }
        }
    }

    @Test func `Blanks are cut off the ends only`() {
        let bytes = Array(" \ta \t b\t ")
        #expect(bytes.text(bytes.span.trimmed(0..<bytes.count)) == "a \t b")
        #expect(bytes.span.trimmed(0..<2).isEmpty)
        #expect(bytes.span.trimmed(3..<3).isEmpty)
    }
}
