/// The fields of an opening handshake, classified in one pass: how often each stands there, and where first.
///
/// It allocates nothing. Fields that may stand on several lines are walked with `HandshakeRequest.nextField(_:from:)`.
package struct HandshakeFields: Sendable {
    /// One name's field lines.
    package struct Entry: Sendable {
        /// How many lines have the name.
        package var count = 0
        /// The place of the first of them in `HandshakeRequest.fields`; meaningless while `count` is 0.
        package var first = 0
        /// The value of the first of them, a range of the request's bytes; empty while `count` is 0.
        package var value = 0..<0
    }

    private var entries = InlineArray<18, Entry>(repeating: Entry())
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
        let place = Int(kind.rawValue)
        if entries[place].count == 0 {
            entries[place].first = index
            entries[place].value = field.value
        }
        entries[place].count &+= 1
    }

    /// What is known of the fields of that name.
    package subscript(_ name: HandshakeFieldName) -> Entry { entries[Int(name.rawValue)] }

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
