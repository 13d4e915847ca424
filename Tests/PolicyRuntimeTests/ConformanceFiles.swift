import Foundation

/// Published test files that lie beside the repository; they are not part of it.
enum ConformanceFiles {
    /// The folder of that name under `WSPOLICY_TEST_DATA`, or in `shared` beside the repository.
    ///
    /// Nil where it is absent, which is printed.
    static func folder(_ path: String) -> URL? {
        var repository = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { repository.deleteLastPathComponent() }
        let beside = repository.deletingLastPathComponent().appendingPathComponent("shared").path
        let data = ProcessInfo.processInfo.environment["WSPOLICY_TEST_DATA"] ?? beside
        let found = URL(fileURLWithPath: data).appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: found.path) else {
            print("skipped: there is no \(path) in \(data)")
            return nil
        }
        return found
    }

    /// The files of a folder in the order of their names.
    static func files(in path: String) -> [URL] {
        guard let folder = folder(path) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appendingPathComponent($0) }
    }

    static func bytes(_ file: URL) throws -> [UInt8] {
        Array(try Data(contentsOf: file))
    }
}
