import PolicyPlan
import PolicyRuntime

/// The keys that a plan names, resolved when a server starts; fetched sets are replaced while it runs.
final class KeyRing: Sendable {
    /// Keys by the word index of the `TokenRecord` whose policy names them, in the plan's order.
    private let keys: [Int: [Entry]]
    /// The addresses of sets that a token check names.
    private let addresses: [Int: [String]]
    /// The fetched sets as they were read.
    private let copies: [String: [UInt8]]
    /// What whoever starts the server should know, in the order of the plan.
    let notes: [String]

    /// A class, so that a look at one counts a single reference.
    private final class Entry: Sendable {
        let key: VerificationKey
        /// nil for keys that are read once.
        let address: String?
        /// From when on it verifies nothing: nanoseconds since 1970.
        let usableUntil: Int64

        init(_ key: VerificationKey, of address: String?, until usableUntil: Int64) {
            self.key = key
            self.address = address
            self.usableUntil = usableUntil
        }
    }

    /// What the keys say of a signature.
    enum Answer: Equatable {
        /// - `until`: from when on the key that made it would say it no more.
        case signed(until: Int64)
        /// Keys were tried, and none made it.
        case unsigned
        /// No key is for the token's `kid` and `alg`.
        case noKey
        /// The key that it names is of a set that is older than it may be.
        case stale
    }

    private init(
        keys: [Int: [Entry]],
        addresses: [Int: [String]],
        copies: [String: [UInt8]],
        notes: [String]
    ) {
        self.keys = keys
        self.addresses = addresses
        self.copies = copies
        self.notes = notes
    }

    /// The keys of every token check of a plan.
    convenience init(plan: PlanView, records: [Int], sources: KeySources) throws(KeyError) {
        var keys: [Int: [Entry]] = [:]
        var addresses: [Int: [String]] = [:]
        var copies: [String: [UInt8]] = [:]
        var notes: [String] = []
        for record in records {
            var found: [Entry] = []
            for place in 0..<plan.index(record + TokenRecord.keyCount) {
                let key = plan.index(record + TokenRecord.keyList) + place * TokenKeyRecord.wordCount
                var reading = KeyReading(plan: plan, record: record, key: key)
                let address = reading.address
                var usableUntil = Int64.max
                if let address {
                    guard let copy = sources.keySet(address) else { throw .missingKeySet(address) }
                    usableUntil = copy.usableUntil
                    found += try reading.keys(of: copy.bytes).map {
                        Entry($0, of: address, until: usableUntil)
                    }
                    addresses[record, default: []].append(address)
                    copies[address] = copy.bytes
                } else {
                    found += try reading.read(sources).map {
                        Entry($0, of: nil, until: usableUntil)
                    }
                }
                for note in reading.notes where !notes.contains(note) { notes.append(note) }
            }
            try Self.checkNames(found)
            keys[record] = found
        }
        self.init(keys: keys, addresses: addresses, copies: copies, notes: notes)
    }

    /// Whether the keys of a set are those of a copy already.
    func holds(_ address: String, _ copy: KeySetCopy) -> Bool {
        copies[address] == copy.bytes
    }

    /// The same keys, those of one set for longer.
    func prolonging(_ address: String, until usableUntil: Int64) -> KeyRing {
        let keys = keys.mapValues { entries in
            entries.map { $0.address == address ? Entry($0.key, of: address, until: usableUntil) : $0 }
        }
        return KeyRing(keys: keys, addresses: addresses, copies: copies, notes: notes)
    }

    /// The same keys, but for those of one set.
    ///
    /// - Throws: `KeyError` where the copy is no set that every token check naming it can use.
    func replacing(_ address: String, with copy: KeySetCopy, plan: PlanView) throws(KeyError) -> KeyRing {
        var keys = keys
        for (record, named) in addresses where named.contains(address) {
            var found: [Entry] = []
            for place in 0..<plan.index(record + TokenRecord.keyCount) {
                let key = plan.index(record + TokenRecord.keyList) + place * TokenKeyRecord.wordCount
                var reading = KeyReading(plan: plan, record: record, key: key)
                guard reading.address == address else { continue }
                found += try reading.keys(of: copy.bytes).map {
                    Entry($0, of: address, until: copy.usableUntil)
                }
            }
            let all = (keys[record] ?? []).filter { $0.address != address } + found
            try Self.checkNames(all)
            keys[record] = all
        }
        var copies = copies
        copies[address] = copy.bytes
        return KeyRing(keys: keys, addresses: addresses, copies: copies, notes: notes)
    }

    private static func checkNames(_ entries: [Entry]) throws(KeyError) {
        let ids = entries.compactMap(\.key.id)
        guard Set(ids).count == ids.count else {
            throw .unusable(name: "token.keys", reason: KeyProblem.duplicateID.text)
        }
    }

    /// The first key for an algorithm.
    func first(_ record: Int, _ algorithm: TokenAlgorithm) -> VerificationKey? {
        keys[record]?.first { $0.key.algorithms.contains(algorithm) }?.key
    }

    /// The sets that a newer copy of might have the key that a token names; none where there is such a key.
    func addressesLacking(_ record: Int, id: [UInt8]?) -> [String] {
        guard let id, let addresses = addresses[record], keys[record]?.contains(where: { $0.key.id == id }) == false
        else { return [] }
        return addresses
    }

    /// Whether one of the keys with which a token may be signed, as its header says, made a signature.
    ///
    /// A named key is never taken for another name, and without a name only where no other fits. All keys that fit are tried,
    /// so that the time does not tell which one it was.
    func answer(
        _ signature: [UInt8],
        of signed: Span<UInt8>,
        _ record: Int,
        _ algorithm: TokenAlgorithm,
        id: [UInt8]?,
        at now: Int64
    ) -> Answer {
        guard let entries = keys[record] else { return .noKey }
        var named: Entry?
        var namedCount = 0
        for entry in entries where entry.key.algorithms.contains(algorithm) && entry.key.id != nil {
            if let id, entry.key.id != id { continue }
            named = entry
            namedCount += 1
        }
        var answer = Answer.noKey
        func meet(_ entry: Entry) {
            guard now < entry.usableUntil else {
                if answer == .noKey { answer = .stale }
                return
            }
            if entry.key.verifies(signature, of: signed, by: algorithm) {
                answer = .signed(until: entry.usableUntil)
            } else if answer == .noKey || answer == .stale {
                answer = .unsigned
            }
        }
        if let named, id != nil || namedCount == 1 { meet(named) }
        if id != nil, named != nil { return answer }
        for entry in entries where entry.key.id == nil && entry.key.algorithms.contains(algorithm) { meet(entry) }
        return answer
    }
}
