import DecisionCases
import Foundation

// message-peers LIBRARY    whole decisions beside bare parses of the same bytes; LIBRARY is built by Scripts/bench-messages.sh
guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: message-peers LIBRARY\n".utf8))
    exit(2)
}
guard let peers = ParserPeers(path: CommandLine.arguments[1]) else {
    FileHandle.standardError.write(Data("the peers cannot be loaded from \(CommandLine.arguments[1])\n".utf8))
    exit(1)
}
print("\(peers.versions); the least of 25 batches, ns, and the ratio to a whole decision of ours")
print(PeerTable.head)
for name in ["FinanceHub", "seed", "order", "union20", "ocpp16-metervalues", "chat", "quotes64k", "batch1m"] {
    guard let item = try DecisionCases.named("message, \(name)"), let message = item.message else { continue }
    let padded = message + [UInt8](repeating: 0, count: 64)
    let rounds = max(20, 1_000_000 / max(100, message.count))
    let ours = PeerTable.leastNanoseconds(rounds) { item.run($0) }
    let others = peers.parsers.map { parser in
        PeerTable.leastNanoseconds(rounds) { count in
            for _ in 0..<count where !parser.accepts(padded, message.count) { preconditionFailure("refused: \(name)") }
        }
    }
    print(PeerTable.row(name, bytes: message.count, ours: ours, others: others))
}
