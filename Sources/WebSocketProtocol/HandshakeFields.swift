/// Which fields an opening handshake has, found in one pass: each name's lines are none, one or more, and the first has a place.
///
/// It allocates nothing. Fields that may stand on several lines are walked with `HandshakeRequest.nextField(_:from:)`.
@usableFromInline package struct HandshakeFields: ~Copyable, Sendable {
    // Bit n is the n-th name: more would be copied at each look.
    @usableFromInline var seen: UInt32 = 0
    @usableFromInline var repeated: UInt32 = 0
    /// Six bits for each of the first ten names: the place of its first line, or 63 where that is farther on.
    @usableFromInline var places: UInt64 = 0
    /// The first control character in a value, if there is one.
    package private(set) var control: Int?

    /// Classifies the fields of a request.
    package init(_ request: borrowing HandshakeRequest) {
        for index in request.fields.indices {
            let name = UInt32(request.fields[index].kind.rawValue)
            let bit = 1 as UInt32 &<< name
            if seen & bit != 0 {
                repeated |= bit
            } else if name < 10 {
                places |= UInt64(min(index, 63)) &<< UInt64(6 &* name)
            }
            seen |= bit
        }
        // Each line has two line ends: where nothing else is one of these, no value holds a control character.
        let bytes = request.span
        guard ASCII.unprintableCount(in: bytes) != 2 &* (request.fields.count &+ 1) else { return }
        for field in request.fields where control == nil { control = ASCII.firstControl(in: bytes, field.value) }
    }

    /// Whether a line has that name.
    @inlinable @inline(__always)
    package func has(_ name: HandshakeFieldName) -> Bool { seen & (1 &<< UInt32(name.rawValue)) != 0 }

    /// Whether several lines have that name.
    @inlinable @inline(__always)
    package func isRepeated(_ name: HandshakeFieldName) -> Bool { repeated & (1 &<< UInt32(name.rawValue)) != 0 }

    /// A place in `HandshakeRequest.fields` before which no line has that name.
    @inlinable @inline(__always)
    package func first(_ name: HandshakeFieldName) -> Int {
        name.rawValue < 10 ? Int(truncatingIfNeeded: (places &>> (6 &* UInt64(name.rawValue))) & 63) : 0
    }

    /// The value of the only line of that name; nil when there is none, or more than one.
    @inlinable @inline(__always)
    package func single(_ name: HandshakeFieldName, in request: borrowing HandshakeRequest) -> Range<Int>? {
        guard has(name), !isRepeated(name) else { return nil }
        let place = first(name)
        if request.fields[place].kind == name { return request.fields[place].value }
        return request.nextField(name, from: place).map { request.fields[$0].value }
    }
}

extension HandshakeRequest {
    /// The place of the next field line of that kind at or behind `index`, nil where there is none.
    @usableFromInline
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
        let kind = HandshakeFieldName(lowercaseName, in: lowercaseName.indices)
        if kind != .other, kind != .malformed {
            for field in fields where field.kind == kind { found.note(field.value) }
            return found
        }
        for field in fields where field.name.count == lowercaseName.count {
            if span.equals(lowercase: lowercaseName, in: field.name) { found.note(field.value) }
        }
        return found
    }
}
