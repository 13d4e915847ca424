/// The tags of YAML's core schema; all others are refused.
enum YAMLTag {
    private static let prefix = "tag:yaml.org,2002:"

    /// What a scalar's tag makes of it; nil when it is no core tag for scalars.
    static func scalar(_ tag: String) -> Tree.CoreTag? {
        switch short(tag) {
        case "!!str", "!": .string
        case "!!int": .integer
        case "!!float": .float
        case "!!bool": .bool
        case "!!null": .null
        default: nil
        }
    }

    /// The kind that a collection's tag asks for; nil when it is no core tag for collections.
    static func collection(_ tag: String) -> Node.Kind? {
        switch short(tag) {
        case "!!seq": .sequence
        case "!!map": .mapping
        default: nil
        }
    }

    static func isCore(_ tag: String) -> Bool {
        scalar(tag) != nil || collection(tag) != nil
    }

    /// The tag as an author writes it.
    static func short(_ tag: String) -> String {
        tag.hasPrefix(prefix) ? "!!" + tag.dropFirst(prefix.count) : tag
    }
}

extension Tree.CoreTag {
    /// Whether a value that resolves so by itself may have this tag.
    func fits(_ scalar: Node.Scalar) -> Bool {
        switch (self, scalar) {
        case (.none, _), (.string, _), (.null, .null), (.bool, .bool), (.integer, .integer), (.float, .float),
            (.float, .integer):
            true
        default:
            false
        }
    }
}
