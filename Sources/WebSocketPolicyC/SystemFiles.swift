import WebSocketPolicyJWT

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The process's environment and its files, as plans and keys are read from them.
enum SystemFiles {
    /// The most bytes of a key or of a list.
    private static let mostKeyBytes = 1 << 24

    /// Where an engine's keys come from.
    static var keySources: KeySources {
        KeySources(
            variable: { variable($0) },
            file: { bytes(of: $0, most: mostKeyBytes) },
            isReadableByAll: { isReadableByAll($0) }
        )
    }

    private static func variable(_ name: String) -> [UInt8]? {
        // A variable's text ends with a zero; it is copied at once.
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// A file's bytes; nil where it cannot be read, or is longer than `most`.
    static func bytes(of path: String, most: Int) -> [UInt8]? {
        guard !path.utf8.contains(0) else { return nil }
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // At most the array's length is written.
            let count = unsafe part.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EINTR else { return nil }
                continue
            }
            guard bytes.count + count <= most else { return nil }
            bytes += part[..<count]
        }
    }

    private static func isReadableByAll(_ path: String) -> Bool {
        var facts = stat()
        // Writes into `facts` alone.
        return unsafe stat(path, &facts) == 0 && facts.st_mode & 0o004 != 0
    }
}
