import PolicyPlan
import PolicyRuntime

/// Reads what one entry of `token.keys` names.
struct KeyReading {
    private let name: String
    private let kind: UInt32
    private let encoding: KeyEncoding
    private let algorithms: TokenAlgorithm.Set
    private let structure: (record: Int, plan: PlanView)
    private(set) var notes: [String] = []

    init(plan: PlanView, record: Int, key: Int) {
        name = plan.text(
            offset: plan.index(key + TokenKeyRecord.nameOffset),
            length: plan.index(key + TokenKeyRecord.nameLength)
        )
        kind = plan.word(key + TokenKeyRecord.kind)
        encoding = KeyEncoding(rawValue: plan.word(key + TokenKeyRecord.encoding)) ?? .raw
        algorithms = TokenAlgorithm.Set(bits: plan.word(record + TokenRecord.algorithms))
        structure = (record, plan)
    }

    /// Where the set is fetched from; nil for what is read once.
    var address: String? { kind == Kind.remoteKeySet ? name : nil }

    /// The keys of a variable or a file.
    mutating func read(_ sources: KeySources) throws(KeyError) -> [VerificationKey] {
        try keys(of: try bytes(sources))
    }

    /// The keys that bytes hold.
    mutating func keys(of bytes: [UInt8]) throws(KeyError) -> [VerificationKey] {
        do throws(KeyProblem) {
            if JWKReader.isJSON(bytes) {
                let reader = JWKReader(structure: structure, algorithms: algorithms)
                let found = try reader.read(bytes)
                if reader.holdsPrivateMembers(bytes) {
                    notes.append("the key `\(name)` has private members, which no server that verifies needs")
                }
                for key in found { try checkLength(key) }
                return found
            }
            if kind == Kind.keySet || kind == Kind.remoteKeySet { throw .wrongJSON }
            if PEMKey.isPEM(bytes) {
                guard !hasSecrets else { throw .publicKeyAsSecret }
                let key = VerificationKey(try PEMKey.read(bytes))
                guard key.algorithms.intersection(algorithms).bits != 0 else { throw .unusable }
                return [key]
            }
            guard hasSecrets else { throw .noPublicKey }
        } catch {
            switch error {
            case .shortSecret(let count): throw .shortKey(name: name, byteCount: count, minimum: leastSecret)
            default: throw .unusable(name: name, reason: error.text)
            }
        }
        return [try secret(bytes)]
    }

    private enum Kind {
        static let variable: UInt32 = 0
        static let keySet: UInt32 = 2
        static let remoteKeySet: UInt32 = 3
    }

    /// Algorithms of shared secrets and of public keys never stand in one policy.
    private var hasSecrets: Bool {
        algorithms.members.contains { $0.keyKind == .secret }
    }

    /// Bytes of the longest hash that the policy allows (RFC 7518 §3.2).
    private var leastSecret: Int {
        algorithms.members.filter { $0.keyKind == .secret }.map(\.hash.byteCount).max() ?? 0
    }

    private func checkLength(_ key: VerificationKey) throws(KeyProblem) {
        guard let count = key.secretByteCount else { return }
        let needed = key.algorithms.intersection(algorithms).members.map(\.hash.byteCount).max() ?? 0
        guard count >= needed else { throw .shortSecret(byteCount: count) }
    }

    private mutating func bytes(_ sources: KeySources) throws(KeyError) -> [UInt8] {
        if kind == Kind.variable {
            guard let found = sources.variable(name), !found.isEmpty else { throw .missingVariable(name) }
            return found
        }
        guard let found = sources.file(name), !found.isEmpty else { throw .missingFile(name) }
        if sources.isReadableByAll(name), hasSecrets {
            notes.append("everybody on this machine can read the key file `\(name)`")
        }
        return found
    }

    private mutating func secret(_ written: [UInt8]) throws(KeyError) -> VerificationKey {
        var bytes = written
        if kind != Kind.variable, bytes.last == 0x0A {
            bytes.removeLast()
            if encoding == .raw {
                notes.append("the line break at the end of the key file `\(name)` is no part of the key")
            }
        }
        guard let decoded = encoding.decode(bytes) else {
            throw .wrongEncoding(name: name, encoding: encoding.name)
        }
        guard decoded.count >= leastSecret else {
            throw .shortKey(name: name, byteCount: decoded.count, minimum: leastSecret)
        }
        return VerificationKey(.secret(SecretKey(decoded)))
    }
}
