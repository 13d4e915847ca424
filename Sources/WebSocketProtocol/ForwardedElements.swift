/// The elements of Forwarded (RFC 7239) from the right, over all its lines: the nearest hop's word first.
///
/// An element is found from its right end, so that an unbalanced quote that a client sent cannot swallow what a proxy
/// appended to it.
package struct ForwardedElements {
    private var line: Int
    private var rest: Range<Int>?

    /// Walks the elements of a request.
    package init(_ request: borrowing HandshakeRequest) {
        line = request.fields.count
    }

    /// The next element to the left, nil when there are no more.
    package mutating func next(in request: borrowing HandshakeRequest) -> ForwardedElement? {
        let range: Range<Int>
        if let rest {
            range = rest
        } else {
            guard let place = request.previousField(.forwarded, before: line) else { return nil }
            line = place
            range = request.fields[place].value
        }
        let bytes = request.span
        let comma = Self.lastComma(bytes, range)
        rest = comma.map { range.lowerBound..<$0 }
        return ForwardedElement(bytes, in: (comma.map { $0 &+ 1 } ?? range.lowerBound)..<range.upperBound)
    }

    /// The last comma of `range` outside of quoted strings.
    private static func lastComma(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var isQuoted = false
        var index = range.upperBound
        while index > range.lowerBound {
            index &-= 1
            let byte = bytes[index]
            if byte == 0x2C, !isQuoted { return index }
            guard byte == 0x22 else { continue }
            // Read from the right, a quote behind an odd number of backslashes is content and not the opening one.
            if isQuoted {
                var first = index
                while first > range.lowerBound, bytes[first &- 1] == 0x5C { first &-= 1 }
                if (index &- first) & 1 == 1 { continue }
            }
            isQuoted.toggle()
        }
        return nil
    }
}

/// One element of Forwarded: what a hop says of the request that it received.
package struct ForwardedElement: Equatable, Sendable {
    /// Who sent the request: the parameter `for`; unreadable where it is missing, repeated or malformed.
    package let hop: ForwardedHop
    /// The scheme of the request: the parameter `proto`.
    package let proto: ForwardedProto

    /// Parses `name=value` pairs between semicolons; names compare without case, values may be quoted.
    ///
    /// Colons and brackets are taken in unquoted values too, as some proxies write them. A value with a backslash is
    /// unreadable: no address needs one. Any malformed pair makes the whole element unreadable.
    ///
    /// - Parameters:
    ///   - bytes: the buffer of the request.
    ///   - range: the element, with or without blanks around it.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        var node: Range<Int>?
        var scheme: Range<Int>?
        var isMalformed = false
        var index = range.lowerBound
        while index < range.upperBound, !isMalformed {
            let next = Self.pair(bytes, index..<range.upperBound) { name, value in
                if bytes.equals(lowercase: "for", in: name) {
                    isMalformed = isMalformed || node != nil
                    node = value
                } else if bytes.equals(lowercase: "proto", in: name) {
                    isMalformed = isMalformed || scheme != nil
                    scheme = value
                }
            }
            guard let next else {
                isMalformed = true
                break
            }
            index = next
        }
        hop = isMalformed ? .unreadable : node.map { ForwardedHop(bytes, in: $0) } ?? .unreadable
        proto = isMalformed ? .unknown : scheme.map { ForwardedProto(bytes, in: $0) } ?? .unknown
    }

    /// Reads one pair and the semicolon behind it; gives where the next begins, nil where the pair is malformed.
    private static func pair(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ found: (Range<Int>, Range<Int>) -> Void
    ) -> Int? {
        var index = skipBlanks(bytes, range)
        if index == range.upperBound { return index }
        if bytes[index] == 0x3B { return index &+ 1 }
        let nameStart = index
        while index < range.upperBound, ASCII.isTokenCharacter(bytes[index]) { index &+= 1 }
        let name = nameStart..<index
        guard !name.isEmpty, index < range.upperBound, bytes[index] == 0x3D else { return nil }
        index &+= 1
        let value: Range<Int>
        if index < range.upperBound, bytes[index] == 0x22 {
            guard let close = closingQuote(bytes, (index &+ 1)..<range.upperBound) else { return nil }
            value = (index &+ 1)..<close
            index = close &+ 1
        } else {
            let start = index
            while index < range.upperBound, isUnquoted(bytes[index]) { index &+= 1 }
            guard index > start else { return nil }
            value = start..<index
        }
        found(name, value)
        index = skipBlanks(bytes, index..<range.upperBound)
        guard index < range.upperBound else { return index }
        return bytes[index] == 0x3B ? index &+ 1 : nil
    }

    private static func skipBlanks(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, ASCII.isBlank(bytes[index]) { index &+= 1 }
        return index
    }

    private static func isUnquoted(_ byte: UInt8) -> Bool {
        ASCII.isTokenCharacter(byte) || byte == 0x3A || byte == 0x5B || byte == 0x5D || byte == 0x2F
    }

    private static func closingQuote(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == 0x22 { return index }
            index &+= bytes[index] == 0x5C ? 2 : 1
        }
        return nil
    }
}
