/// Reads percent-encoded bytes one by one (RFC 3986 §2.1); a plus sign is a plus sign.
package struct PercentReader {
    /// One character as it was sent.
    package enum Step: Equatable, Sendable {
        /// A byte that stands for itself.
        case plain(UInt8)
        /// The byte that `%` and two hexadecimal digits stand for.
        case encoded(UInt8)
        /// A percent sign without two hexadecimal digits behind it.
        case malformed
    }

    private var index: Int
    private let end: Int

    /// Reads the bytes in `range`.
    @inline(__always)
    package init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// The next character, nil at the end; behind a malformed percent sign reading goes on with the byte after it.
    @inline(__always)
    package mutating func next(in bytes: Span<UInt8>) -> Step? {
        guard index < end else { return nil }
        let byte = bytes[index]
        index &+= 1
        guard byte == 0x25 else { return .plain(byte) }
        guard index &+ 2 <= end, let high = ASCII.hexValue(bytes[index]), let low = ASCII.hexValue(bytes[index &+ 1])
        else { return .malformed }
        index &+= 2
        return .encoded(high &<< 4 | low)
    }
}

extension PercentReader {
    /// Appends the decoded bytes of `range` to `output`; false where an escape is malformed, and nothing is appended then.
    ///
    /// It allocates only when `output` must grow.
    package static func decode(_ range: Range<Int>, in bytes: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        let start = output.count
        // Most values have no escape at all, and tokens are long.
        let escape = bytes.firstIndex(of: 0x25, in: range) ?? range.upperBound
        if escape > range.lowerBound {
            // The range lies in the span.
            unsafe bytes.extracting(range.lowerBound..<escape).withUnsafeBufferPointer { plain in
                unsafe output.append(contentsOf: plain)
            }
        }
        var reader = PercentReader(escape..<range.upperBound)
        while let step = reader.next(in: bytes) {
            switch step {
            case .plain(let byte), .encoded(let byte): output.append(byte)
            case .malformed:
                output.removeSubrange(start...)
                return false
            }
        }
        return true
    }

    /// Whether `range` decodes to `expected`; malformed escapes equal nothing.
    ///
    /// - Parameters:
    ///   - range: the encoded bytes.
    ///   - expected: decoded bytes; in lower case where `ignoringCase` is true.
    ///   - bytes: the buffer of the request.
    ///   - ignoringCase: whether ASCII capitals of the decoded bytes fold first.
    /// - Returns: whether they are equal.
    package static func equals(
        _ range: Range<Int>,
        decoded expected: Span<UInt8>,
        in bytes: Span<UInt8>,
        ignoringCase: Bool = false
    ) -> Bool {
        guard range.count >= expected.count else { return false }
        var place = 0
        var reader = PercentReader(range)
        while let step = reader.next(in: bytes) {
            switch step {
            case .plain(let byte), .encoded(let byte):
                guard place < expected.count,
                    (ignoringCase ? ASCII.lowercased(byte) : byte) == expected[place]
                else { return false }
                place &+= 1
            case .malformed: return false
            }
        }
        return place == expected.count
    }
}
