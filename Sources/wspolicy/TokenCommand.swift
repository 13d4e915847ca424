import ArgumentParser
import Foundation
import PolicyTools

/// The command `wspolicy token`.
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes tokens for trying a policy, looks into tokens, and takes them back.",
        subcommands: [
            TokenMintCommand.self, TokenInspectCommand.self, TokenRevokeCommand.self, TokenRestoreCommand.self,
        ]
    )
}

/// The command `wspolicy token mint`.
struct TokenMintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mint",
        abstract: "Makes a token that the policy accepts, and prints it.",
        discussion: """
            Issuer, audience, algorithm, key and the place of the subject are the policy's. Where its keys are public, the \
            private one is given as PEM by --private-key. A key is never printed.

            Exit status: 0 with a token, 1 for a policy with errors, 2 where none can be made.
            """
    )

    @Argument(help: "The policy or plan.")
    var policy: String

    @Option(help: ArgumentHelp("Whom it is for; a text, or JSON.", valueName: "value"))
    var subject: String?

    @Option(
        name: .customLong("claim"),
        help: ArgumentHelp("A further claim, its value a text or JSON; may be repeated.", valueName: "name=value")
    )
    var claims: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long it is valid, as 90s, 15m, 1h or 7d; `--expires=-5m` is past already.",
            valueName: "duration"
        )
    )
    var expires = "1h"

    @Option(help: ArgumentHelp("One of the policy's algorithms; the first unless given.", valueName: "name"))
    var algorithm: String?

    @Option(help: ArgumentHelp("The route whose token it is, as the policy writes its path.", valueName: "path"))
    var route: String?

    @Option(help: ArgumentHelp("The kid of the key that verifies it.", valueName: "kid"))
    var keyID: String?

    @Option(help: ArgumentHelp("A private key as PEM.", valueName: "file"))
    var privateKey: String?

    @OptionGroup
    var remote: RemoteOptions

    func run() throws {
        let request = TokenDesk.Request(
            policy: policy,
            subject: subject,
            claims: claims,
            expires: expires,
            algorithm: algorithm,
            route: route,
            keyID: keyID,
            privateKey: privateKey
        )
        do throws(TokenDesk.Problem) {
            Console.print(try TokenDesk.mint(request, now: Int64(Date().timeIntervalSince1970), fetch: remote.fetch))
        } catch {
            throw TokenCommand.exit(for: error)
        }
    }
}

/// The command `wspolicy token inspect`.
struct TokenInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints what a token says, and what a policy says of it.",
        discussion: """
            Without a policy the signature is not checked. Exit status: 0, or 1 where the policy refuses the token or it is \
            none; 2 for a missing key or file.
            """
    )

    @Argument(help: "The token; - is standard input.")
    var token: String

    @Option(help: ArgumentHelp("The policy or plan that is to verify it.", valueName: "policy"))
    var policy: String?

    @OptionGroup
    var remote: RemoteOptions

    func run() throws {
        let text = token == "-" ? readLine() ?? "" : token
        let report: TokenDesk.Report
        do throws(TokenDesk.Problem) {
            report = try TokenDesk.inspect(text, policy: policy, now: Date(), fetch: remote.fetch)
        } catch {
            throw TokenCommand.exit(for: error)
        }
        Console.print(report.text)
        if !report.isAccepted { throw ExitCode(1) }
    }
}

extension TokenCommand {
    static func exit(for problem: TokenDesk.Problem) -> ExitCode {
        switch problem {
        case .findings(let findings):
            Console.complain(findings)
            return ExitCode(1)
        case .other(let message):
            Console.complain(message)
            return ExitCode(2)
        }
    }
}
