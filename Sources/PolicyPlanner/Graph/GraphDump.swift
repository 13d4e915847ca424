package import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// A graph as text, to look at what a pass did.
package struct GraphDump {
    private let graph: DecisionGraph
    private let sources: SourceSet

    package init(_ graph: DecisionGraph, sources: SourceSet) {
        self.graph = graph
        self.sources = sources
    }

    /// One line a step, in the order of a decision.
    package var text: String {
        var lines = ["graph \(graph.name)"]
        for route in graph.routes {
            lines += Self.indented(pipeline(route, name: route.pattern?.written ?? "every path"))
        }
        lines += Self.indented(pipeline(graph.unrouted, name: "no route"))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func indented(_ lines: [String]) -> [String] {
        lines.map { "  " + $0 }
    }

    private func pipeline(_ pipeline: Pipeline, name: String) -> [String] {
        var lines = ["\(name)\(place(pipeline.span))"]
        lines += pipeline.steps.map { "  " + step($0) }
        if let traffic = pipeline.traffic {
            for (name, messages) in [("messages", traffic.client), ("server messages", traffic.server)] {
                for check in messages.all {
                    let types = check.types.map { " types \($0.value.count)" } ?? ""
                    lines.append("  \(name)\(mode(check.mode)) \(check.format.value)\(types)\(place(check.span))")
                }
            }
        }
        return lines
    }

    private func step(_ step: GraphStep) -> String {
        let content: String
        switch step.check {
        case .clients(let check):
            content =
                "clients" + list(" allow", check.allow?.value.map { $0.value.description })
                + list(" deny", check.deny.isEmpty ? nil : check.deny.map { $0.value.description })
        case .tls: content = "tls"
        case .hosts(let check): content = "hosts" + list("", check.hosts.map(\.value.written))
        case .path: content = "path"
        case .origins(let check, let refused):
            content =
                "origins" + (check.everySite ? " any" : "") + (check.sameOrigin ? " sameOrigin" : "")
                + list("", check.allow.map(\.value.written))
                + list(" refused", refused.isEmpty ? nil : refused.map { $0.value.written + place($0.span) })
                + " absent \(check.absent.value)"
        case .limit(let index): content = "limit \(index)"
        case .subprotocols(let check):
            content = "subprotocols" + list("", check.allow.map(\.value)) + " absent \(check.absent.value)"
        case .token(let check, let attempts):
            content = "token absent \(check.absent.value)" + (attempts.isEmpty ? "" : " attempts \(attempts)")
        case .identityLimit(let index): content = "limit \(index) of the token's identity"
        }
        return content + mode(step.mode) + place(step.span)
    }

    private func list(_ name: String, _ entries: [String]?) -> String {
        entries.map { "\(name) [\($0.joined(separator: ", "))]" } ?? ""
    }

    private func mode(_ mode: Mode) -> String {
        mode == .observe ? " (observe)" : ""
    }

    private func place(_ span: Span) -> String {
        " @\(sources[span.file].position(at: span.start).line)"
    }
}
