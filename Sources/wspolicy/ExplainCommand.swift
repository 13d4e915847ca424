import ArgumentParser
import PolicyDocument
import PolicyTools

/// The command `wspolicy explain`.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Prints what a policy decides, step by step.",
        discussion: "Each step of each route in order: its cost, its limit and the line that it comes from."
    )

    @Argument(help: "The policy.")
    var policy: String

    func run() throws {
        let compilation = PolicyCompilation.compile(path: policy, reader: DiskReader())
        Console.complain(compilation.lint.findings.filter { $0.diagnostic.severity == .error })
        guard let explanation = compilation.explanation else { throw ExitCode(1) }
        Console.print(explanation)
    }
}
