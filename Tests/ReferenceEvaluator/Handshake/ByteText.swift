/// Small questions about text that is still bytes.
enum ByteText {
    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        var kept = bytes[...]
        while let first = kept.first, first == 0x20 || first == 0x09 { kept = kept.dropFirst() }
        while let last = kept.last, last == 0x20 || last == 0x09 { kept = kept.dropLast() }
        return Array(kept)
    }

    static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    /// Every piece between separators, empty ones too.
    static func split(_ bytes: [UInt8], at separator: Character) -> [[UInt8]] {
        bytes.split(separator: separator.asciiValue ?? 0, omittingEmptySubsequences: false).map(Array.init)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

    /// RFC 3986 §2.3.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || isOne(of: "-._~", byte)
    }

    /// A token of RFC 9110 §5.6.2.
    static func isToken(_ bytes: [UInt8]) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { isLetter($0) || isDigit($0) || isOne(of: "!#$%&'*+-.^_`|~", $0) }
    }

    static func isOne(of characters: String, _ byte: UInt8) -> Bool { characters.utf8.contains(byte) }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// A decimal number of one to `digits` digits.
    static func number(_ bytes: [UInt8], digits: Int) -> Int? {
        guard !bytes.isEmpty, bytes.count <= digits, bytes.allSatisfy(isDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// What percent-encoded bytes mean; nil where a percent sign has no two hexadecimal digits behind it.
    static func percentDecoded(_ bytes: [UInt8]) -> [UInt8]? {
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, let high = hexDigit(bytes[index + 1]),
                    let low = hexDigit(bytes[index + 2])
                else { return nil }
                decoded.append(high * 16 + low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded
    }
}
