import DecisionCases
import Foundation

let usage = """
    usage: message-peers parsers LIBRARY    checks of the content, and whole decisions, beside bare parses by a library of parsers
           message-peers dump FOLDER        writes NAME.schema.json and NAME.json of every message
           message-peers validators TIMES   whole decisions beside validators whose times stand in a file
           message-peers check NAME COUNT   checks a message's content so many times, for an instruction counter

    Scripts/bench-messages.sh and Scripts/bench-peers.sh make the library and the times.

    """

func fail(_ text: String, _ code: Int32) -> Never {
    FileHandle.standardError.write(Data(text.utf8))
    exit(code)
}

let isCount = CommandLine.arguments.count == 4 && CommandLine.arguments[1] == "check"
guard CommandLine.arguments.count == 3 || isCount else { fail(usage, 2) }
let names = ["FinanceHub", "seed", "order", "union20", "ocpp16-metervalues", "chat", "quotes64k", "batch1m"]
// A message that is no JSON from its first comma on: what stands behind it should cost nothing.
let broken = try DecisionCases.named("message, batch1m, broken").map { [("batch1m, broken", $0)] } ?? []
let cases = try names.compactMap { name in try DecisionCases.named("message, \(name)").map { (name, $0) } }
let argument = CommandLine.arguments[2]
switch CommandLine.arguments[1] {
case "parsers":
    guard let peers = ParserPeers(path: argument) else { fail("the peers cannot be loaded from \(argument)\n", 1) }
    try PeerTable.compare(cases + broken, with: peers)
case "dump":
    let folder = URL(filePath: argument)
    for (name, item) in cases {
        guard let message = item.message, let schema = item.schema else { continue }
        try Data(schema.utf8).write(to: folder.appending(path: "\(name).schema.json"))
        try Data(message).write(to: folder.appending(path: "\(name).json"))
    }
case "validators":
    let times = try ValidatorTimes(path: argument)
    PeerTable.compare(cases, with: times)
    if let item = try DecisionCases.named("handshake, HS256") { PeerTable.compareTokens(item, with: times) }
case "check" where isCount:
    guard let found = cases.first(where: { $0.0 == argument }), let count = Int(CommandLine.arguments[3]),
        let check = try ContentCheck(found.1)
    else { fail("no message \(argument)\n", 2) }
    check.run(count)
default: fail(usage, 2)
}
