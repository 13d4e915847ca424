package import PolicyDocument
import Foundation
package import PolicyModel

/// Finds the policies among files and folders.
package enum PolicyFinder {
    /// Why a path gives no policy, as a sentence.
    package struct Problem: Error, Equatable {
        package let message: String
    }

    /// The paths of policy files: a file as it is named, of a folder every YAML file that begins with `wspolicy`.
    ///
    /// - Parameter paths: files and folders.
    /// - Returns: paths in order, each once.
    /// - Throws: `Problem` where a path does not exist, or a folder holds no policy.
    package static func files(at paths: [String]) throws(Problem) -> [String] {
        var found: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            // The flag is written during the call.
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw Problem(message: "`\(path)` does not exist")
            }
            guard isFolder.boolValue else {
                found.append(path)
                continue
            }
            let inside = folder(path)
            guard !inside.isEmpty else {
                throw Problem(message: "`\(path)` holds no policy: no YAML file begins with `wspolicy:`")
            }
            found += inside
        }
        var seen: Set<String> = []
        return found.filter { seen.insert(RelativePath.normalized($0)).inserted }
    }

    private static func folder(_ path: String) -> [String] {
        let entries = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return entries.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { entry in
            RelativePath.normalized("\(path)/\(entry)")
        }.filter(isPolicy)
    }

    /// Whether the first line that is no comment begins with the language's version.
    private static func isPolicy(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { handle.closeFile() }
        let start = String(decoding: handle.readData(ofLength: 16_384), as: UTF8.self)
        let line = start.split(separator: "\n").first { line in
            let text = line.drop { $0 == " " || $0 == "\u{FEFF}" }
            return !text.isEmpty && !text.hasPrefix("#") && text != "---" && text != "\r"
        }
        return line?.hasPrefix("wspolicy") == true
    }

    /// Loads the policies among files: one that another of them extends is part of that one.
    package static func load(_ paths: [String], reader: any SourceReader) -> [LoadedPolicy] {
        let loaded = paths.map { PolicyLoader.load(path: $0, reader: reader) }
        let parts = Set(loaded.flatMap { policy in policy.files.dropFirst().map { policy.sources[$0.file].path } })
        return loaded.enumerated().filter { index, _ in !parts.contains(RelativePath.normalized(paths[index])) }.map(
            \.element
        )
    }
}
