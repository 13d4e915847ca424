import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes a `TokenRecord`.
    mutating func token(_ check: TokenCheck, attempts: [Int]) throws(PlannerError) -> UInt32 {
        typealias Field = TokenRecord
        var record = RecordWords(Field.wordCount)
        record.setList(
            Field.sourceList,
            writer.list(
                records: check.sources.value.compactMap { place in
                    guard let (kind, name) = Self.place(place.value) else { return nil }
                    var words = RecordWords(TokenSourceRecord.wordCount)
                    words[TokenSourceRecord.kind] = kind
                    words.setText(TokenSourceRecord.nameOffset, writer.text(name))
                    words[TokenSourceRecord.source] = source(place.span)
                    return words
                }
            )
        )
        record[Field.absent] = check.isOptional ? 1 : 0
        record[Field.absentSource] = source(check.absent.span)
        record[Field.algorithms] = check.algorithms.value.reduce(0) { bits, algorithm in
            bits | 1 << UInt32(TokenSection.Algorithm.allCases.firstIndex(of: algorithm.value) ?? 0)
        }
        record[Field.algorithmsSource] = source(check.algorithms.span)
        record.setList(
            Field.keyList,
            writer.list(
                records: check.keys.value.map { key in
                    var words = RecordWords(TokenKeyRecord.wordCount)
                    switch key.value.source {
                    case .env(let variable): words.setText(TokenKeyRecord.nameOffset, writer.text(variable))
                    case .file(let path):
                        words[TokenKeyRecord.kind] = 1
                        words.setText(TokenKeyRecord.nameOffset, writer.text(path))
                    case .keySet(let path):
                        words[TokenKeyRecord.kind] = 2
                        words.setText(TokenKeyRecord.nameOffset, writer.text(path))
                    case .remoteKeySet(let address):
                        words[TokenKeyRecord.kind] = 3
                        words.setText(TokenKeyRecord.nameOffset, writer.text(address))
                    }
                    words[TokenKeyRecord.encoding] = Self.code(key.value.encoding)
                    words[TokenKeyRecord.source] = source(key.span)
                    return words
                }
            )
        )
        record[Field.keysSource] = source(check.keys.span)
        record.setText(Field.issuerOffset, check.issuer.map { writer.text($0.value) } ?? .absent)
        record[Field.issuerSource] = source(check.issuer?.span ?? check.span)
        if let audience = check.audience {
            record.setList(Field.audienceList, writer.list(texts: audience.value.map(\.value)))
        } else {
            record[Field.audienceCount] = none
        }
        record[Field.audienceSource] = source(check.audience?.span ?? check.span)
        record[Field.expiryRequired] = check.expiryRequired.value ? 1 : 0
        record[Field.expirySource] = source(check.expiryRequired.span)
        record.setWide(Field.clockSkewLow, UInt64(max(0, check.clockSkew.value.count)))
        record.setWide(Field.lifetimeLow, check.lifetime.map { UInt64(max(0, $0.value.count)) } ?? .max)
        record[Field.lifetimeSource] = source(check.lifetime?.span ?? check.span)
        record.setList(Field.subjectList, writer.list(texts: check.subject.value))
        record[Field.subjectSource] = source(check.subject.span)
        record[Field.claimsRoot] = check.claims.isEmpty ? none : try claims(check.claims, at: check.span)
        record[Field.closesAtExpiry] = check.closesAtExpiry.value ? 1 : 0
        record[Field.closesSource] = source(check.closesAtExpiry.span)
        record.setList(Field.renewList, writer.list(texts: check.renewal?.value.pointer ?? []))
        record[Field.renewSource] = source(check.renewal?.span ?? check.span)
        if let pointer = check.messagePointer {
            record.setList(Field.messageList, writer.list(texts: pointer.value))
        } else {
            record[Field.messageCount] = none
        }
        record[Field.messageSource] = source(check.messagePointer?.span ?? check.span)
        record.setList(Field.revokedList, writer.list(texts: check.revoked.map(\.value)))
        record[Field.revokedSource] = source(check.revoked.first?.span ?? check.span)
        record[Field.revokedShared] = check.revokedShared == nil ? 0 : 1
        record[Field.revokedSharedSource] = source(check.revokedShared ?? check.span)
        record.setText(Field.introspectionOffset, check.introspection.map { writer.text($0.url.value) } ?? .absent)
        record[Field.introspectionSource] = source(check.introspection?.url.span ?? check.span)
        record.setWide(Field.introspectionCacheLow, UInt64(max(0, check.introspection?.cache?.value.count ?? 0)))
        record.setList(Field.attemptsList, writer.list(attempts.map(UInt32.init)))
        record[Field.structureRoot] = try claims([], at: check.span)
        return writer.record(record)
    }

    /// nil for the first message, which no handshake has.
    private static func place(_ source: TokenSection.Source) -> (kind: UInt32, name: String)? {
        switch source {
        case .query(let name): (0, name)
        case .header(let name): (1, name)
        case .cookie(let name): (2, name)
        case .subprotocol(let prefix): (3, prefix)
        case .message: nil
        }
    }

    private static func code(_ encoding: TokenSection.KeyEncoding) -> UInt32 {
        switch encoding {
        case .raw: 0
        case .base64url: 1
        case .base64: 2
        case .hex: 3
        }
    }
}
