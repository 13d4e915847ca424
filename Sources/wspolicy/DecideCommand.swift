import ArgumentParser
import Foundation
import PolicyDocument
import PolicyRuntime
import PolicyTools
import WebSocketPolicyRemote

/// The command `wspolicy decide`.
struct DecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Decides recorded traffic, or one handshake, by a policy or a plan.",
        discussion: """
            Traffic is JSON, one event a line: `wspolicy decide POLICY --traffic FILE`, or `-` for standard input. Without \
            a file, one handshake is made of the options, and the messages follow it. Keys come from where the policy says.

            Exit status: 0 when everything was decided, whatever the decisions; 1 for a policy with errors; 2 for a bad \
            file or a missing key.
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: "The policy or plan.")
    var policy: String

    @Option(help: ArgumentHelp("Recorded traffic; - is standard input.", valueName: "file"))
    var traffic: String?

    @Option(help: "text or json.")
    var format: Format = .text

    @Option(help: ArgumentHelp("The request's target, path and query.", valueName: "target"))
    var target = "/"

    @Option(help: ArgumentHelp("The Host field.", valueName: "host"))
    var host = "localhost"

    @Option(help: ArgumentHelp("The Origin field; left out unless given.", valueName: "origin"))
    var origin: String?

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp("A further field, `Name: value`; may be repeated.", valueName: "field")
    )
    var headers: [String] = []

    @Option(help: ArgumentHelp("The address of the connection.", valueName: "address:port"))
    var peer = "127.0.0.1:50000"

    @Flag(inversion: .prefixedNo, help: "Whether the connection is TLS.")
    var tls = true

    @Option(
        name: .customLong("message"),
        help: ArgumentHelp("A text message after the handshake; may be repeated.", valueName: "text")
    )
    var messages: [String] = []

    @OptionGroup
    var remote: RemoteOptions

    func run() throws {
        let text: [UInt8]
        let name: String
        if let traffic {
            name = traffic == "-" ? "standard input" : traffic
            guard
                let bytes = traffic == "-"
                    ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: traffic)
            else {
                Console.complain("`\(traffic)` cannot be read")
                throw ExitCode(2)
            }
            text = Array(bytes)
        } else {
            var single = SingleTry()
            single.target = target
            single.host = host
            single.origin = origin
            single.headers = headers
            single.peer = peer
            single.isSecure = tls
            single.messages = messages
            name = "the options"
            text = Array(single.traffic(at: Date().timeIntervalSince1970).utf8)
        }
        var sources = SourceSet()
        let id = sources.add(path: name, bytes: text)
        let (events, diagnostics) = TrafficReader.read(sources[id])
        guard !diagnostics.hasErrors else {
            Console.complain(diagnostics.all.map { Finding(diagnostic: $0, sources: sources) })
            throw ExitCode(2)
        }
        try decide(events)
    }

    private func decide(_ events: [TrafficEvent]) throws {
        let engine: EngineLoader.Loaded
        do throws(EngineLoader.Problem) {
            engine = try EngineLoader.engine(path: policy, fetch: remote.fetch)
        } catch {
            switch error {
            case .findings(let findings):
                Console.complain(findings)
                throw ExitCode(1)
            case .other(let message):
                Console.complain(message)
                throw ExitCode(2)
            }
        }
        Console.complain(engine.findings)
        for note in engine.keyNotes { Console.complain("note: \(note)") }
        let introspector: TokenIntrospector?
        do throws(RemoteError) {
            introspector = engine.engine.asksAboutTokens ? try remote.introspector() : nil
        } catch {
            Console.complain(error.description)
            throw ExitCode(2)
        }
        var decider = TrafficDecider(
            engine: engine.engine,
            ask: introspector.map { introspector in { introspector.answerAndWait(to: $0) } }
        )
        var text = DecisionText()
        if format == .text { Console.print(text.heading) }
        for event in events {
            for (decision, kind) in decider.decide(event) {
                Console.print(format == .json ? decision.json : text.line(decision, of: kind))
            }
        }
        if format == .text, traffic != nil { Console.print("\n" + text.totals) }
    }
}
