import PolicyDocument
import Crypto
import PolicyModel

/// Base64 with the alphabet of URLs, read strictly: one sequence of bytes has one text.
package enum StrictBase64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// nil for padding, another character, a length that nothing has, and bits that carry nothing but are set.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var bits: [Bool] = []
        for byte in text {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            for place in [32, 16, 8, 4, 2, 1] { bits.append(value & place != 0) }
        }
        let bytes = stride(from: 0, to: bits.count - 7, by: 8).map { start in
            bits[start..<(start + 8)].reduce(UInt8(0)) { $0 * 2 + ($1 ? 1 : 0) }
        }
        let rest = bits.dropFirst(bytes.count * 8)
        guard rest.count < 6, rest.allSatisfy({ !$0 }) else { return nil }
        return bytes
    }

    package static func encode(_ bytes: [UInt8]) -> String {
        var bits = bytes.flatMap { (byte: UInt8) -> [Bool] in (0..<8).map { byte & (0x80 >> UInt8($0)) != 0 } }
        while bits.count % 6 != 0 { bits.append(false) }
        let text = stride(from: 0, to: bits.count, by: 6).map { start in
            alphabet[bits[start..<(start + 6)].reduce(0) { $0 * 2 + ($1 ? 1 : 0) }]
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// What a token says of a connection, once it has been believed.
struct TokenClaims {
    /// nil where the token names nobody.
    let subject: [UInt8]?
    /// Nanoseconds of Unix time, skew added; nil where it never ends.
    let expiresAt: Int128?
    let closesAtExpiry: Bool
    /// The token's own.
    let id: [UInt8]?
    let claims: JSONValue

    /// What a limit per claim counts under; nil where the claim is missing or no string, integer or boolean.
    func key(_ pointer: [String]) -> [UInt8]? {
        guard let value = CompactToken.find(pointer, in: claims) else { return nil }
        switch value.content {
        case .string(let text): return text
        case .number(let number): return CompactToken.plainDigits(number).map { Array($0.utf8) }
        case .bool(let bool): return Array((bool ? "true" : "false").utf8)
        case .null, .array, .object, .skipped: return nil
        }
    }
}

/// A compact JWS (RFC 7515 §7.1) with the claims of RFC 7519, judged by one token check.
enum CompactToken {
    enum Verdict {
        case accepted(TokenClaims)
        case invalid(TokenFlaw)
        case expired
        case revoked
        case forbidden(SchemaFault)
        /// Nobody says whether the token is active.
        case unavailable
    }

    /// Why a token is no good; each points at another line of the policy.
    enum TokenFlaw {
        case form, algorithm, signature, issuer, audience, expiry, notYetValid, lifetime, subject
    }

    static func judge(
        _ token: [UInt8],
        _ check: TokenCheck,
        secrets: [[UInt8]],
        isRevoked: (_ id: [UInt8]?, _ subject: [UInt8]?) -> Bool,
        now: Int64
    ) -> Verdict {
        guard token.count <= 8 * 1024 else { return .invalid(.form) }
        let parts = ByteText.split(token, at: ".")
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }), let head = StrictBase64URL.decode(parts[0]),
            let body = StrictBase64URL.decode(parts[1]), let signature = StrictBase64URL.decode(parts[2]),
            let header = object(head)
        else { return .invalid(.form) }
        guard let algorithm = header.member("alg")?.text,
            check.algorithms.value.contains(where: { $0.value.rawValue == algorithm }), algorithm == "HS256"
        else { return .invalid(.algorithm) }
        for name in ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"] where header.member(name) != nil {
            return .invalid(.form)
        }
        if let type = header.member("typ") {
            guard let text = type.text?.lowercased() else { return .invalid(.form) }
            if text.hasSuffix("+jwt"), text != "at+jwt", text != "application/at+jwt" { return .invalid(.form) }
        }
        if let name = header.member("kid") {
            guard case .string(let text) = name.content, text.count <= 256 else { return .invalid(.form) }
        }
        let signed = parts[0] + Array(".".utf8) + parts[1]
        let isSigned = secrets.contains { secret in
            Array(HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))) == signature
        }
        guard isSigned else { return .invalid(.signature) }
        guard let claims = object(body) else { return .invalid(.form) }
        return judge(claims, check, isRevoked: isRevoked, now: now)
    }

    /// A token that says nothing itself, by what is answered about it.
    static func judge(
        opaque token: [UInt8],
        answer: [UInt8]?,
        _ check: TokenCheck,
        isRevoked: (_ id: [UInt8]?, _ subject: [UInt8]?) -> Bool,
        now: Int64
    ) -> Verdict {
        guard (1...8192).contains(token.count), token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .invalid(.form)
        }
        guard let answer, answer.count <= 65_536, let claims = object(answer),
            case .bool(let isActive)? = claims.member("active")?.content
        else { return .unavailable }
        return isActive ? judge(claims, check, isRevoked: isRevoked, now: now) : .invalid(.signature)
    }

    private static func judge(
        _ claims: JSONValue,
        _ check: TokenCheck,
        isRevoked: (_ id: [UInt8]?, _ subject: [UInt8]?) -> Bool,
        now: Int64
    ) -> Verdict {
        if let flaw = flaw(of: claims, check, now: Int128(now)) { return .invalid(flaw) }
        let expiry = claims.member("exp").flatMap(date)
        let skew = Int128(check.clockSkew.value.count)
        if let expiry, Int128(now) >= expiry + skew { return .expired }
        let id = claims.member("jti")?.text.map { Array($0.utf8) }
        if isRevoked(id, subject(of: claims, check.subject.value)) { return .revoked }
        let faults = check.claims.flatMap { SchemaCheck($0.value, claims).faults }
        if let first = faults.min(by: { $0.offset < $1.offset }) { return .forbidden(first) }
        return .accepted(
            TokenClaims(
                subject: subject(of: claims, check.subject.value),
                expiresAt: expiry.map { $0 + skew },
                closesAtExpiry: check.closesAtExpiry.value,
                id: id,
                claims: claims
            )
        )
    }

    /// A JSON object of at most 32 levels without a repeated name; nil for anything else.
    static func object(_ bytes: [UInt8]) -> JSONValue? {
        let text = JSONText(bytes, depth: 32)
        guard text.invalidUTF8 == nil, text.malformed == nil, text.tooDeep.isEmpty, let root = text.root,
            root.kind == .object, isPlain(root)
        else { return nil }
        return root
    }

    private static func isPlain(_ value: JSONValue) -> Bool {
        switch value.content {
        case .null, .bool, .string: true
        case .number(let number): number.isWithinBounds
        case .array(let items): items.allSatisfy(isPlain)
        case .object(let members):
            Set(members.map(\.name)).count == members.count && members.allSatisfy { $0.value.map(isPlain) ?? false }
        case .skipped: false
        }
    }

    private static func flaw(of claims: JSONValue, _ check: TokenCheck, now: Int128) -> TokenFlaw? {
        if let issuer = check.issuer {
            guard claims.member("iss")?.text == issuer.value else { return .issuer }
        }
        guard isAudience(claims.member("aud"), check.audience?.value.map(\.value)) else { return .audience }
        let skew = Int128(check.clockSkew.value.count)
        for name in ["exp", "nbf", "iat"] {
            if let value = claims.member(name), date(value) == nil { return .expiry }
        }
        let expiry = claims.member("exp").flatMap(date)
        if check.expiryRequired.value, expiry == nil { return .expiry }
        if let start = claims.member("nbf").flatMap(date), now < start - skew { return .notYetValid }
        let issued = claims.member("iat").flatMap(date)
        if let issued, issued > now + skew { return .notYetValid }
        if let lifetime = check.lifetime {
            guard let issued, let expiry, expiry - issued <= Int128(lifetime.value.count) else { return .lifetime }
        }
        if let value = find(check.subject.value, in: claims), text(of: value) == nil { return .subject }
        return nil
    }

    private static func isAudience(_ value: JSONValue?, _ wanted: [String]?) -> Bool {
        guard let value else { return wanted == nil }
        guard let wanted else { return false }
        switch value.content {
        case .string(let text): return wanted.contains { Array($0.utf8) == text }
        case .array(let items):
            guard items.allSatisfy({ $0.kind == .string }) else { return false }
            return items.contains { item in wanted.contains { item.text.map { Array($0.utf8) } == Array($0.utf8) } }
        default: return false
        }
    }

    /// Nanoseconds of a NumericDate, cut off; nil unless it is a number from zero to below 2^53.
    private static func date(_ value: JSONValue) -> Int128? {
        guard case .number(let number) = value.content else { return nil }
        let seconds = number.value
        guard seconds.compared(to: Decimal(0)) >= 0, seconds.compared(to: Decimal(1 << 53)) < 0 else { return nil }
        var nanoseconds: Int128 = 0
        let places = seconds.power + 9
        for (index, digit) in seconds.digits.enumerated() where seconds.digits.count - index + places > 0 {
            nanoseconds = nanoseconds * 10 + Int128(digit)
        }
        for _ in 0..<max(0, seconds.isZero ? 0 : places) { nanoseconds *= 10 }
        return nanoseconds
    }

    // MARK: Who

    static func find(_ pointer: [String], in root: JSONValue) -> JSONValue? {
        var value = root
        for token in pointer {
            switch value.content {
            case .object:
                guard let member = value.member(token) else { return nil }
                value = member
            case .array(let items):
                guard let place = Int(token), token == String(place), items.indices.contains(place) else { return nil }
                value = items[place]
            default: return nil
            }
        }
        return value
    }

    private static func subject(of claims: JSONValue, _ pointer: [String]) -> [UInt8]? {
        find(pointer, in: claims).flatMap(text)
    }

    /// A name that is a string with something in it, or an integer in plain digits.
    private static func text(of value: JSONValue) -> [UInt8]? {
        switch value.content {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let number): plainDigits(number).map { Array($0.utf8) }
        default: nil
        }
    }

    /// The text of an integer that was written as digits and nothing else.
    static func plainDigits(_ number: NumberText) -> String? {
        guard number.isPlain else { return nil }
        return (number.isNegative ? "-" : "") + number.digits.map(String.init).joined()
    }
}
