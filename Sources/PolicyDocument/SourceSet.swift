/// The files of one run, in the order in which they were added.
package struct SourceSet: Sendable {
    package private(set) var files: [SourceFile] = []

    package init() {}

    /// Adds a file and says by which id its spans name it.
    package mutating func add(path: String, bytes: [UInt8]) -> FileID {
        let id = FileID(index: files.count)
        files.append(SourceFile(id: id, path: path, bytes: bytes))
        return id
    }

    /// The file of an id that this set gave out.
    package subscript(_ id: FileID) -> SourceFile {
        files[id.index]
    }
}
