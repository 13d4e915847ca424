/// A string compared byte for byte, as JSON names and strings are.
///
/// `String` would find `é` equal to `e` with a combining accent; two JSON parsers would not.
package struct ExactText: Hashable, Sendable, Comparable {
    /// UTF-8.
    package let bytes: [UInt8]

    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// How many code points, which is what `minLength` and `maxLength` count.
    package var codePointCount: Int {
        bytes.count { $0 & 0xC0 != 0x80 }
    }

    package static func < (left: ExactText, right: ExactText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
