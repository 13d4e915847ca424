import Foundation
import NIOCore
import NIOPosix

/// A Redis server of its own on loopback, that keeps nothing.
final class RedisServer: Sendable {
    struct Missing: Error {}

    let port: Int
    private let process: LockedProcess

    private final class LockedProcess: @unchecked Sendable {
        // @unchecked: under the lock.
        private let lock = NSLock()
        private var process: Process?

        func set(_ new: Process?) -> Process? {
            lock.withLock {
                defer { process = new }
                return process
            }
        }

        var identifier: pid_t? { lock.withLock { process?.processIdentifier } }
    }

    init() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        try await channel.close()
        process = LockedProcess()
        try await start()
    }

    /// Starts it, and waits until it answers.
    func start() async throws {
        let path = ["/usr/bin/redis-server", "/usr/bin/valkey-server"].first {
            FileManager.default.fileExists(atPath: $0)
        }
        guard let path else { throw Missing() }
        let server = Process()
        server.executableURL = URL(fileURLWithPath: path)
        server.arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
            NSTemporaryDirectory(),
        ]
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        _ = process.set(server)
        try await eventually { self.command("PING").contains("PONG") }
    }

    func kill() {
        guard let server = process.set(nil) else { return }
        Foundation.kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
    }

    /// Lets it answer nothing, though its connections stay.
    func freeze() { process.identifier.map { _ = Foundation.kill($0, SIGSTOP) } }

    func thaw() { process.identifier.map { _ = Foundation.kill($0, SIGCONT) } }

    /// What a command answers, as text.
    func command(_ words: String...) -> String {
        let client = Process()
        let output = Pipe()
        client.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
        client.arguments = ["-p", "\(port)"] + words
        client.standardOutput = output
        client.standardError = FileHandle.nullDevice
        guard (try? client.run()) != nil else { return "" }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        client.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    deinit { kill() }
}

struct NeverHappened: Error {}

/// Waits until something holds; half a minute is never.
func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<3000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverHappened()
}
