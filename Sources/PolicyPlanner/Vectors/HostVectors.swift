import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests a `HostsRecord`: each name with its port, another port, and names that are longer by one part.
    mutating func addVectors(_ check: HostsCheck, _ record: UInt32) {
        guard vectors.isNew(.host, record) else { return }
        let listed = Set(check.hosts.map { HostKey($0.value) })
        func add(_ name: String, _ port: UInt16?, _ span: Span) {
            let isListed =
                listed.contains(HostKey(name: name, port: port)) || listed.contains(HostKey(name: name, port: nil))
            vectors.add(
                PlanVector(
                    .host,
                    subject: record,
                    input: Array(name.utf8),
                    number: port.map { UInt64($0) } ?? .max,
                    .refused(!isListed, with: .hostForbidden),
                    source: source(span)
                )
            )
        }
        for host in check.hosts { add(host.value.name, host.value.port, host.span) }
        for host in VectorCollector.sample(check.hosts) {
            add(host.value.name, host.value.port.map { $0 == 1 ? 2 : $0 - 1 } ?? 1, host.span)
            add(host.value.name, nil, host.span)
            add("x" + host.value.name, host.value.port, host.span)
            add("x." + host.value.name, host.value.port, host.span)
            add(host.value.name + ".x", host.value.port, host.span)
        }
        add("other.invalid", nil, check.span)
    }
}
