import ArgumentParser

/// The command line: one file a command.
@main
struct WSPolicyCommand: AsynclessCommand {
    static let configuration = CommandConfiguration(
        commandName: "wspolicy",
        abstract: "Checks, compiles and tries WebSocket policies.",
        discussion: """
            A policy is a YAML file that says who may open a WebSocket and what may travel on it.

            Exit status: 0 when all is well, 1 when a policy has findings, 2 for a wrong use or an unreadable file.
            """,
        version: "0.1.0",
        subcommands: [
            LintCommand.self,
            CompileCommand.self,
            DecideCommand.self,
            ExplainCommand.self,
            TokenCommand.self,
        ]
    )
}

/// A command that runs to its end and gives its exit status.
protocol AsynclessCommand: ParsableCommand {}

extension AsynclessCommand {
    /// A wrong use ends with 2, as other problems that are no findings do.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            exit(withError: code)
        } catch {
            let status = exitCode(for: error)
            let text = fullMessage(for: error)
            guard status != .success else {
                Console.print(text)
                exit(withError: ExitCode.success)
            }
            Console.complain(text)
            exit(withError: ExitCode(2))
        }
    }
}
