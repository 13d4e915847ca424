import PolicyPlan
import WebSocketProtocol

/// Scalars of the slow pass: words, numbers, strings with their escapes.
extension ContentWalk {
    mutating func beginValue(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        guard first < count else { return unexpected(first) }
        switch byte(first) {
        case 0x22: return string(value, &place)
        case 0x7B, 0x5B: return open(value, &place)
        case 0x74: return word("true", [.true], value, &place)
        case 0x66: return word("false", [.false], value, &place)
        case 0x6E: return word("null", [.null], value, &place)
        case 0x2D, 0x30...0x39: return number(value, &place)
        default: return unexpected(first)
        }
    }

    /// The nodes of which the value's type is one of their types; a fault for each other one.
    mutating func admitted(_ types: ValueTypes, _ value: Value, at place: Int) -> [RecordPointer] {
        var admitted: [RecordPointer] = []
        for node in value.nodes {
            let allowed = ValueTypes(rawValue: node.byte(ProgramLayout.Node.types))
            let flags = node.byte(ProgramLayout.Node.flags)
            if !allowed.isDisjoint(with: types)
                || (types == .boolean && flags & ProgramLayout.Node.noBoolean != 0)
            {
                admitted.append(node)
            } else {
                mismatch(.type, of: node, at: place, start: place, detail: UInt32(types.rawValue))
            }
        }
        return admitted
    }

    /// A value on the discriminator's path that is neither the string nor a container that leads to it.
    mutating func reportNoType(at place: Int) {
        report(.unknownMessageType, at: place, inside: true)
    }

    var stepCount: Int {
        Int(root.word(ProgramLayout.Root.stepCount))
    }

    mutating func word(
        _ text: String,
        _ type: ValueTypes,
        _ value: Value,
        _ place: inout Int
    ) -> State? {
        let letters = Array(text.utf8)
        if value.step >= 0 { reportNoType(at: place) }
        let isBoolean = !type.isDisjoint(with: .boolean)
        let nodes = admitted(isBoolean ? .boolean : type, value, at: place)
        for index in 1..<letters.count {
            guard byte(place + index) == letters[index] else { return unexpected(place + index) }
        }
        let last = place + letters.count - 1
        for node in nodes where !ValueTypes(rawValue: node.byte(ProgramLayout.Node.types)).contains(type) {
            mismatch(.enumeration, of: node, at: last, start: place)
        }
        checkCombinations(nodes, from: place, at: last, inside: true)
        place = last + 1
        return .after
    }

    mutating func number(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        if value.step >= 0 { reportNoType(at: first) }
        let nodes = admitted(.number, value, at: first)
        let number = NumberText(at: start + first)
        let end = number.end - start
        guard number.isWellFormed else { return unexpected(end) }
        if !isSkipping, !number.isSafe(interoperable: flags & ProgramLayout.Root.interoperable != 0) {
            report(.unsafeNumber, at: end - 1, start: first, inside: true)
        }
        for node in nodes where node.word(ProgramLayout.Node.number) != 0 {
            let rule = program + node.word(ProgramLayout.Node.number)
            let isByForm = rule.word(ProgramLayout.NumberRule.flags) & ProgramLayout.NumberRule.integerByForm != 0
            if let keyword = number.firstFault(of: rule, in: program) {
                mismatch(keyword, of: node, at: end - 1, start: first)
            } else if isByForm, !NumberForm.isInteger(start + first, number.end) {
                mismatch(.type, of: node, at: end - 1, start: first)
            }
        }
        if !isSkipping { checkCombinations(nodes, from: first, at: end - 1, inside: true) }
        place = end
        return .after
    }

    var isSkipping: Bool {
        frames.last?.isSkipped ?? false
    }

    mutating func string(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        let isType = value.step >= 0 && value.step == stepCount
        if value.step >= 0, !isType { reportNoType(at: first) }
        let nodes = admitted(.string, value, at: first)
        guard let end = closingQuote(from: first + 1) else { return nil }
        if isType { findType(from: first + 1, to: end) }
        checkString(nodes, from: first, to: end, at: end, inside: true)
        checkForbidden(from: first, to: end, isName: false)
        place = end + 1
        return .after
    }

    mutating func findType(from first: Int, to end: Int) {
        let name = unescaped(first, end)
        let index = lookUp(name, in: root + ProgramLayout.Root.typeNames)
        guard index >= 0 else { return report(.unknownMessageType, at: end, start: first - 1, inside: true) }
        typeIndex = index
    }

    /// What no name and no string may match, from its quote to its closing one.
    mutating func checkForbidden(from quote: Int, to end: Int, isName: Bool) {
        guard !isSkipping, let scan = ForbidScan(program: program, root: root, scratch: scratch) else { return }
        let first = start + (quote + 1)
        let hasEscape = StringScan.hasEscape(from: first, to: start + end)
        guard let source = scan.source(from: first, to: start + end, hasEscape, isName: isName) else { return }
        report(.forbiddenContent, at: end, detail: source, start: quote, inside: true)
    }

    /// What a string has to be for each node, from its quote to its closing one.
    mutating func checkString(
        _ nodes: [RecordPointer],
        from quote: Int,
        to end: Int,
        at place: Int,
        inside: Bool
    ) {
        for node in nodes where node.word(ProgramLayout.Node.string) != 0 {
            let rule = program + node.word(ProgramLayout.Node.string)
            guard let (keyword, detail) = stringFault(from: quote + 1, to: end, rule) else { continue }
            mismatch(keyword, of: node, at: place, start: quote, detail: detail)
        }
        checkCombinations(nodes, from: quote, at: place, inside: inside)
    }

    func stringFault(from first: Int, to end: Int, _ rule: RecordPointer) -> (ContentKeyword, UInt32)? {
        typealias Rule = ProgramLayout.StringRule
        let value = unescaped(first, end)
        if rule.word(Rule.flags) & Rule.listed != 0, lookUp(value, in: rule) < 0 { return (.enumeration, 0) }
        let length = StringScan.codePointCount(from: start + first, to: start + end)
        if length < Int(rule.word(Rule.minimum)) { return (.minLength, 0) }
        if length > Int(rule.word(Rule.maximum)) { return (.maxLength, 0) }
        return withPadding(value) { StringForm.fault(of: $0, value.count, rule, in: program) }
            .map { ($0.keyword, $0.detail) }
    }

    func withPadding<Result>(_ bytes: [UInt8], _ body: (BytePointer) -> Result?) -> Result? {
        let padded = bytes + [UInt8](repeating: 0, count: PaddedBytes.padding)
        return unsafe padded.withUnsafeBufferPointer { buffer in
            // The buffer holds at least the padding, so it has an address.
            guard let address = buffer.baseAddress else { return nil }
            return body(unsafe BytePointer(address))
        }
    }

    /// The offset of a string's closing quote; nil after a fault that ends the text.
    mutating func closingQuote(from first: Int) -> Int? {
        var place = first
        while place < count {
            let byte = self.byte(place)
            switch byte {
            case 0x22: return place
            case 0x5C:
                guard let length = escape(at: place) else { return nil }
                place += length
            case 0x80...:
                let length = UTF8Scan.sequenceLength(at: start + place)
                guard length > 0 else {
                    _ = unexpected(place)
                    return nil
                }
                place += length
            case ..<0x20:
                _ = unexpected(place)
                return nil
            default: place += 1
            }
        }
        _ = unexpected(count)
        return nil
    }

    /// Bytes of one escape, 6 for each half of a pair; nil after a fault.
    mutating func escape(at backslash: Int) -> Int? {
        switch byte(backslash + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
        case 0x75: break
        default:
            _ = unexpected(min(backslash + 1, count))
            return nil
        }
        guard let unit = codeUnit(at: backslash + 2) else { return nil }
        guard unit & 0xF800 == 0xD800 else { return 6 }
        guard unit < 0xDC00 else {
            _ = unexpected(backslash)
            return nil
        }
        // The second half; where the text ends before that is decided, it ends too early.
        for (place, wanted) in [(backslash + 6, 0x5C as UInt8), (backslash + 7, 0x75)] where byte(place) != wanted {
            _ = unexpected(place >= count ? count : backslash)
            return nil
        }
        guard let low = codeUnit(at: backslash + 8) else { return nil }
        guard low & 0xFC00 == 0xDC00 else {
            _ = unexpected(backslash)
            return nil
        }
        return 12
    }

    /// Four hexadecimal digits; nil after a fault.
    mutating func codeUnit(at place: Int) -> UInt32? {
        var unit: UInt32 = 0
        for offset in place..<place + 4 {
            guard let digit = StringScan.hexadecimalDigit(byte(offset)) else {
                _ = unexpected(min(offset, count))
                return nil
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    func unescaped(_ first: Int, _ end: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        StringScan.unescape(from: start + first, to: start + end) { bytes.append($0) }
        return bytes
    }

    func lookUp(_ name: [UInt8], in table: RecordPointer) -> Int {
        withPadding(name) { NameLookup.index(of: $0, name.count, in: table, program) } ?? -1
    }
}
