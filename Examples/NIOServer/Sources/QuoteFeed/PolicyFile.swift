import Foundation
public import WebSocketPolicy
public import WebSocketPolicyNIO

/// A policy file as a server uses it: compiled at start, and again when the server is told to.
public struct PolicyFile: Sendable {
    private let path: String

    /// A policy by its path.
    public init(path: String) {
        self.path = path
    }

    /// Compiles the policy; keys come from the environment and from files.
    ///
    /// - Returns: the engine that decides by it.
    /// - Throws: `PolicyError` with every problem of the file, `EngineSetupError` for a key that is missing.
    public func engine() throws -> PolicyEngine {
        try PolicyEngine(
            plan: PolicyCompiler.compile(path: path),
            variable: { name in ProcessInfo.processInfo.environment[name].map { Array($0.utf8) } },
            file: { path in FileManager.default.contents(atPath: path).map { Array($0) } }
        )
    }

    /// Reads the file again whenever the process receives SIGHUP; a file with problems changes nothing.
    public func reloadsOnHangup(into server: WebSocketPolicyServer) -> any Sendable {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler {
            do {
                server.replace(with: try engine())
                note("the policy was read again")
            } catch {
                note("the policy stays as it was:\n\(error)")
            }
        }
        source.resume()
        return HangupWatch(source: source)
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// Writes a line to standard output, at once.
public func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

private struct HangupWatch: @unchecked Sendable {
    let source: any DispatchSourceSignal
}
