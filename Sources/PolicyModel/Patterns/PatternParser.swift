/// Reads a pattern by the grammar of ECMA-262 for the `u` flag.
struct PatternParser {
    private let scalars: [Unicode.Scalar]
    /// Where each scalar begins in UTF-8, and where the text ends.
    private let offsets: [Int]
    private var place = 0
    private var depth = 0
    private var groupNames: Set<String> = []
    private let limits = PatternLimits()

    static func parse(_ text: String) throws(PatternFault) -> PatternNode {
        var parser = PatternParser(text)
        let node = try parser.alternatives()
        // Only a closing parenthesis stops the outermost part early.
        guard parser.place == parser.scalars.count else { throw parser.fault(.unopenedGroup, from: parser.place) }
        return node
    }

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var offsets = [0]
        for scalar in text.unicodeScalars { offsets.append(offsets[offsets.count - 1] + UTF8.width(scalar)) }
        self.offsets = offsets
    }

    private var next: Unicode.Scalar? {
        place < scalars.count ? scalars[place] : nil
    }

    private func isNext(_ text: String) -> Bool {
        scalars[place...].starts(with: text.unicodeScalars)
    }

    /// A fault from a place on, as far as was read.
    private func fault(_ reason: PatternFault.Reason, from start: Int) -> PatternFault {
        let end = min(max(place, start + 1), scalars.count)
        return PatternFault(reason, offsets[min(start, end)]..<offsets[end])
    }

    // MARK: Terms

    private mutating func alternatives() throws(PatternFault) -> PatternNode {
        var found = [try sequence()]
        while next == "|" {
            place += 1
            found.append(try sequence())
        }
        return found.count == 1 ? found[0] : .alternatives(found)
    }

    private mutating func sequence() throws(PatternFault) -> PatternNode {
        var terms: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { terms.append(try term()) }
        return terms.count == 1 ? terms[0] : .sequence(terms)
    }

    private mutating func term() throws(PatternFault) -> PatternNode {
        if let assertion = try assertion() {
            if let scalar = next, "*+?{".unicodeScalars.contains(scalar) {
                throw fault(.nothingToRepeat, from: place)
            }
            return assertion
        }
        let atom = try atom()
        return try quantified(atom)
    }

    private mutating func assertion() throws(PatternFault) -> PatternNode? {
        let start = place
        if next == "^" {
            place += 1
            return .textStart
        }
        if next == "$" {
            place += 1
            return .textEnd
        }
        for (text, wanted) in [("\\b", true), ("\\B", false)] where isNext(text) {
            place += 2
            return .wordBoundary(wanted)
        }
        for text in ["(?=", "(?!", "(?<=", "(?<!"] where isNext(text) {
            place += text.unicodeScalars.count
            throw fault(.lookAround, from: start)
        }
        return nil
    }

    private mutating func quantified(_ atom: PatternNode) throws(PatternFault) -> PatternNode {
        let start = place
        let bounds: (minimum: Int, maximum: Int?)
        switch next {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        case "{": bounds = try counts()
        default: return atom
        }
        place += 1
        if next == "?" { place += 1 }
        if let scalar = next, "*+?{".unicodeScalars.contains(scalar) { throw fault(.nothingToRepeat, from: place) }
        return .repetition(
            atom,
            minimum: bounds.minimum,
            maximum: bounds.maximum,
            range: offsets[start]..<offsets[place]
        )
    }

    /// `{m}`, `{m,}` or `{m,n}`, up to its closing brace.
    private mutating func counts() throws(PatternFault) -> (minimum: Int, maximum: Int?) {
        let start = place
        place += 1
        guard let minimum = number() else { throw fault(.loneBracket("{"), from: start) }
        var maximum: Int? = minimum
        if next == "," {
            place += 1
            maximum = number()
        }
        guard next == "}" else { throw fault(.loneBracket("{"), from: start) }
        let range = offsets[start]..<offsets[place + 1]
        if let maximum, maximum < minimum { throw PatternFault(.repetitionOrder, range) }
        guard max(minimum, maximum ?? 0) <= limits.repetitions else {
            throw PatternFault(.tooManyRepetitions(limit: limits.repetitions), range)
        }
        return (minimum, maximum)
    }

    /// Decimal digits, saturated.
    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = next, ("0"..."9").contains(scalar) {
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1 << 30)
            place += 1
        }
        return value
    }

    // MARK: Atoms

    private mutating func atom() throws(PatternFault) -> PatternNode {
        let start = place
        guard let scalar = next else { throw fault(.nothingToRepeat, from: start) }
        place += 1
        switch scalar {
        case ".": return .scalar(.anyButLineEnds)
        case "(": return try group(from: start)
        case "[": return .scalar(try characterClass(from: start))
        case "\\": return .scalar(try PatternEscape.read(scalars, &place, offsets, inClass: false))
        case "*", "+", "?": throw fault(.nothingToRepeat, from: start)
        case "{", "}", "]": throw fault(.loneBracket(Character(scalar)), from: start)
        default: return .scalar(ScalarSet(scalar.value))
        }
    }

    private mutating func group(from start: Int) throws(PatternFault) -> PatternNode {
        if next == "?" {
            place += 1
            if next == ":" {
                place += 1
            } else if next == "<" {
                try groupName()
            } else {
                while let scalar = next, scalar.properties.isAlphabetic || scalar == "-" { place += 1 }
                throw fault(.modifier, from: start)
            }
        }
        depth += 1
        guard depth <= limits.nesting else { throw fault(.tooDeep(limit: limits.nesting), from: start) }
        let inner = try alternatives()
        guard next == ")" else {
            place = start + 1
            throw fault(.unclosedGroup, from: start)
        }
        place += 1
        depth -= 1
        return inner
    }

    private mutating func groupName() throws(PatternFault) {
        let start = place
        place += 1
        var name = ""
        while let scalar = next, scalar != ">" {
            let properties = scalar.properties
            let isPart = properties.isIDContinue || scalar == "$" || scalar == "_"
            let isFirst = properties.isIDStart || scalar == "$" || scalar == "_"
            guard name.isEmpty ? isFirst : isPart else {
                place += 1
                throw fault(.wrongGroupName, from: start)
            }
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard next == ">", !name.isEmpty else { throw fault(.wrongGroupName, from: start) }
        place += 1
        guard groupNames.insert(name).inserted else { throw fault(.repeatedGroupName, from: start) }
    }

    // MARK: Classes

    private mutating func characterClass(from start: Int) throws(PatternFault) -> ScalarSet {
        let isInverted = next == "^"
        if isInverted { place += 1 }
        var ranges: [ClosedRange<UInt32>] = []
        while true {
            guard next != nil else {
                place = start + 1
                throw fault(.unclosedClass, from: start)
            }
            if next == "]" { break }
            let first = place
            let low = try classAtom()
            guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                ranges += low.ranges
                continue
            }
            place += 1
            let high = try classAtom()
            guard let from = low.only, let to = high.only else { throw fault(.rangeOfClasses, from: first) }
            guard from <= to else { throw fault(.rangeOrder, from: first) }
            ranges.append(from...to)
        }
        place += 1
        let set = ScalarSet(ranges)
        return isInverted ? set.inverted : set
    }

    private mutating func classAtom() throws(PatternFault) -> ClassAtom {
        guard let scalar = next else { throw fault(.unclosedClass, from: place) }
        place += 1
        guard scalar == "\\" else { return ClassAtom(ranges: [scalar.value...scalar.value], only: scalar.value) }
        let isClass = next.map { "dDsSwWpP".unicodeScalars.contains($0) } ?? false
        let set = try PatternEscape.read(scalars, &place, offsets, inClass: true)
        return ClassAtom(ranges: set.ranges, only: isClass ? nil : set.ranges.first?.lowerBound)
    }

    private struct ClassAtom {
        let ranges: [ClosedRange<UInt32>]
        /// The code point, where it is one and no class.
        let only: UInt32?
    }
}
