/// The fields of an opening handshake, classified in one pass: how often each stands there, and where first.
///
/// It allocates nothing. Fields that may stand on several lines are walked with `HandshakeRequest.nextField(_:from:)`.
package struct HandshakeFields: ~Copyable, Sendable {
    /// One name's field lines.
    package struct Entry: Sendable {
        /// How many lines have the name.
        package var count = 0
        /// The place of the first of them in `HandshakeRequest.fields`; meaningless while `count` is 0.
        package var first = 0
        /// The value of the first of them, a range of the request's bytes; empty while `count` is 0.
        package var value = 0..<0
    }

    /// An entry in half the room: a request has fewer than 2^32 bytes.
    private struct PackedEntry: Sendable {
        private var count: UInt32 = 0
        private var first: UInt32 = 0
        private var start: UInt32 = 0
        private var end: UInt32 = 0

        mutating func note(_ field: HandshakeRequest.Field, at index: Int) {
            if count == 0 {
                first = UInt32(truncatingIfNeeded: index)
                start = UInt32(truncatingIfNeeded: field.value.lowerBound)
                end = UInt32(truncatingIfNeeded: field.value.upperBound)
            }
            count &+= 1
        }

        var entry: Entry { Entry(count: Int(count), first: Int(first), value: Int(start)..<Int(max(start, end))) }
    }

    // A property a name: an array within the value would be copied whole at each look.
    private var host = PackedEntry()
    private var origin = PackedEntry()
    private var upgrade = PackedEntry()
    private var connection = PackedEntry()
    private var key = PackedEntry()
    private var version = PackedEntry()
    private var subprotocol = PackedEntry()
    private var extensions = PackedEntry()
    private var cookie = PackedEntry()
    private var authorization = PackedEntry()
    private var forwardedFor = PackedEntry()
    private var forwarded = PackedEntry()
    private var forwardedProto = PackedEntry()
    private var contentLength = PackedEntry()
    private var transferEncoding = PackedEntry()
    private var custom = PackedEntry()
    private var other = PackedEntry()
    private var malformed = PackedEntry()
    /// The first control character in a value, if there is one.
    package private(set) var control: Int?

    /// Classifies the fields of a request.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - tokenField: the lower-case name of the field that the policy names as its token's place; empty for none. It is
    ///     counted as `custom`, and also as what else it is.
    package init(_ request: borrowing HandshakeRequest, tokenField: Span<UInt8>) {
        let bytes = request.span
        for index in request.fields.indices {
            let field = request.fields[index]
            note(field.kind, field, at: index)
            if field.name.count == tokenField.count, !tokenField.isEmpty,
                bytes.equals(lowercase: tokenField, in: field.name)
            {
                note(.custom, field, at: index)
            }
            if control == nil { control = ASCII.firstControl(in: bytes, field.value) }
        }
    }

    /// Classifies the fields of a request where no policy names one.
    package init(_ request: borrowing HandshakeRequest) {
        self.init(request, tokenField: Span())
    }

    private mutating func note(_ kind: HandshakeFieldName, _ field: HandshakeRequest.Field, at index: Int) {
        switch kind {
        case .host: host.note(field, at: index)
        case .origin: origin.note(field, at: index)
        case .upgrade: upgrade.note(field, at: index)
        case .connection: connection.note(field, at: index)
        case .key: key.note(field, at: index)
        case .version: version.note(field, at: index)
        case .subprotocol: subprotocol.note(field, at: index)
        case .extensions: extensions.note(field, at: index)
        case .cookie: cookie.note(field, at: index)
        case .authorization: authorization.note(field, at: index)
        case .forwardedFor: forwardedFor.note(field, at: index)
        case .forwarded: forwarded.note(field, at: index)
        case .forwardedProto: forwardedProto.note(field, at: index)
        case .contentLength: contentLength.note(field, at: index)
        case .transferEncoding: transferEncoding.note(field, at: index)
        case .custom: custom.note(field, at: index)
        case .other: other.note(field, at: index)
        case .malformed: malformed.note(field, at: index)
        }
    }

    /// What is known of the fields of that name.
    package subscript(_ name: HandshakeFieldName) -> Entry {
        switch name {
        case .host: host.entry
        case .origin: origin.entry
        case .upgrade: upgrade.entry
        case .connection: connection.entry
        case .key: key.entry
        case .version: version.entry
        case .subprotocol: subprotocol.entry
        case .extensions: extensions.entry
        case .cookie: cookie.entry
        case .authorization: authorization.entry
        case .forwardedFor: forwardedFor.entry
        case .forwarded: forwarded.entry
        case .forwardedProto: forwardedProto.entry
        case .contentLength: contentLength.entry
        case .transferEncoding: transferEncoding.entry
        case .custom: custom.entry
        case .other: other.entry
        case .malformed: malformed.entry
        }
    }

    /// How many lines have that name.
    package func count(of name: HandshakeFieldName) -> Int { self[name].count }

    /// The value of the only line of that name; nil when there is none, or more than one.
    package func single(_ name: HandshakeFieldName) -> Range<Int>? {
        let entry = self[name]
        return entry.count == 1 ? entry.value : nil
    }
}

extension HandshakeRequest {
    /// The place of the next field line of that kind at or behind `index`, nil where there is none.
    package func nextField(_ kind: HandshakeFieldName, from index: Int) -> Int? {
        var place = index
        while place < fields.count {
            if fields[place].kind == kind { return place }
            place &+= 1
        }
        return nil
    }

    /// The place of the last field line of that kind before `index`, nil where there is none.
    package func previousField(_ kind: HandshakeFieldName, before index: Int) -> Int? {
        var place = index
        while place > 0 {
            place &-= 1
            if fields[place].kind == kind { return place }
        }
        return nil
    }

    /// The field lines of a name that is given in ASCII lower case: how many, and the value of the first.
    package func occurrences(ofField lowercaseName: Span<UInt8>) -> Occurrences {
        var found = Occurrences()
        for field in fields where span.equals(lowercase: lowercaseName, in: field.name) { found.note(field.value) }
        return found
    }
}
