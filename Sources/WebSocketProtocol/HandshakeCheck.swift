/// The form that RFC 6455 §4.2.1 and RFC 9112 demand of an opening handshake.
package enum HandshakeCheck {
    /// The first problem of a request in the order of `HandshakeProblem`, nil where there is none.
    ///
    /// It allocates nothing.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - fields: its classified fields.
    ///   - target: its parsed target, nil where that is malformed.
    ///   - host: its parsed Host field, nil where that is missing, repeated or malformed.
    /// - Returns: the first problem.
    package static func problem(
        _ request: borrowing HandshakeRequest,
        _ fields: borrowing HandshakeFields,
        target: RequestTarget?,
        host: HostAndPort?
    ) -> HandshakeProblem? {
        let bytes = request.span
        guard !fields.has(.malformed) else { return .malformedFieldName }
        guard fields.control == nil else { return .controlCharacter }
        guard bytes.equals("GET", in: request.method) else { return .methodNotGET }
        guard allowsUpgrade(bytes, in: request.version) else { return .httpVersion }
        guard let target else { return .malformedTarget }
        guard fields.has(.host) else { return .missingHost }
        guard !fields.isRepeated(.host) else { return .duplicateHost }
        guard let host else { return .malformedHost }
        guard target.agrees(with: host, in: bytes) else { return .targetOfAnotherHost }
        guard !fields.isRepeated(.origin) else { return .duplicateOrigin }
        guard !announcesBody(request, fields) else { return .announcesBody }
        if let problem = upgradeProblem(request, fields) { return problem }
        if let problem = keyProblem(request, fields) { return problem }
        return versionProblem(request, fields)
    }

    /// The first problem of a request, target and Host field parsed on the way.
    package static func problem(_ request: borrowing HandshakeRequest) -> HandshakeProblem? {
        let fields = HandshakeFields(request)
        let bytes = request.span
        var host: HostAndPort?
        if let range = fields.single(.host, in: request) { host = HostField.parse(bytes, in: range) }
        return problem(request, fields, target: RequestTarget(bytes, in: request.target), host: host)
    }

    private static func allowsUpgrade(_ bytes: Span<UInt8>, in version: Range<Int>) -> Bool {
        bytes.equals("HTTP/1.1", in: version) || HTTPVersion(bytes, in: version)?.allowsUpgrade == true
    }

    /// Whether a body is announced; `Content-Length: 0` announces none.
    private static func announcesBody(
        _ request: borrowing HandshakeRequest,
        _ fields: borrowing HandshakeFields
    ) -> Bool {
        if fields.has(.transferEncoding) { return true }
        guard fields.has(.contentLength) else { return false }
        guard let length = fields.single(.contentLength, in: request) else { return true }
        return !request.span.equals("0", in: length)
    }

    private static func upgradeProblem(
        _ request: borrowing HandshakeRequest,
        _ fields: borrowing HandshakeFields
    ) -> HandshakeProblem? {
        let bytes = request.span
        // What clients write: one line of one element each.
        if let upgrade = fields.single(.upgrade, in: request), bytes.equals(lowercase: "websocket", in: upgrade),
            let option = fields.single(.connection, in: request), bytes.equals(lowercase: "upgrade", in: option)
        {
            return nil
        }
        var hasWebSocket = false
        var hasOther = false
        var upgrades = FieldElements(.upgrade, firstLine: fields.first(.upgrade))
        while let element = upgrades.next(in: request) {
            if bytes.equals(lowercase: "websocket", in: element) { hasWebSocket = true } else { hasOther = true }
        }
        guard hasWebSocket else { return .missingUpgrade }
        guard !hasOther else { return .otherUpgrade }
        var options = FieldElements(.connection, firstLine: fields.first(.connection))
        while let option = options.next(in: request) {
            if bytes.equals(lowercase: "upgrade", in: option) { return nil }
        }
        return .missingConnectionUpgrade
    }

    private static func keyProblem(
        _ request: borrowing HandshakeRequest,
        _ fields: borrowing HandshakeFields
    ) -> HandshakeProblem? {
        guard fields.has(.key) else { return .missingKey }
        guard let value = fields.single(.key, in: request) else { return .duplicateKey }
        return isKey(request.span, in: value) ? nil : .malformedKey
    }

    /// Whether the value is the base64 of sixteen bytes: 22 characters and two paddings.
    ///
    /// The last character's low bits may be set, as some clients send random text: no decoder gives other than sixteen bytes.
    package static func isKey(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == 24, bytes.equals("==", in: (range.upperBound &- 2)..<range.upperBound) else {
            return false
        }
        // Twenty-two bytes in two blocks that overlap.
        return ASCII.areBase64(bytes.block(at: range.lowerBound))
            && ASCII.areBase64(bytes.block(at: range.lowerBound &+ 6))
    }

    private static func versionProblem(
        _ request: borrowing HandshakeRequest,
        _ fields: borrowing HandshakeFields
    ) -> HandshakeProblem? {
        guard fields.has(.version) else { return .missingVersion }
        guard let value = fields.single(.version, in: request) else { return .duplicateVersion }
        let bytes = request.span
        if bytes.equals("13", in: value) { return nil }
        guard !value.isEmpty else { return .malformedVersion }
        for index in value where !ASCII.isDigit(bytes[index]) { return .malformedVersion }
        return .unsupportedVersion
    }
}
