/// The first sixteen bytes of a name as it stands in a message, quotes included, and which of their bits count.
package struct NameWords: Equatable, Sendable {
    package private(set) var word0: UInt64 = 0
    package private(set) var word1: UInt64 = 0
    package private(set) var mask0: UInt64 = 0
    package private(set) var mask1: UInt64 = 0

    /// Of a name's UTF-8.
    ///
    /// A name with a quote, a backslash or a control character stands in no message as it is: its words match nothing.
    package init(_ name: [UInt8]) {
        guard !name.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else {
            mask0 = .max
            return
        }
        let written = [0x22] + name + [0x22]
        for (index, byte) in written.prefix(16).enumerated() {
            let shift = UInt64(8 * (index % 8))
            if index < 8 {
                word0 |= UInt64(byte) << shift
                mask0 |= 0xFF << shift
            } else {
                word1 |= UInt64(byte) << shift
                mask1 |= 0xFF << shift
            }
        }
    }

    /// Of a name where it lies in a program, between its quotes; nothing is copied.
    init(_ view: ProgramView, quotedAt text: Int, length: Int) {
        for offset in (text + 1)..<(text + 1 + length) {
            let byte = view.byte(at: offset)
            guard byte >= 0x20, byte != 0x22, byte != 0x5C else {
                mask0 = .max
                return
            }
        }
        for index in 0..<min(length + 2, 16) {
            let shift = UInt64(8 * (index % 8))
            let byte = UInt64(view.byte(at: text + index))
            if index < 8 {
                word0 |= byte << shift
                mask0 |= 0xFF << shift
            } else {
                word1 |= byte << shift
                mask1 |= 0xFF << shift
            }
        }
    }
}
