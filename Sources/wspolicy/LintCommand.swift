import ArgumentParser
import Foundation
import PolicyDocument
import PolicyTools

/// The command `wspolicy lint`.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Says what is wrong with policies, and what may be meant otherwise.",
        discussion: """
            Of a folder every YAML file that begins with `wspolicy:` is read. A file that another one extends is looked at \
            as part of it. A comment `# wspolicy:ignore RULE because REASON` silences a rule on its line or the next.

            Exit status: 0 clean, 1 findings of severity error (with --strict also warnings), 2 wrong use.
            """
    )

    @Flag(help: "Warnings count as errors.")
    var strict = false

    @Option(help: ArgumentHelp("Print what a rule is for, with a bad policy and a good one.", valueName: "rule"))
    var explain: String?

    @Flag(help: "List all rules.")
    var rules = false

    @Argument(help: "Files and folders.")
    var paths: [String] = []

    func validate() throws {
        guard explain != nil || rules || !paths.isEmpty else {
            throw ValidationError("name a policy, or a folder of policies")
        }
    }

    func run() throws {
        if let explain {
            guard let text = RuleExplanation.text(explain) else {
                let near = RuleExplanation.nearest(explain).map { ", did you mean `\($0)`?" } ?? ""
                throw ValidationError(
                    "there is no rule `\(explain)`\(near); errors of the language have no page: the manual has (Documentation/language.md)"
                )
            }
            Console.print(text)
            return
        }
        if rules {
            Console.print(RuleExplanation.list)
            return
        }
        let files: [String]
        do throws(PolicyFinder.Problem) { files = try PolicyFinder.files(at: paths) } catch {
            throw ValidationError(error.message)
        }
        let result = Linter.lint(PolicyFinder.load(files, reader: DiskReader()))
        let hasColor = isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty ?? true)
        let text = FindingText(hasColor: hasColor)
        for finding in result.findings { Console.print(text.text(finding.diagnostic, in: finding.sources)) }
        Console.print(LintSummary.text(of: result))
        throw ExitCode(result.exitCode(isStrict: strict))
    }
}
