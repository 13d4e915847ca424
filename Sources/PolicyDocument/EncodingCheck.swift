/// The first look at a document's bytes: UTF-8 throughout, no control characters, and what YAML readers disagree about.
struct EncodingCheck {
    /// Where the text begins, behind a byte order mark.
    private(set) var start = 0
    private(set) var isASCII = true
    /// The first bytes of U+0085, U+2028 and U+2029: line breaks for YAML 1.1, ordinary characters for 1.2.
    private(set) var separators: [Int] = []

    /// Looks at every byte; nil, and an error, when the text cannot be read at all.
    init?(_ file: SourceFile, diagnostics: inout Diagnostics) {
        let bytes = file.bytes
        guard bytes.count <= DocumentLimits.fileBytes else {
            diagnostics.error(
                "file-too-large",
                .tooLarge(bytes.count),
                at: Span(file: file.id, start: 0, end: 0),
                help: "move parts of it to files of their own and refer to them"
            )
            return nil
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            diagnostics.error(
                "utf-16",
                .utf16,
                at: Span(file: file.id, start: 0, end: 2),
                help: "save the file as UTF-8"
            )
            return nil
        }
        start = file.byteOrderMarkCount
        var offset = start
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte < 0x80 {
                guard byte >= 0x20 && byte != 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
                    let span = Span(file: file.id, start: offset, end: offset + 1)
                    diagnostics.error(
                        "control-character",
                        .control(UInt32(byte)),
                        at: span,
                        help: byte == 0 ? "save the file as UTF-8" : "remove it"
                    )
                    return nil
                }
                if byte == 0x0D, offset + 1 == bytes.count || bytes[offset + 1] != 0x0A {
                    let span = Span(file: file.id, start: offset, end: offset + 1)
                    diagnostics.error(
                        "line-separator",
                        .loneCarriageReturn,
                        at: span,
                        help: "end lines with a line feed, or with a carriage return and a line feed"
                    )
                    return nil
                }
                offset += 1
                continue
            }
            isASCII = false
            guard let scalar = Self.scalar(in: bytes, at: offset) else {
                let span = Span(file: file.id, start: offset, end: offset + 1)
                diagnostics.error("invalid-utf8", .invalidUTF8(byte), at: span, help: "save the file as UTF-8")
                return nil
            }
            if scalar.value == 0x85 || scalar.value == 0x2028 || scalar.value == 0x2029 {
                separators.append(offset)
            } else if scalar.value < 0xA0 || scalar.value == 0xFEFF || scalar.value & ~1 == 0xFFFE {
                let span = Span(file: file.id, start: offset, end: offset + scalar.count)
                diagnostics.error("control-character", .control(scalar.value), at: span, help: "remove it")
                return nil
            }
            offset += scalar.count
        }
    }

    /// The Unicode scalar that begins at a byte and its length; nil when the bytes there are no UTF-8.
    static func scalar(in bytes: [UInt8], at offset: Int) -> (value: UInt32, count: Int)? {
        let lead = bytes[offset]
        let count: Int
        let smallest: UInt32
        var value: UInt32
        switch lead {
        case 0x00...0x7F: return (UInt32(lead), 1)
        case 0xC2...0xDF: (count, smallest, value) = (2, 0x80, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (count, smallest, value) = (3, 0x800, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (count, smallest, value) = (4, 0x10000, UInt32(lead & 0x07))
        default: return nil
        }
        guard offset + count <= bytes.count else { return nil }
        for place in offset + 1..<offset + count {
            guard bytes[place] & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(bytes[place] & 0x3F)
        }
        guard value >= smallest, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
        return (value, count)
    }
}

extension Diagnostic.Message {
    fileprivate static func tooLarge(_ byteCount: Int) -> Self {
        .init("the file has \(byteCount) bytes, and at most \(DocumentLimits.fileBytes) are read")
    }

    fileprivate static var utf16: Self { .init("the file is UTF-16, not UTF-8") }

    fileprivate static var loneCarriageReturn: Self {
        .init("a carriage return alone ends a line for some YAML readers and not for others")
    }

    fileprivate static func invalidUTF8(_ byte: UInt8) -> Self {
        .init("the byte 0x\(hexadecimal(UInt32(byte), digits: 2)) is not UTF-8 here")
    }

    fileprivate static func control(_ value: UInt32) -> Self {
        .init("the character U+\(hexadecimal(value, digits: 4)) cannot stand in a document")
    }

    /// Upper-case hexadecimal digits, with leading zeros up to a width.
    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension EncodingCheck {
    /// The bytes with each of `separators` replaced by an ordinary character of the same length.
    func bytesForLibYAML(of bytes: [UInt8]) -> [UInt8] {
        guard !separators.isEmpty else { return bytes }
        var bytes = bytes
        for offset in separators {
            if bytes[offset] == 0xC2 {
                // U+0085 becomes U+00B7.
                bytes[offset + 1] = 0xB7
            } else {
                // U+2028 and U+2029 become U+2022.
                bytes[offset + 2] = 0xA2
            }
        }
        return bytes
    }
}
