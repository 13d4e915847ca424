package import PolicyDocument

/// Reads a policy and what it extends, and combines their levels.
package struct PolicyLoader {
    private let reader: any SourceReader
    private var sources = SourceSet()
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
        loader.diagnostics.append(contentsOf: resolution.diagnostics)
        return LoadedPolicy(
            sources: loader.sources,
            files: levels.reversed(),
            policy: loader.diagnostics.hasErrors ? nil : resolved,
            diagnostics: loader.diagnostics,
            loosenings: resolution.loosenings
        )
    }

    private init(reader: any SourceReader) {
        self.reader = reader
    }

    /// The file's place in `files`; nil where it cannot be read.
    private mutating func file(at path: String, from reference: Located<String>?, trail: [String]) -> Int? {
        if let known = read[path] { return known }
        let bytes: [UInt8]
        do throws(SourceError) { bytes = try reader.read(path) } catch {
            let span = reference?.span ?? Span(file: sources.add(path: path, bytes: []), start: 0, end: 0)
            diagnostics.error("unreadable-file", error.message, at: span)
            return nil
        }
        let id = sources.add(path: path, bytes: bytes)
        guard let policy = FileReading.read(sources[id], &diagnostics) else { return nil }
        files.append(policy)
        read[path] = files.count - 1
        return files.count - 1
    }

    /// Adds a file behind all that it extends.
    private mutating func collect(_ index: Int, trail: [String], into order: inout [Int]) {
        guard !order.contains(index) else { return }
        let policy = files[index]
        let path = sources[policy.file].path
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
