/// A spelling that other YAML readers, of version 1.1 above all, type differently than this one.
package enum YAML11Form: Sendable, Equatable, CaseIterable {
    /// `no`, `on`, `y`: true or false in YAML 1.1, a string here.
    case boolean
    /// `012`: ten in YAML 1.1, twelve here; `0o14`: a string here, twelve in YAML 1.2.
    case octal
    /// `0x1F`: a string here.
    case hexadecimal
    /// `0b101`: a string here.
    case binary
    /// `1:30`: ninety in YAML 1.1, a string here.
    case sexagesimal
    /// `1_000`: a thousand in YAML 1.1, a string here.
    case underscore
    /// `2024-02-30`: a date in YAML 1.1, a string here.
    case date
    /// `1e3`: a string in YAML 1.1, a number here.
    case exponent
}

extension Node {
    /// How a reader of YAML 1.1 would type this plain scalar, when that is another way than ours.
    ///
    /// Nil for quoted, literal and folded scalars, for tagged ones, for collections and in JSON.
    package var yaml11Form: YAML11Form? {
        let record = record
        guard isPlain, record.tag == .none, tree.language == .yaml, let text else { return nil }
        return YAML11Form(text)
    }
}

extension YAML11Form {
    /// The form of a plain scalar's text; nil when both versions read it alike.
    init?(_ text: String) {
        if Self.booleans.contains(text.lowercased()) {
            self = .boolean
            return
        }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 64 else { return nil }
        let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        guard let form = Self.number(bytes[(isSigned ? 1 : 0)...]) ?? (Self.isDate(bytes) ? .date : nil) else {
            return nil
        }
        self = form
    }

    private static let booleans: Set<String> = ["y", "yes", "n", "no", "on", "off"]

    private static func number(_ digits: ArraySlice<UInt8>) -> YAML11Form? {
        guard let first = digits.first, isDigit(first) || first == UInt8(ascii: ".") else { return nil }
        let rest = digits.dropFirst()
        if first == UInt8(ascii: "0"), let letter = rest.first {
            let tail = rest.dropFirst()
            switch letter {
            case UInt8(ascii: "x"): return isAll(tail, isHexadecimal) ? .hexadecimal : nil
            case UInt8(ascii: "b"):
                return isAll(tail) { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") } ? .binary : nil
            case UInt8(ascii: "o"): return isAll(tail, isOctal) ? .octal : nil
            default: break
            }
            if rest.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) {
                return rest.contains(UInt8(ascii: "_")) ? .underscore : .octal
            }
        }
        if digits.contains(UInt8(ascii: ":")) { return isSexagesimal(digits) ? .sexagesimal : nil }
        if digits.contains(UInt8(ascii: "_")) { return isUnderscored(digits) ? .underscore : nil }
        return isExponent(digits) ? .exponent : nil
    }

    private static func isAll(_ bytes: ArraySlice<UInt8>, _ test: (UInt8) -> Bool) -> Bool {
        bytes.contains(where: test) && bytes.allSatisfy { test($0) || $0 == UInt8(ascii: "_") }
    }

    /// Digits and underscores, then parts from 0 to 59 behind colons, then perhaps a fraction.
    private static func isSexagesimal(_ digits: ArraySlice<UInt8>) -> Bool {
        let halves = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 1 || halves[1].allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) else {
            return false
        }
        let parts = halves[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0].allSatisfy({ isDigit($0) || $0 == UInt8(ascii: "_") }) else { return false }
        return parts.dropFirst().allSatisfy { part in
            guard part.allSatisfy(isDigit), let first = part.first else { return false }
            return part.count == 1 || part.count == 2 && first <= UInt8(ascii: "5")
        }
    }

    /// `[0-9][0-9_]*` with an underscore, or such a number with a fraction.
    private static func isUnderscored(_ digits: ArraySlice<UInt8>) -> Bool {
        let halves = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves[0].first, isDigit(first) else { return false }
        return halves.allSatisfy { half in half.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "_") } }
    }

    /// A decimal number that YAML 1.1 does not know: it wants a point, and a sign in the exponent.
    private static func isExponent(_ digits: ArraySlice<UInt8>) -> Bool {
        guard let place = digits.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else {
            return false
        }
        guard case .float = CoreSchema.resolve(String(decoding: digits, as: UTF8.self)) else { return false }
        let next = digits[digits.index(after: place)]
        let isSigned = next == UInt8(ascii: "-") || next == UInt8(ascii: "+")
        return !isSigned || !digits[..<place].contains(UInt8(ascii: "."))
    }

    /// `2024-02-30`, alone or before a time.
    private static func isDate(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[0].allSatisfy(isDigit) else { return false }
        guard (1...2).contains(parts[1].count), parts[1].allSatisfy(isDigit) else { return false }
        let day = parts[2].prefix(while: isDigit)
        guard (1...2).contains(day.count) else { return false }
        let rest = parts[2].dropFirst(day.count)
        guard let mark = rest.first else { return true }
        let isMark = [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "), UInt8(ascii: "\t")].contains(mark)
        return isMark && (rest.dropFirst().first { $0 != UInt8(ascii: " ") }).map(isDigit) ?? false
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isOctal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: isDigit(byte)
        }
    }
}
