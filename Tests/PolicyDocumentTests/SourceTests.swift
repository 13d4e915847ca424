import Foundation
import PolicyDocument
import Testing

/// Files, lines and where they come from.
struct SourceTests {
    @Test func `columns count characters, lines end in three ways`() {
        let file = SourceFile(id: FileID(index: 0), path: "x", bytes: Array("aé😀b\r\nc\rd\n".utf8))
        #expect(file.lineCount == 4)
        #expect((1...5).map(file.line) == ["aé😀b", "c", "d", "", ""])
        let places = (0...14).map { file.position(at: $0) }
        #expect(places.map(\.line) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 4])
        #expect(places.map(\.column) == [1, 2, 3, 3, 4, 4, 4, 4, 5, 6, 1, 2, 1, 2, 1])
    }

    @Test func `places outside the file are its ends`() {
        let file = SourceFile(id: FileID(index: 0), path: "x", bytes: Array("a\nb".utf8))
        #expect(file.position(at: -1) == (1, 1))
        #expect(file.position(at: 99) == (2, 2))
        #expect(file.line(0) == "" && file.line(3) == "")
        let empty = SourceFile(id: FileID(index: 0), path: "x", bytes: [])
        #expect(empty.position(at: 0) == (1, 1) && empty.lineCount == 1 && empty.line(1) == "")
    }

    @Test func `a set gives each file an id of its own, in order`() {
        var set = SourceSet()
        let first = set.add(path: "a", bytes: [1])
        let second = set.add(path: "b", bytes: [2])
        #expect(first < second)
        #expect(set[first].path == "a" && set[second].bytes == [2] && set[second].id == second)
        #expect(set.files.map(\.path) == ["a", "b"])
    }

    @Test func `memory has what it was given`() throws {
        let reader = MemoryReader(files: ["a.yaml": "x: é"])
        #expect(try reader.read("a.yaml") == Array("x: é".utf8))
        #expect(throws: SourceError.missing(path: "b.yaml")) { try reader.read("b.yaml") }
    }

    @Test func `the disk says why it has nothing`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "policy-document-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }
        let reader = DiskReader()

        try Data("a: 1\n".utf8).write(to: folder.appending(path: "good.yaml"))
        #expect(try reader.read(path("good.yaml")) == Array("a: 1\n".utf8))
        try Data().write(to: folder.appending(path: "empty.yaml"))
        #expect(try reader.read(path("empty.yaml")) == [])

        #expect(throws: SourceError.missing(path: path("none"))) { try reader.read(path("none")) }
        #expect(throws: SourceError.missing(path: path("good.yaml/below"))) { try reader.read(path("good.yaml/below")) }
        #expect(throws: SourceError.missing(path: path("good.yaml\0x"))) { try reader.read(path("good.yaml\0x")) }
        #expect(throws: SourceError.directory(path: folder.path)) { try reader.read(folder.path) }
        #expect(throws: SourceError.notRegular(path: "/dev/zero")) { try reader.read("/dev/zero") }

        // Nobody writes to it: waiting for bytes would never end.
        // The path is a NUL-terminated copy for the time of the call.
        let made = unsafe mkfifo(path("pipe"), 0o600)
        try #require(made == 0)
        #expect(throws: SourceError.notRegular(path: path("pipe"))) { try reader.read(path("pipe")) }

        let limit = DocumentLimits.fileBytes
        let large = folder.appending(path: "large.yaml")
        try Data(count: limit).write(to: large)
        #expect(try reader.read(path("large.yaml")).count == limit)
        try Data(count: limit + 1).write(to: large)
        #expect(throws: SourceError.tooLarge(path: path("large.yaml"), byteCount: limit + 1, limit: limit)) {
            try reader.read(path("large.yaml"))
        }

        // Whoever may do everything is refused nothing.
        guard getuid() != 0 else { return }
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path("good.yaml"))
        #expect(throws: SourceError.permissionDenied(path: path("good.yaml"))) { try reader.read(path("good.yaml")) }
    }

    @Test func `one file alone knows libyaml`() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var importers: [String] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            if text.contains("import CLibYAML") { importers.append(file.lastPathComponent) }
        }
        #expect(importers == ["YAMLEventParser.swift"])
    }

    @Test func `each error has words of its own`() {
        let errors: [SourceError] = [
            .missing(path: "p"), .directory(path: "p"), .notRegular(path: "p"), .permissionDenied(path: "p"),
            .tooLarge(path: "p", byteCount: 5, limit: 4), .unreadable(path: "p", systemError: 5),
        ]
        #expect(Set(errors.map(\.message.text)).count == errors.count)
        #expect(errors.allSatisfy { $0.message.text.contains("`p`") })
    }
}
