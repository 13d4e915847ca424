package import PolicyDocument

/// Reads a policy and what it extends, and combines their levels.
package struct PolicyLoader {
    private let shelf: SourceShelf
    private let library: SchemaLibrary
    private var diagnostics = Diagnostics()
    /// Files by their path, so that a base that two files extend is read once.
    private var read: [String: Int] = [:]
    private var files: [PolicyFile] = []

    /// Loads the policy at a path; everything wrong with any of its files is in what comes back.
    package static func load(path: String, reader: any SourceReader) -> LoadedPolicy {
        var loader = PolicyLoader(reader: reader)
        var order: [Int] = []
        if let root = loader.file(at: RelativePath.normalized(path), from: nil, trail: []) {
            loader.collect(root, trail: [], into: &order)
        }
        // `order` has bases before those that extend them: the outermost level first.
        let levels = order.map { loader.files[$0] }
        var resolution = PolicyResolution(files: levels)
        let resolved = levels.isEmpty ? nil : resolution.resolve(files: Array(levels.reversed()))
        loader.diagnostics.append(contentsOf: loader.shelf.diagnostics)
        loader.diagnostics.append(contentsOf: resolution.diagnostics)
        return LoadedPolicy(
            sources: loader.shelf.sources,
            files: levels.reversed(),
            policy: loader.diagnostics.hasErrors ? nil : resolved,
            diagnostics: loader.diagnostics,
            loosenings: resolution.loosenings
        )
    }

    private init(reader: any SourceReader) {
        let shelf = SourceShelf(reader: reader)
        self.shelf = shelf
        library = SchemaLibrary { shelf.schemaFile(at: $0) }
    }

    /// The file's place in `files`; nil where it cannot be read.
    private mutating func file(at path: String, from reference: Located<String>?, trail: [String]) -> Int? {
        if let known = read[path] { return known }
        let bytes: [UInt8]
        do throws(SourceError) { bytes = try shelf.reader.read(path) } catch {
            let span = reference?.span ?? Span(file: shelf.sources.add(path: path, bytes: []), start: 0, end: 0)
            diagnostics.error("unreadable-file", error.message, at: span)
            return nil
        }
        let id = shelf.sources.add(path: path, bytes: bytes)
        guard let policy = FileReading.read(shelf.sources[id], library, &diagnostics) else { return nil }
        files.append(policy)
        read[path] = files.count - 1
        return files.count - 1
    }

    /// Adds a file behind all that it extends.
    private mutating func collect(_ index: Int, trail: [String], into order: inout [Int]) {
        guard !order.contains(index) else { return }
        let policy = files[index]
        let path = shelf.sources[policy.file].path
        for reference in policy.extends {
            let base = RelativePath.resolved(reference.value, against: path)
            let chain = trail + [path]
            if let start = chain.firstIndex(of: base) {
                diagnostics.error(
                    "extends-cycle",
                    .init("`\(reference.value)` extends itself"),
                    at: reference.span,
                    help: (chain[start...] + [base]).map { "`\($0)`" }.joined(separator: " extends ")
                )
                continue
            }
            guard let found = file(at: base, from: reference, trail: chain) else { continue }
            collect(found, trail: chain, into: &order)
        }
        order.append(index)
    }
}

/// The files of one load: policies, and the schemas that they refer to.
private final class SourceShelf {
    let reader: any SourceReader
    var sources = SourceSet()
    /// What is wrong with schema files as documents.
    private(set) var diagnostics = Diagnostics()

    init(reader: any SourceReader) {
        self.reader = reader
    }

    /// A file of schemas: JSON where its name says so, YAML otherwise.
    func schemaFile(at path: String) -> SchemaLibrary.File {
        do throws(SourceError) {
            let bytes = try reader.read(path)
            let id = sources.add(path: path, bytes: bytes)
            let root =
                path.hasSuffix(".json")
                ? DocumentReader.readJSON(sources[id], diagnostics: &diagnostics)
                : DocumentReader.readYAML(sources[id], diagnostics: &diagnostics)
            return root.map { .tree($0) } ?? .broken
        } catch {
            return .unreadable(error)
        }
    }
}
