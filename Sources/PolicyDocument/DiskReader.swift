#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Files on disk: regular ones only, sizes checked before anything is read.
package struct DiskReader: SourceReader {
    package init() {}

    package func read(_ path: String) throws(SourceError) -> [UInt8] {
        // The system would take what stands before the NUL for the path.
        guard !path.utf8.contains(0) else { throw .missing(path: path) }
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        // The path is a NUL-terminated copy for the time of the call.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(errno, path: path) }
        defer { close(descriptor) }

        var status = stat()
        // The descriptor is open and the structure is ours.
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.error(errno, path: path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .directory(path: path)
        default: throw .notRegular(path: path)
        }
        let limit = DocumentLimits.fileBytes
        guard status.st_size <= limit else {
            throw .tooLarge(path: path, byteCount: Int(status.st_size), limit: limit)
        }
        return try Self.bytes(of: descriptor, path: path, expected: Int(status.st_size))
    }

    /// Reads to the end, and one byte past the limit at most: a file may grow while it is read.
    private static func bytes(of descriptor: Int32, path: String, expected: Int) throws(SourceError) -> [UInt8] {
        let limit = DocumentLimits.fileBytes
        var bytes = [UInt8](repeating: 0, count: expected + 1)
        var filled = 0
        while true {
            if filled == bytes.count { bytes.append(contentsOf: repeatElement(0, count: 4096)) }
            let room = bytes.count - filled
            // The buffer is used inside the closure only.
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                // `filled` is below the buffer's count, and `room` is what is left behind it.
                unsafe Self.read(descriptor, buffer.baseAddress.map { unsafe $0 + filled }, room)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw error(errno, path: path) }
            if count == 0 { break }
            filled += count
            guard filled <= limit else { throw .tooLarge(path: path, byteCount: filled, limit: limit) }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    @unsafe private static func read(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.read(descriptor, start, count)
        #elseif canImport(Musl)
        unsafe Musl.read(descriptor, start, count)
        #else
        unsafe Darwin.read(descriptor, start, count)
        #endif
    }

    private static func error(_ number: Int32, path: String) -> SourceError {
        switch number {
        case ENOENT, ENOTDIR: .missing(path: path)
        case EACCES, EPERM: .permissionDenied(path: path)
        case EISDIR: .directory(path: path)
        case ENXIO: .notRegular(path: path)
        default: .unreadable(path: path, systemError: number)
        }
    }
}
