import ArgumentParser
import Foundation
import PolicyDocument
import PolicyPlan
import PolicyTools

/// The command `wspolicy compile`.
struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Turns a policy into a plan that a server loads.",
        discussion: """
            The same sources give the same bytes. A policy with an error gives no plan, and a plan that is there stays.

            Exit status: 0 compiled, 1 findings of severity error, 2 wrong use or an unwritable file.
            """
    )

    @Argument(help: "The policy.")
    var policy: String

    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("Where the plan is written.", valueName: "file"))
    var output: String?

    @Flag(help: "Print the plan readably.")
    var list = false

    @Flag(help: "Run the plan's own vectors: values just inside and just outside of each check.")
    var selfCheck = false

    func validate() throws {
        guard output != nil || list || selfCheck else {
            throw ValidationError("say where the plan goes: -o FILE; or --list to read it, or --self-check to try it")
        }
    }

    func run() throws {
        let compilation = PolicyCompilation.compile(path: policy, reader: DiskReader())
        Console.complain(compilation.lint.findings.filter { $0.diagnostic.severity > .note })
        guard let bytes = compilation.plan else { throw ExitCode(1) }
        let plan: Plan
        do throws(PlanError) { plan = try Plan(verifying: bytes) } catch {
            Console.complain("the plan does not verify: \(error)")
            throw ExitCode(2)
        }
        if selfCheck {
            let report = SelfCheck.run(plan)
            Console.print(report.text)
            guard report.failures.isEmpty else { throw ExitCode(1) }
        }
        if list { Console.print(PlanListing.text(of: plan)) }
        guard let output else { return }
        do {
            // Written beside and renamed, so that a server never sees half of it.
            try Data(bytes).write(to: URL(filePath: output), options: .atomic)
        } catch {
            Console.complain("`\(output)` cannot be written")
            throw ExitCode(2)
        }
        Console.print("\(output): \(bytes.count) bytes, \(plan.name)")
    }
}
