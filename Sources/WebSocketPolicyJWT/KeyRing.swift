import Crypto
import PolicyPlan

/// Why the keys that a plan names cannot be had; every message names the key, none shows it.
package enum KeyError: Error, Equatable {
    /// The environment has no such variable, or an empty one.
    case missingVariable(String)
    /// The file cannot be read.
    case missingFile(String)
    /// The bytes are not in the encoding that the policy states.
    case wrongEncoding(name: String, encoding: String)
    /// Fewer bytes than the hash has (RFC 7518 §3.2).
    case shortKey(name: String, byteCount: Int, minimum: Int)

    /// One sentence for whoever starts the server.
    package var message: String {
        switch self {
        case .missingVariable(let name): "the environment variable `\(name)`, which holds a token key, is not set"
        case .missingFile(let path): "the file `\(path)`, which holds a token key, cannot be read"
        case .wrongEncoding(let name, let encoding): "the key `\(name)` is not \(encoding)"
        case .shortKey(let name, let byteCount, let minimum):
            "the key `\(name)` has \(byteCount) bytes, \(minimum) are needed"
        }
    }
}

/// Where the bytes of keys come from.
package struct KeySources: Sendable {
    /// The value of an environment variable, as bytes; nil where it is not set.
    package let variable: @Sendable (String) -> [UInt8]?
    /// The bytes of a file; nil where it cannot be read.
    package let file: @Sendable (String) -> [UInt8]?

    package init(
        variable: @escaping @Sendable (String) -> [UInt8]?,
        file: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.variable = variable
        self.file = file
    }
}

/// The keys that a plan names, resolved once when a server starts.
struct KeyRing: Sendable {
    /// HMAC states that have taken in their key, by the word index of the `TokenKeyRecord`: a copy verifies one token.
    private var states: [Int: HMAC<SHA256>] = [:]

    /// The keys of every token check of a plan.
    init(plan: PlanView, records: [Int], sources: KeySources) throws(KeyError) {
        for record in records {
            for place in 0..<plan.index(record + TokenRecord.keyCount) {
                let key = plan.index(record + TokenRecord.keyList) + place * TokenKeyRecord.wordCount
                states[key] = HMAC<SHA256>(key: SymmetricKey(data: try Self.bytes(of: key, plan, sources)))
            }
        }
    }

    subscript(_ key: Int) -> HMAC<SHA256>? { states[key] }

    private static func bytes(
        of key: Int,
        _ plan: PlanView,
        _ sources: KeySources
    ) throws(KeyError) -> [UInt8] {
        let name = plan.text(
            offset: plan.index(key + TokenKeyRecord.nameOffset),
            length: plan.index(key + TokenKeyRecord.nameLength)
        )
        var bytes: [UInt8]
        if plan.word(key + TokenKeyRecord.kind) == 0 {
            guard let found = sources.variable(name), !found.isEmpty else { throw .missingVariable(name) }
            bytes = found
        } else {
            guard let found = sources.file(name), !found.isEmpty else { throw .missingFile(name) }
            bytes = found
            if bytes.last == 0x0A { bytes.removeLast() }
        }
        let encoding = plan.word(key + TokenKeyRecord.encoding)
        guard let decoded = KeyEncoding(rawValue: encoding)?.decode(bytes) else {
            throw .wrongEncoding(name: name, encoding: KeyEncoding(rawValue: encoding)?.name ?? "readable")
        }
        guard decoded.count >= SHA256.byteCount else {
            throw .shortKey(name: name, byteCount: decoded.count, minimum: SHA256.byteCount)
        }
        return decoded
    }
}
