/// Reads what stands behind a backslash.
enum PatternEscape {
    /// The code points of the escape whose backslash stands before `place`; `place` moves behind it.
    static func read(
        _ scalars: [Unicode.Scalar],
        _ place: inout Int,
        _ offsets: [Int],
        inClass: Bool
    ) throws(PatternFault) -> ScalarSet {
        var reading = Reading(scalars: scalars, offsets: offsets, start: place - 1, place: place, inClass: inClass)
        defer { place = reading.place }
        return try reading.read()
    }

    private struct Reading {
        let scalars: [Unicode.Scalar]
        let offsets: [Int]
        let start: Int
        var place: Int
        let inClass: Bool

        func fault(_ reason: PatternFault.Reason) -> PatternFault {
            PatternFault(reason, offsets[start]..<offsets[min(max(place, start + 1), scalars.count)])
        }

        mutating func take() -> Unicode.Scalar? {
            guard place < scalars.count else { return nil }
            place += 1
            return scalars[place - 1]
        }

        mutating func read() throws(PatternFault) -> ScalarSet {
            guard let scalar = take() else { throw fault(.wrongEscape) }
            switch scalar {
            case "d": return .digits
            case "D": return ScalarSet.digits.inverted
            case "w": return .words
            case "W": return ScalarSet.words.inverted
            case "s": return .blanks
            case "S": return ScalarSet.blanks.inverted
            case "p": return try property()
            case "P": return try property().inverted
            case "t": return ScalarSet(0x09)
            case "n": return ScalarSet(0x0A)
            case "v": return ScalarSet(0x0B)
            case "f": return ScalarSet(0x0C)
            case "r": return ScalarSet(0x0D)
            case "b" where inClass: return ScalarSet(0x08)
            case "-" where inClass: return ScalarSet(0x2D)
            case "0":
                if place < scalars.count, ("0"..."9").contains(scalars[place]) {
                    place += 1
                    throw fault(.wrongEscape)
                }
                return ScalarSet(0)
            case "1"..."9", "k": throw fault(inClass ? .wrongEscape : .backReference)
            case "c":
                guard let letter = take(), ("a"..."z").contains(letter) || ("A"..."Z").contains(letter) else {
                    throw fault(.wrongEscape)
                }
                return ScalarSet(letter.value % 32)
            case "x": return ScalarSet(try hexadecimal(2))
            case "u": return ScalarSet(try codePoint())
            case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/":
                return ScalarSet(scalar.value)
            default: throw fault(.wrongEscape)
            }
        }

        private mutating func hexadecimal(_ count: Int) throws(PatternFault) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<count {
                guard let digit = take().flatMap({ Character($0).hexDigitValue }) else { throw fault(.wrongEscape) }
                value = value * 16 + UInt32(digit)
            }
            return value
        }

        /// `\uHHHH`, a pair of them, or `\u{H…}`.
        private mutating func codePoint() throws(PatternFault) -> UInt32 {
            if place < scalars.count, scalars[place] == "{" {
                place += 1
                var value: UInt32 = 0
                var count = 0
                while let scalar = take(), scalar != "}" {
                    guard let digit = Character(scalar).hexDigitValue, value <= 0x10FFFF else {
                        throw fault(.wrongEscape)
                    }
                    value = value * 16 + UInt32(digit)
                    count += 1
                }
                guard count > 0, value <= 0x10FFFF, scalars[place - 1] == "}" else { throw fault(.wrongEscape) }
                return value
            }
            let first = try hexadecimal(4)
            guard (0xD800...0xDBFF).contains(first), place + 1 < scalars.count, scalars[place] == "\\",
                scalars[place + 1] == "u"
            else { return first }
            let before = place
            place += 2
            if let second = try? hexadecimal(4), (0xDC00...0xDFFF).contains(second) {
                return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
            }
            place = before
            return first
        }

        private mutating func property() throws(PatternFault) -> ScalarSet {
            guard take() == "{" else { throw fault(.unknownProperty) }
            var name = ""
            while let scalar = take(), scalar != "}" { name.unicodeScalars.append(scalar) }
            guard scalars[place - 1] == "}", let set = UnicodeProperty.set(name) else { throw fault(.unknownProperty) }
            return set
        }
    }
}
