import Crypto
import CryptoExtras
package import PolicyPlan
import PolicyRuntime
import WebSocketProtocol

/// Makes tokens that a policy accepts, for whoever tries it by hand: by the policy's own secret, or by a private key that
/// is given.
package struct TokenMint {
    /// Why no token can be made, as a sentence that shows nothing of a key.
    package struct Problem: Error, Equatable {
        package let message: String
    }

    /// One member of the claims: a name, and its value as JSON.
    package struct Claim: Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private let algorithm: TokenAlgorithm
    private let keyID: [UInt8]?
    private let key: SigningKey
    private let issuer: String?
    private let audience: String?
    private let subject: [String]

    /// - Parameters:
    ///   - plan: whose token check the tokens are for.
    ///   - route: the path of a route as the policy writes it; nil for the first that checks tokens.
    ///   - name: one of the policy's algorithms; nil for the first.
    ///   - privateKey: PEM; needed where the policy's keys are public.
    ///   - sources: where the policy's secret comes from.
    /// - Throws: `Problem` where no token can be made.
    package init(
        plan: Plan,
        route: String? = nil,
        algorithm name: String? = nil,
        privateKey: [UInt8]? = nil,
        sources: KeySources
    ) throws(Problem) {
        let view = plan.view
        guard let record = Self.record(view, route) else {
            throw Problem(message: "the policy checks no token\(route.map { " on `\($0)`" } ?? "")")
        }
        let allowed = TokenAlgorithm.Set(bits: view.word(record + TokenRecord.algorithms)).members
        let wanted = name.map { name in allowed.first { "\($0.name)" == name } } ?? allowed.first
        guard !allowed.isEmpty else {
            throw Problem(message: "the policy's tokens say nothing themselves: whoever is asked about them makes them")
        }
        guard let algorithm = wanted else {
            throw Problem(message: "the policy allows \(allowed.map { "\($0.name)" }.joined(separator: ", "))")
        }
        self.algorithm = algorithm
        if algorithm.keyKind == .secret {
            guard privateKey == nil else {
                throw Problem(
                    message: "\(algorithm.name) is signed with the policy's own secret, not with a private key"
                )
            }
            let ring: KeyRing
            do throws(KeyError) { ring = try KeyRing(plan: view, records: [record], sources: sources) } catch {
                throw Problem(message: error.message)
            }
            guard let own = ring.first(record, algorithm) else {
                throw Problem(message: "the policy has no secret for \(algorithm.name)")
            }
            key = .secret(own)
            keyID = own.id
        } else {
            guard let privateKey else {
                throw Problem(message: "\(algorithm.name) is signed with a private key: name its file")
            }
            key = try SigningKey(pem: privateKey, algorithm)
            keyID = nil
        }
        issuer =
            view.word(record + TokenRecord.issuerOffset) == none
            ? nil : Self.text(record + TokenRecord.issuerOffset, view)
        let hasAudience = view.word(record + TokenRecord.audienceCount) != none
        audience = hasAudience ? Self.text(view.index(record + TokenRecord.audienceList), view) : nil
        let list = view.index(record + TokenRecord.subjectList)
        subject = (0..<view.index(record + TokenRecord.subjectCount)).map { Self.text(list + 2 * $0, view) }
    }

    /// A token of the policy's issuer and audience.
    ///
    /// - Parameters:
    ///   - value: JSON of who it is for, put where the policy looks for it; nil for nobody.
    ///   - claims: further members; one that stands here replaces what the policy would put there.
    ///   - now: seconds since 1970, for `iat`.
    ///   - lifetime: seconds until `exp`.
    ///   - id: for `kid`; nil for the policy key's own, if it has one.
    /// - Returns: the compact form.
    /// - Throws: `Problem` where the key does not sign.
    package func token(
        subject value: String?,
        claims: [Claim] = [],
        now: Int64,
        lifetime: Int64,
        id: String? = nil
    ) throws(Problem) -> String {
        var members: [Claim] = []
        if let issuer { members.append(Claim(name: "iss", value: Self.quoted(issuer))) }
        if let audience { members.append(Claim(name: "aud", value: Self.quoted(audience))) }
        members.append(Claim(name: "iat", value: "\(now)"))
        members.append(Claim(name: "exp", value: "\(now + lifetime)"))
        if let value, let first = subject.first {
            let inner = subject.dropFirst().reversed().reduce(value) { "{\(Self.quoted($1)):\($0)}" }
            members.append(Claim(name: first, value: inner))
        }
        for claim in claims {
            members.removeAll { $0.name == claim.name }
            members.append(claim)
        }
        let payload = "{" + members.map { "\(Self.quoted($0.name)):\($0.value)" }.joined(separator: ",") + "}"
        var header = "{\"alg\":\"\(algorithm.name)\",\"typ\":\"JWT\""
        if let name = id ?? keyID.map({ String(decoding: $0, as: UTF8.self) }) {
            header += ",\"kid\":\(Self.quoted(name))"
        }
        header += "}"
        let signed = "\(Base64URL.encoded(Array(header.utf8))).\(Base64URL.encoded(Array(payload.utf8)))"
        return "\(signed).\(Base64URL.encoded(try key.signature(of: Array(signed.utf8), algorithm)))"
    }

    /// A text as JSON.
    package static func quoted(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }

    private static func record(_ plan: PlanView, _ wanted: String?) -> Int? {
        let routes = plan.index(plan.policy + PolicyRecord.routeList)
        for place in 0..<plan.index(plan.policy + PolicyRecord.routeCount) {
            let route = routes + place * RouteRecord.wordCount
            if let wanted, text(route + RouteRecord.patternOffset, plan) != wanted { continue }
            for step in 0..<plan.index(route + RouteRecord.stepCount) {
                let step = plan.index(route + RouteRecord.stepList) + step * StepRecord.wordCount
                guard plan.word(step + StepRecord.kind) == StepKind.token.rawValue else { continue }
                return plan.index(step + StepRecord.operand)
            }
        }
        return nil
    }

    private static func text(_ place: Int, _ plan: PlanView) -> String {
        plan.text(offset: plan.index(place), length: plan.index(place + 1))
    }
}

/// A key that signs.
enum SigningKey {
    case secret(VerificationKey)
    case rsa(_RSA.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case p521(P521.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)

    /// The fixed head of an Ed25519 key in PKCS #8 (RFC 8410 §7), before its 32 bytes.
    private static let ed25519Head: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// A private key as PEM, of the kind that the algorithm takes.
    init(pem bytes: [UInt8], _ algorithm: TokenAlgorithm) throws(TokenMint.Problem) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch algorithm.keyKind {
        case .rsa:
            if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text) {
                self = .rsa(key)
                return
            }
        case .p256:
            if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) {
                self = .p256(key)
                return
            }
        case .p384:
            if let key = try? P384.Signing.PrivateKey(pemRepresentation: text) {
                self = .p384(key)
                return
            }
        case .p521:
            if let key = try? P521.Signing.PrivateKey(pemRepresentation: text) {
                self = .p521(key)
                return
            }
        case .ed25519:
            let lines = text.split { $0 == "\n" || $0 == "\r\n" }.filter { !$0.hasPrefix("-") }
            if let der = KeyEncoding.base64.decode(Array(lines.joined().utf8)), der.starts(with: Self.ed25519Head),
                let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: der.dropFirst(16).prefix(32))
            {
                self = .ed25519(key)
                return
            }
        case .secret: break
        }
        throw TokenMint.Problem(message: "the file holds no private key for \(algorithm.name) as PEM")
    }

    func signature(of signed: [UInt8], _ algorithm: TokenAlgorithm) throws(TokenMint.Problem) -> [UInt8] {
        do {
            switch self {
            case .secret(let key): return key.mac(of: signed, by: algorithm) ?? []
            case .rsa(let key):
                let padding: _RSA.Signing.Padding =
                    switch algorithm {
                    case .ps256, .ps384, .ps512: .PSS
                    default: .insecurePKCS1v1_5
                    }
                switch algorithm.hash {
                case .sha256:
                    return Array(try key.signature(for: SHA256.hash(data: signed), padding: padding).rawRepresentation)
                case .sha384:
                    return Array(try key.signature(for: SHA384.hash(data: signed), padding: padding).rawRepresentation)
                case .sha512:
                    return Array(try key.signature(for: SHA512.hash(data: signed), padding: padding).rawRepresentation)
                }
            case .p256(let key): return Array(try key.signature(for: SHA256.hash(data: signed)).rawRepresentation)
            case .p384(let key): return Array(try key.signature(for: SHA384.hash(data: signed)).rawRepresentation)
            case .p521(let key): return Array(try key.signature(for: SHA512.hash(data: signed)).rawRepresentation)
            case .ed25519(let key): return Array(try key.signature(for: signed))
            }
        } catch {
            throw TokenMint.Problem(message: "the key does not sign")
        }
    }
}
