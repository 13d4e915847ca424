extension HandshakeRequest {
    /// Parses the head of an HTTP/1.1 request, strictly.
    ///
    /// Every line ends in CR LF, nothing is folded, no blank stands before a colon, names are tokens, values hold no control
    /// character but the tab. Everything that two parsers could read differently is refused. What follows the empty line is
    /// left alone; the head ends two bytes behind `requestByteCount`.
    ///
    /// - Parameters:
    ///   - bytes: the bytes that have arrived, from the request line on.
    ///   - peer: the other end of the TCP connection, where it has an address.
    ///   - isSecure: whether this server ended TLS on it.
    /// - Throws: what is wrong, and where.
    public init(
        parsing bytes: [UInt8],
        peer: SocketAddress?,
        isSecure: Bool
    ) throws(HandshakeSyntaxError) {
        var parser = HandshakeRequestParser()
        try parser.parse(bytes.span)
        self.init(
            bytes: Array(bytes[..<parser.end]),
            method: parser.method,
            target: parser.target,
            version: parser.version,
            fields: parser.fields,
            peer: peer,
            isSecure: isSecure
        )
    }

    /// Where the head of a request ends: behind its empty line; nil while that has not arrived.
    ///
    /// - Parameters:
    ///   - bytes: what has arrived so far.
    ///   - start: how many of them were searched before without a result; the work is then linear in all that arrives.
    /// - Returns: the offset of the first byte behind the head.
    public static func endOfHead(in bytes: Span<UInt8>, searchedTo start: Int = 0) -> Int? {
        var index = max(start - 3, 0)
        while index + 4 <= bytes.count {
            if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D, bytes[index + 3] == 0x0A {
                return index + 4
            }
            index += 1
        }
        return nil
    }
}

/// Reads line after line of a request's head.
struct HandshakeRequestParser {
    private(set) var method = 0..<0
    private(set) var target = 0..<0
    private(set) var version = 0..<0
    private(set) var fields: [HandshakeRequest.Field] = []
    /// Where the lines read so far end, behind their CR LF.
    private(set) var end = 0

    init() {
        fields.reserveCapacity(16)
    }

    mutating func parse(_ bytes: Span<UInt8>) throws(HandshakeSyntaxError) {
        try parseRequestLine(bytes, try line(bytes))
        while true {
            let range = try line(bytes)
            if range.isEmpty {
                // The empty line is not counted.
                end = range.lowerBound
                return
            }
            try parseField(bytes, range)
        }
    }

    /// The next line without its CR LF.
    private mutating func line(_ bytes: Span<UInt8>) throws(HandshakeSyntaxError) -> Range<Int> {
        let start = end
        guard let lineEnd = bytes.firstLineEnd(from: start) else {
            throw HandshakeSyntaxError(.incomplete, at: bytes.count)
        }
        guard bytes[lineEnd] == 0x0D else { throw HandshakeSyntaxError(.bareLineFeed, at: lineEnd) }
        guard lineEnd &+ 1 < bytes.count else { throw HandshakeSyntaxError(.incomplete, at: bytes.count) }
        guard bytes[lineEnd &+ 1] == 0x0A else { throw HandshakeSyntaxError(.bareCarriageReturn, at: lineEnd) }
        end = lineEnd &+ 2
        return start..<lineEnd
    }

    private mutating func parseRequestLine(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HandshakeSyntaxError) {
        guard let first = bytes.firstIndex(of: 0x20, in: range) else {
            throw HandshakeSyntaxError(.malformedRequestLine, at: range.upperBound)
        }
        method = range.lowerBound..<first
        guard ASCII.isToken(bytes, in: method) else {
            throw HandshakeSyntaxError(.malformedRequestLine, at: range.lowerBound)
        }
        guard let second = bytes.firstIndex(of: 0x20, in: (first &+ 1)..<range.upperBound), second > first &+ 1 else {
            throw HandshakeSyntaxError(.malformedRequestLine, at: first &+ 1)
        }
        target = (first &+ 1)..<second
        for index in target where bytes[index] == 0x09 || ASCII.isControl(bytes[index]) {
            throw HandshakeSyntaxError(.malformedRequestLine, at: index)
        }
        version = (second &+ 1)..<range.upperBound
        guard HTTPVersion(bytes, in: version) != nil else {
            throw HandshakeSyntaxError(.malformedRequestLine, at: version.lowerBound)
        }
    }

    private mutating func parseField(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HandshakeSyntaxError) {
        guard !ASCII.isBlank(bytes[range.lowerBound]) else {
            throw HandshakeSyntaxError(.foldedLine, at: range.lowerBound)
        }
        var colon = range.lowerBound
        while colon < range.upperBound, ASCII.isTokenCharacter(bytes[colon]) { colon &+= 1 }
        guard colon > range.lowerBound, colon < range.upperBound, bytes[colon] == 0x3A else {
            throw HandshakeSyntaxError(.malformedFieldName, at: colon)
        }
        let name = range.lowerBound..<colon
        let value = (colon &+ 1)..<range.upperBound
        if let control = ASCII.firstControl(in: bytes, value) {
            throw HandshakeSyntaxError(.controlCharacter, at: control)
        }
        fields.append(
            HandshakeRequest.Field(
                name: name,
                value: bytes.trimmed(value),
                kind: HandshakeFieldName(bytes, in: name)
            )
        )
    }
}
