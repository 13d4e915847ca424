import PolicyDocument
import PolicyModel

/// Drops checks that an earlier, enforcing check of the same kind implies: whatever passes that one passes this one.
///
/// Why: a baseline and a policy that extends it often state the same thing, and the second look can never refuse: TLS
/// required twice, the same list twice, a list that holds all of the narrower list before it. The earlier one stays, since
/// it is the one that a refusal names. An observing check goes as well: it could only report what was refused before it.
package enum DropImpliedChecks: GraphPass {
    package static let name = "drop-implied-checks"

    package static func run(_ graph: inout DecisionGraph) {
        for route in graph.routes.indices { graph.routes[route].steps = needed(graph.routes[route].steps) }
        graph.unrouted.steps = needed(graph.unrouted.steps)
    }

    private static func needed(_ steps: [GraphStep]) -> [GraphStep] {
        var kept: [GraphStep] = []
        for step in steps {
            let isImplied = kept.contains { earlier in
                earlier.mode == .enforce && implies(earlier.check, step.check)
            }
            if !isImplied { kept.append(step) }
        }
        return kept
    }

    /// Whether everything that passes `first` passes `second`.
    private static func implies(_ first: GraphCheck, _ second: GraphCheck) -> Bool {
        switch (first, second) {
        case (.tls, .tls): true
        case (.clients(let first), .clients(let second)): implies(first, second)
        case (.hosts(let first), .hosts(let second)): implies(first, second)
        case (.origins(let first, _), .origins(let second, _)): implies(first, second)
        case (.subprotocols(let first), .subprotocols(let second)): implies(first, second)
        default: false
        }
    }

    private static func implies(_ first: ClientsCheck, _ second: ClientsCheck) -> Bool {
        let refused = AddressCoverage(first.deny.map(\.value))
        guard second.deny.allSatisfy({ refused.covers($0.value) }) else { return false }
        guard let second = second.allow else { return true }
        guard let first = first.allow else { return false }
        let admitted = AddressCoverage(second.value.map(\.value))
        return first.value.allSatisfy { admitted.covers($0.value) }
    }

    private static func implies(_ first: HostsCheck, _ second: HostsCheck) -> Bool {
        let listed = Set(second.hosts.map { HostKey($0.value) })
        let everyPort = Set(second.hosts.filter { $0.value.port == nil }.map(\.value.name))
        return first.hosts.allSatisfy { host in
            listed.contains(HostKey(host.value)) || everyPort.contains(host.value.name)
        }
    }

    private static func implies(_ first: OriginsCheck, _ second: OriginsCheck) -> Bool {
        guard strictness(first.absent.value) >= strictness(second.absent.value) else { return false }
        let coverage = OriginCoverage(second.allow.map(\.value))
        if second.everySite || coverage.everySite {
            // Every site has a name: null and file: are admitted only where they are listed.
            return first.allow.allSatisfy { entry in
                entry.value.form == .null || entry.value.form == .file ? coverage.covers(entry.value) : true
            }
        }
        guard !first.everySite, !first.sameOrigin || second.sameOrigin else { return false }
        return first.allow.allSatisfy { coverage.covers($0.value) }
    }

    private static func strictness(_ absent: OriginsSection.Absent) -> Int {
        switch absent {
        case .allow: 0
        case .allowWithoutCookies: 1
        case .deny: 2
        }
    }

    private static func implies(_ first: SubprotocolsCheck, _ second: SubprotocolsCheck) -> Bool {
        guard first.absent.value == .deny || second.absent.value == .allow else { return false }
        let listed = Set(second.allow.map(\.value))
        return first.allow.allSatisfy { listed.contains($0.value) }
    }
}
