import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Writes the `PolicyRecord` and all that it reaches.
    package mutating func policy(_ graph: DecisionGraph) throws(PlannerError) -> UInt32 {
        typealias Field = PolicyRecord
        var record = RecordWords(Field.wordCount)
        record.setText(Field.nameOffset, writer.text(graph.name))
        record[Field.target] = Self.code(graph.target)
        record[Field.addressSource] = Self.code(graph.addressing.source.value)
        var trusted: [UInt32] = []
        for list in graph.addressing.trustedProxies { trusted.append(addresses(list.value)) }
        record.setList(Field.trustedList, writer.list(trusted))
        bound(graph.handshakeBytes, Field.handshakeBytesLow, &record) { $0 }
        addBound(.handshakeSize, 0, graph.handshakeBytes, .handshakeTooLarge) { $0 }
        bound(graph.handshakeTimeout, Field.handshakeTimeLow, &record) { $0.count }
        var limits: [RecordWords] = []
        for (index, check) in graph.limits.enumerated() {
            limits.append(try limit(check))
            addVectors(check, limit: index)
        }
        record.setList(Field.limitList, writer.list(records: limits))
        var routes: [RecordWords] = []
        for (index, pipeline) in graph.routes.enumerated() {
            routes.append(try route(pipeline))
            if let traffic = pipeline.traffic { addVectors(traffic, route: index) }
        }
        record.setList(Field.routeList, writer.list(records: routes))
        let unrouted = try route(graph.unrouted)
        record[Field.unrouted] = writer.record(unrouted)
        record[Field.pathRoot] = graph.hasPaths ? try paths(graph.routes) : none
        if graph.hasPaths { addPathVectors(graph.routes) }
        record[Field.defaultSource] = source(graph.defaultSpan)
        return writer.record(record)
    }

    private static func code(_ target: Target) -> UInt32 {
        switch target {
        case .gateway: 0
        case .nio: 1
        case .asgi: 2
        case .library: 3
        }
    }

    private static func code(_ source: TransportSection.ClientAddressSource) -> UInt32 {
        switch source {
        // Behind the PROXY protocol the host has put the client where the peer stands.
        case .peer, .proxyProtocol: 0
        case .forwardedFor: 1
        case .forwarded: 2
        }
    }
}
