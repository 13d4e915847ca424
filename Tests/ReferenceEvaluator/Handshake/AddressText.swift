import WebSocketProtocol

/// An address as its sixteen bytes; IPv4 in mapped form, however it was written.
package struct AddressBytes: Hashable, Sendable {
    package let bytes: [UInt8]

    init(_ address: IPAddress) {
        bytes =
            (0..<8).map { UInt8(truncatingIfNeeded: address.high >> (56 - 8 * UInt64($0))) }
            + (0..<8).map { UInt8(truncatingIfNeeded: address.low >> (56 - 8 * UInt64($0))) }
    }

    init(v4 parts: [UInt8]) {
        bytes = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + parts
    }

    init(v6 bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isV4: Bool {
        bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }

    private func bit(_ index: Int) -> Bool {
        bytes[index / 8] & (0x80 >> UInt8(index % 8)) != 0
    }

    /// The first address of the block that this one lies in: `v4` or `v6` bits stay.
    func block(v4: Int, v6: Int) -> AddressBytes {
        let kept = isV4 ? 96 + v4 : v6
        var result = [UInt8](repeating: 0, count: 16)
        for index in 0..<min(kept, 128) where bit(index) { result[index / 8] |= 0x80 >> UInt8(index % 8) }
        return AddressBytes(v6: result)
    }

    /// Whether this address lies in a block; an IPv4 address lies in no IPv6 block.
    func isIn(_ prefix: AddressPrefix) -> Bool {
        let base = AddressBytes(prefix.base)
        guard isV4 == (prefix.bitCount >= 96 && base.isV4) else { return false }
        for index in 0..<prefix.bitCount where bit(index) != base.bit(index) { return false }
        return true
    }
}

/// Addresses as they are written.
enum AddressText {
    /// Four decimal parts without leading zeros.
    static func v4(_ text: [UInt8]) -> [UInt8]? {
        let parts = ByteText.split(text, at: ".")
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let value = ByteText.number(part, digits: 3), value <= 255, part.count == 1 || part[0] != 0x30 else {
                return nil
            }
            bytes.append(UInt8(value))
        }
        return bytes
    }

    /// The forms of RFC 4291 §2.2.
    static func v6(_ text: [UInt8]) -> [UInt8]? {
        guard let colon = text.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        var text = text
        if text.contains(UInt8(ascii: ".")) {
            // The last 32 bits in decimal: write them as two groups.
            guard let v4 = v4(Array(text[(colon + 1)...])) else { return nil }
            let groups = [Int(v4[0]) * 256 + Int(v4[1]), Int(v4[2]) * 256 + Int(v4[3])]
            text = Array(text[...colon]) + Array(groups.map { String($0, radix: 16) }.joined(separator: ":").utf8)
        }
        let written = String(decoding: text, as: UTF8.self)
        guard let gap = written.firstRange(of: "::") else {
            guard let groups = groups(written), groups.count == 8 else { return nil }
            return bytes(groups)
        }
        guard let front = groups(String(written[..<gap.lowerBound])),
            let back = groups(String(written[gap.upperBound...])), front.count + back.count <= 7
        else { return nil }
        return bytes(front + [Int](repeating: 0, count: 8 - front.count - back.count) + back)
    }

    private static func groups(_ text: String) -> [Int]? {
        if text.isEmpty { return [] }
        var groups: [Int] = []
        for group in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ ByteText.hexDigit($0) != nil }),
                let value = Int(group, radix: 16)
            else { return nil }
            groups.append(value)
        }
        return groups
    }

    private static func bytes(_ groups: [Int]) -> [UInt8] {
        groups.flatMap { [UInt8($0 / 256), UInt8($0 % 256)] }
    }

    static func address(_ text: [UInt8]) -> AddressBytes? {
        if let parts = v4(text) { return AddressBytes(v4: parts) }
        return v6(text).map { AddressBytes(v6: $0) }
    }

    /// An address with or without a port, IPv6 then in brackets: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    static func addressAndPort(_ text: [UInt8]) -> AddressBytes? {
        if let address = address(text) { return address }
        if text.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")), let bytes = v6(Array(text[1..<close])) else {
                return nil
            }
            let rest = Array(text[(close + 1)...])
            guard rest.isEmpty || (rest[0] == UInt8(ascii: ":") && isPort(Array(rest.dropFirst()))) else { return nil }
            return AddressBytes(v6: bytes)
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let parts = v4(Array(text[..<colon])),
            isPort(Array(text[(colon + 1)...]))
        else { return nil }
        return AddressBytes(v4: parts)
    }

    private static func isPort(_ text: [UInt8]) -> Bool {
        (ByteText.number(text, digits: 5) ?? 65_536) <= 65_535
    }
}
