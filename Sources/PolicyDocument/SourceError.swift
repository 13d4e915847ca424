/// Why a file could not be read.
package enum SourceError: Error, Equatable, Sendable {
    case missing(path: String)
    case directory(path: String)
    /// A pipe, a device or a socket: reading it might never end.
    case notRegular(path: String)
    case permissionDenied(path: String)
    /// Larger than the limit, both in bytes; nothing of it was read.
    case tooLarge(path: String, byteCount: Int, limit: Int)
    /// The system's own error number.
    case unreadable(path: String, systemError: Int32)

    /// What is wrong, as a diagnostic tells it.
    package var message: Diagnostic.Message {
        switch self {
        case .missing(let path): .init("there is no file `\(path)`")
        case .directory(let path): .init("`\(path)` is a directory, not a file")
        case .notRegular(let path): .init("`\(path)` is not a regular file")
        case .permissionDenied(let path): .init("`\(path)` may not be read by this user")
        case .tooLarge(let path, let byteCount, let limit):
            .init("`\(path)` has \(byteCount) bytes, and a file may have at most \(limit)")
        case .unreadable(let path, let systemError): .init("`\(path)` cannot be read: system error \(systemError)")
        }
    }
}
