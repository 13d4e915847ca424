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
        guard fields.count(of: .malformed) == 0 else { return .malformedFieldName }
        guard fields.control == nil else { return .controlCharacter }
        guard bytes.equals("GET", in: request.method) else { return .methodNotGET }
        guard let version = HTTPVersion(bytes, in: request.version), version.allowsUpgrade else { return .httpVersion }
        guard let target else { return .malformedTarget }
        guard fields.count(of: .host) > 0 else { return .missingHost }
        guard fields.count(of: .host) == 1 else { return .duplicateHost }
        guard let host else { return .malformedHost }
        guard target.agrees(with: host, in: bytes) else { return .targetOfAnotherHost }
        guard fields.count(of: .origin) <= 1 else { return .duplicateOrigin }
        guard !announcesBody(bytes, fields) else { return .announcesBody }
        if let problem = upgradeProblem(request, fields) { return problem }
        if let problem = keyProblem(bytes, fields) { return problem }
        return versionProblem(bytes, fields)
    }

    /// The first problem of a request, target and Host field parsed on the way.
    package static func problem(_ request: borrowing HandshakeRequest) -> HandshakeProblem? {
        let fields = HandshakeFields(request)
        let bytes = request.span
        var host: HostAndPort?
        if let range = fields.single(.host) { host = HostField.parse(bytes, in: range) }
        return problem(request, fields, target: RequestTarget(bytes, in: request.target), host: host)
    }

    /// Whether a body is announced; `Content-Length: 0` announces none.
    private static func announcesBody(_ bytes: Span<UInt8>, _ fields: borrowing HandshakeFields) -> Bool {
        if fields.count(of: .transferEncoding) > 0 { return true }
        guard fields.count(of: .contentLength) > 0 else { return false }
        guard let length = fields.single(.contentLength) else { return true }
        return !bytes.equals("0", in: length)
    }

    private static func upgradeProblem(
        _ request: borrowing HandshakeRequest,
        _ fields: borrowing HandshakeFields
    ) -> HandshakeProblem? {
        let bytes = request.span
        var hasWebSocket = false
        var hasOther = false
        var upgrades = FieldElements(.upgrade, firstLine: fields[.upgrade].first)
        while let element = upgrades.next(in: request) {
            if bytes.equals(lowercase: "websocket", in: element) { hasWebSocket = true } else { hasOther = true }
        }
        guard hasWebSocket else { return .missingUpgrade }
        guard !hasOther else { return .otherUpgrade }
        var options = FieldElements(.connection, firstLine: fields[.connection].first)
        while let option = options.next(in: request) {
            if bytes.equals(lowercase: "upgrade", in: option) { return nil }
        }
        return .missingConnectionUpgrade
    }

    private static func keyProblem(_ bytes: Span<UInt8>, _ fields: borrowing HandshakeFields) -> HandshakeProblem? {
        let entry = fields[.key]
        guard entry.count > 0 else { return .missingKey }
        guard entry.count == 1 else { return .duplicateKey }
        return isKey(bytes, in: entry.value) ? nil : .malformedKey
    }

    /// Whether the value is the base64 of sixteen bytes: 22 characters and two paddings.
    ///
    /// The last character's low bits may be set, as some clients send random text: no decoder gives other than sixteen bytes.
    package static func isKey(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == 24, bytes.equals("==", in: (range.upperBound &- 2)..<range.upperBound) else {
            return false
        }
        // Twenty-two bytes in three words, of which the last two overlap.
        let start = range.lowerBound
        return ASCII.areBase64(bytes.word(at: start)) && ASCII.areBase64(bytes.word(at: start &+ 8))
            && ASCII.areBase64(bytes.word(at: start &+ 14))
    }

    private static func versionProblem(_ bytes: Span<UInt8>, _ fields: borrowing HandshakeFields) -> HandshakeProblem? {
        let entry = fields[.version]
        guard entry.count > 0 else { return .missingVersion }
        guard entry.count == 1 else { return .duplicateVersion }
        if bytes.equals("13", in: entry.value) { return nil }
        guard !entry.value.isEmpty else { return .malformedVersion }
        for index in entry.value where !ASCII.isDigit(bytes[index]) { return .malformedVersion }
        return .unsupportedVersion
    }
}
