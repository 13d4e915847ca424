import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// Drops entries of a list that another entry of it covers.
///
/// Why: `https://a.app.example` beside `https://*.app.example` takes a slot and decides nothing. Of a `deny` list an entry
/// goes only when an earlier one holds all its addresses, because a refusal names the first entry that holds the client.
package enum DropShadowedEntries: GraphPass {
    package static let name = "drop-shadowed-entries"

    package static func run(_ graph: inout DecisionGraph) {
        for route in graph.routes.indices { shorten(&graph.routes[route]) }
        shorten(&graph.unrouted)
    }

    private static func shorten(_ pipeline: inout Pipeline) {
        for index in pipeline.steps.indices {
            switch pipeline.steps[index].check {
            case .clients(var check):
                check.deny = uncovered(check.deny)
                check.allow = check.allow.map { Located(uncovered($0.value), at: $0.span) }
                pipeline.steps[index].check = .clients(check)
            case .hosts(var check):
                check.hosts = uncovered(check.hosts)
                pipeline.steps[index].check = .hosts(check)
            case .origins(var check, let refused):
                check.allow = uncovered(check.allow)
                pipeline.steps[index].check = .origins(check, refused: refused)
            case .tls, .path, .limit, .subprotocols, .token, .identityLimit: break
            }
        }
    }

    /// The blocks that no earlier one holds.
    private static func uncovered(_ blocks: [Located<AddressPrefix>]) -> [Located<AddressPrefix>] {
        var kept: [Located<AddressPrefix>] = []
        var coverage = AddressCoverage([])
        for block in blocks where !coverage.covers(block.value) {
            coverage.insert(block.value)
            kept.append(block)
        }
        return kept
    }

    /// The names without those that stand there with every port, or already with the same one.
    private static func uncovered(_ hosts: [Located<HostPattern>]) -> [Located<HostPattern>] {
        let everyPort = Set(hosts.filter { $0.value.port == nil }.map(\.value.name))
        var known: Set<HostKey> = []
        return hosts.filter { host in
            guard known.insert(HostKey(host.value)).inserted else { return false }
            return host.value.port == nil || !everyPort.contains(host.value.name)
        }
    }

    private static func uncovered(_ origins: [Located<OriginPattern>]) -> [Located<OriginPattern>] {
        let coverage = OriginCoverage(origins.map(\.value))
        var known: Set<OriginKeyWords> = []
        return origins.filter { origin in
            guard case .tuple(let scheme, let host, let port) = origin.value.form else { return true }
            let key = OriginKeyWords(scheme: scheme, host: host, port: port)
            return known.insert(key).inserted && !coverage.covers(key, besidesItself: true)
        }
    }
}

/// A host's name and port, without its spelling.
struct HostKey: Hashable {
    let name: String
    let port: UInt16?

    init(name: String, port: UInt16?) {
        self.name = name
        self.port = port
    }

    init(_ host: HostPattern) {
        self.init(name: host.name, port: host.port)
    }
}
