import PolicyPlan

/// The keys that a plan names, resolved once when a server starts.
struct KeyRing: Sendable {
    /// Keys by the word index of the `TokenRecord` whose policy names them.
    private var keys: [Int: [VerificationKey]] = [:]
    /// What whoever starts the server should know, in the order of the plan.
    private(set) var notes: [String] = []

    /// The keys of every token check of a plan.
    init(plan: PlanView, records: [Int], sources: KeySources) throws(KeyError) {
        for record in records {
            var found: [VerificationKey] = []
            for place in 0..<plan.index(record + TokenRecord.keyCount) {
                let key = plan.index(record + TokenRecord.keyList) + place * TokenKeyRecord.wordCount
                var reading = KeyReading(plan: plan, record: record, key: key)
                found += try reading.read(sources)
                for note in reading.notes where !notes.contains(note) { notes.append(note) }
            }
            let ids = found.compactMap(\.id)
            if Set(ids).count != ids.count {
                throw .unusable(name: "token.keys", reason: KeyProblem.duplicateID.text)
            }
            keys[record] = found
        }
    }

    /// The first key for an algorithm.
    func first(_ record: Int, _ algorithm: TokenAlgorithm) -> VerificationKey? {
        keys[record]?.first { $0.algorithms.contains(algorithm) }
    }

    /// The keys with which a token may be signed, as its header says: by `kid`, and of the algorithm's kind.
    ///
    /// A named key is never taken for another name, and without a name only where no other fits.
    func candidates(_ record: Int, _ algorithm: TokenAlgorithm, id: [UInt8]?) -> [VerificationKey] {
        let fitting = (keys[record] ?? []).filter { $0.algorithms.contains(algorithm) }
        let unnamed = fitting.filter { $0.id == nil }
        let named = fitting.filter { $0.id != nil }
        guard let id else { return named.count == 1 ? named + unnamed : unnamed }
        if let own = named.first(where: { $0.id == id }) { return [own] }
        return unnamed
    }
}

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

    mutating func read(_ sources: KeySources) throws(KeyError) -> [VerificationKey] {
        let bytes = try bytes(sources)
        do throws(KeyProblem) {
            if JWKReader.isJSON(bytes) {
                let found = try JWKReader(structure: structure, algorithms: algorithms).read(bytes)
                for key in found { try checkLength(key) }
                return found
            }
            if kind == Kind.keySet { throw .wrongJSON }
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
