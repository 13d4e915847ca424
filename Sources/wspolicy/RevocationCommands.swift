import ArgumentParser
import Foundation
import NIOCore
import NIOPosix
import PolicyRuntime
import PolicyTools
import WebSocketPolicyRedis

/// The command `wspolicy token revoke`.
struct TokenRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Refuses a subject or a token on every instance of a server.",
        discussion: """
            For policies with `token.revoked: { shared: true }`: what is written into the store holds on every instance \
            within about a second, and closes open connections. Revoking once more makes nothing shorter.

            Exit status: 0 when the store has it, 1 for a policy with errors, 2 where it has not.
            """
    )

    @OptionGroup
    var whom: RevocationArguments

    @Option(
        help: ArgumentHelp(
            """
            When it ends by itself: seconds since 1970, a date as 2026-07-01T12:00:00Z, or a duration as 8h. Of a token, its \
            exp. Without it, until it is restored.
            """,
            valueName: "moment"
        )
    )
    var until: String?

    func run() throws {
        try whom.write(until: until) { store, order in
            switch order.whom {
            case .subject(let subject): try await store.revoke(subject: subject, of: order.policy, until: order.until)
            case .tokenID(let id): try await store.revoke(tokenID: id, of: order.policy, until: order.until)
            }
        }
    }
}

/// The command `wspolicy token restore`.
struct TokenRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Takes back what revoked a subject or a token.",
        discussion: "Exit status: 0 when the store has it, 1 for a policy with errors, 2 where it has not."
    )

    @OptionGroup
    var whom: RevocationArguments

    func run() throws {
        try whom.write(until: nil) { store, order in
            switch order.whom {
            case .subject(let subject): try await store.restore(subject: subject, of: order.policy)
            case .tokenID(let id): try await store.restore(tokenID: id, of: order.policy)
            }
        }
    }
}

/// Who is meant, and where the store is.
struct RevocationArguments: ParsableArguments {
    @Argument(help: "The policy or plan.")
    var policy: String

    @Option(help: ArgumentHelp("The subject, as tokens have it.", valueName: "subject"))
    var subject: String?

    @Option(help: ArgumentHelp("The id of one token, its jti.", valueName: "jti"))
    var id: String?

    @Option(help: ArgumentHelp("Where the store is, as redis://host:6379/0.", valueName: "address"))
    var store: String

    @Option(
        help: ArgumentHelp(
            "The environment variable that holds the secret of the servers' `StoreOptions`.",
            valueName: "variable"
        )
    )
    var storeSecret: String?

    @Option(
        help: ArgumentHelp(
            "The file that holds that secret; a line feed at its end is no part of it.",
            valueName: "file"
        )
    )
    var storeSecretFile: String?

    @Option(help: ArgumentHelp("The environment variable that holds the store's password.", valueName: "variable"))
    var storePassword: String?

    @Option(help: ArgumentHelp("What the servers' keys begin with.", valueName: "text"))
    var storePrefix = "wspolicy"

    /// Checks the order, and has it written.
    func write(
        until: String?,
        _ write: @escaping @Sendable (RedisStore, RevocationDesk.Order) async throws -> Void
    ) throws {
        let order: RevocationDesk.Order
        do throws(TokenDesk.Problem) {
            let now = Int64(Date().timeIntervalSince1970)
            order = try RevocationDesk.order(policy: policy, subject: subject, id: id, until: until, now: now)
        } catch {
            throw TokenCommand.exit(for: error)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { try? group.syncShutdownGracefully() }
        do {
            // No moment is compared: nothing is decided here.
            let store = try RedisStore(try options(), group: group, now: { Moment(ticks: 0, unixNanoseconds: 0) })
            defer { store.shutDown() }
            try group.next().makeFutureWithTask { try await write(store, order) }.wait()
        } catch let error as StoreError {
            Console.complain("`\(store)`: \(error)")
            throw ExitCode(2)
        }
    }

    /// Never an argument: those are read by everybody on the machine.
    private func secret() throws -> [UInt8] {
        switch (storeSecret, storeSecretFile) {
        case (let name?, nil):
            guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
                Console.complain("the environment variable `\(name)`, which holds the store's secret, is not set")
                throw ExitCode(2)
            }
            return Array(value.utf8)
        case (nil, let path?):
            guard let bytes = FileManager.default.contents(atPath: path) else {
                Console.complain("the file `\(path)`, which holds the store's secret, cannot be read")
                throw ExitCode(2)
            }
            return Array(bytes.last == 0x0A ? bytes.dropLast() : bytes)
        default:
            Console.complain("one of --store-secret and --store-secret-file says where the store's secret is")
            throw ExitCode(2)
        }
    }

    private func options() throws -> StoreOptions {
        let secret = try secret()
        var options: StoreOptions
        do throws(StoreError) {
            options = try StoreOptions(address: store, secret: secret)
        } catch {
            Console.complain("\(error)")
            throw ExitCode(2)
        }
        options.prefix = storePrefix
        if let storePassword {
            guard let password = ProcessInfo.processInfo.environment[storePassword], !password.isEmpty else {
                Console.complain(
                    "the environment variable `\(storePassword)`, which holds the store's password, is not set"
                )
                throw ExitCode(2)
            }
            options.password = password
        }
        return options
    }
}
