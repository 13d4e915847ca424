/// Where files come from: the disk, or memory in tests and editors.
package protocol SourceReader: Sendable {
    /// The bytes of the file at a path.
    ///
    /// - Throws: `SourceError` when there is none or it must not be read.
    func read(_ path: String) throws(SourceError) -> [UInt8]
}

/// Files held in memory, by path.
package struct MemoryReader: SourceReader {
    package let files: [String: String]

    package init(files: [String: String]) {
        self.files = files
    }

    package func read(_ path: String) throws(SourceError) -> [UInt8] {
        guard let text = files[path] else { throw .missing(path: path) }
        let bytes = Array(text.utf8)
        guard bytes.count <= DocumentLimits.fileBytes else {
            throw .tooLarge(path: path, byteCount: bytes.count, limit: DocumentLimits.fileBytes)
        }
        return bytes
    }
}
