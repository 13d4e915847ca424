package import PolicyRuntime

/// Why the keys that a plan names cannot be had; every message names the key, none shows it.
package enum KeyError: Error, Equatable {
    /// The environment has no such variable, or an empty one.
    case missingVariable(String)
    /// The file cannot be read.
    case missingFile(String)
    /// Nobody handed in a copy of the set at an address.
    case missingKeySet(String)
    /// The list of revoked tokens cannot be read.
    case missingRevocations(String)
    /// The bytes are not in the encoding that the policy states.
    case wrongEncoding(name: String, encoding: String)
    /// Fewer bytes than the hash has (RFC 7518 §3.2).
    case shortKey(name: String, byteCount: Int, minimum: Int)
    /// It was read, and cannot verify tokens as the policy wants them.
    case unusable(name: String, reason: String)

    /// One sentence for whoever starts the server.
    package var message: String {
        switch self {
        case .missingVariable(let name): "the environment variable `\(name)`, which holds a token key, is not set"
        case .missingFile(let path): "the file `\(path)`, which holds a token key, cannot be read"
        case .missingKeySet(let address): "the key set `\(address)` was not fetched"
        case .missingRevocations(let path): "the file `\(path)`, which lists revoked tokens, cannot be read"
        case .wrongEncoding(let name, let encoding): "the key `\(name)` is not \(encoding)"
        case .shortKey(let name, let byteCount, let minimum):
            "the key `\(name)` has \(byteCount) bytes, \(minimum) are needed"
        case .unusable(let name, let reason): "`\(name)` \(reason)"
        }
    }
}

/// Where the bytes of keys come from.
package struct KeySources: Sendable {
    /// The value of an environment variable, as bytes; nil where it is not set.
    package let variable: @Sendable (String) -> [UInt8]?
    /// The bytes of a file; nil where it cannot be read.
    package let file: @Sendable (String) -> [UInt8]?
    /// Whether every user of the machine may read a file.
    package let isReadableByAll: @Sendable (String) -> Bool
    /// The key set of an address, as somebody fetched it; nil where nobody did.
    package let keySet: @Sendable (String) -> KeySetCopy?

    package init(
        variable: @escaping @Sendable (String) -> [UInt8]?,
        file: @escaping @Sendable (String) -> [UInt8]?,
        isReadableByAll: @escaping @Sendable (String) -> Bool = { _ in false },
        keySet: @escaping @Sendable (String) -> KeySetCopy? = { _ in nil }
    ) {
        self.variable = variable
        self.file = file
        self.isReadableByAll = isReadableByAll
        self.keySet = keySet
    }
}
