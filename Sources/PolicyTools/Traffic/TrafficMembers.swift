import PolicyDocument

/// The members of one object of a traffic line; an unknown one is an error.
struct TrafficMembers {
    private let node: Node

    /// nil where the value is no object, which is an error.
    init?(_ node: Node, known: [String], _ diagnostics: inout Diagnostics) {
        guard node.kind == .mapping else {
            diagnostics.error("traffic-value", .init("an object is expected"), at: node.span)
            return nil
        }
        self.node = node
        for entry in node.entries {
            guard let name = entry.key.text, !known.contains(name) else { continue }
            diagnostics.error(
                "traffic-member",
                .init("unknown member `\(name)`"),
                at: entry.key.span,
                help: NearestName.of(name, among: known).map { "did you mean `\($0)`?" }
            )
        }
    }

    subscript(_ name: String) -> Node? { node[name] }

    /// The member's value; nil where it is missing, which is an error.
    func required(_ name: String, _ diagnostics: inout Diagnostics) -> Node? {
        if let value = node[name] { return value }
        diagnostics.error("traffic-member", .init("`\(name)` is missing"), at: node.span)
        return nil
    }
}
