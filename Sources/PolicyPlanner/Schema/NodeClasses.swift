/// Finds nodes that check the same, recursive ones too, so that each is emitted once.
///
/// Moore's refinement: nodes start in classes by what they say themselves, and classes are split until all members of one
/// have children of the same classes.
enum NodeClasses {
    /// A class for each node, numbered by first appearance from zero.
    static func of(_ nodes: [CheckNode]) -> [Int] {
        var classes = number(nodes.map { $0.mapNodes { _ in 0 } })
        while true {
            let current = classes
            let refined = number(
                nodes.indices.map { index -> [Int] in
                    var key = [current[index]]
                    for node in nodes[index].reached { key.append(current[node]) }
                    return key
                }
            )
            guard refined != current else { return refined }
            classes = refined
        }
    }

    private static func number<Key: Hashable>(_ keys: [Key]) -> [Int] {
        var known: [Key: Int] = [:]
        return keys.map { key in
            if let number = known[key] { return number }
            known[key] = known.count
            return known.count - 1
        }
    }
}
