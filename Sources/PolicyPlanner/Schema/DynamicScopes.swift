/// Sets of dynamic anchors, each known by a number: 0 is the empty one.
///
/// A scope grows by the anchors of each resource that is entered; of two with one name the outermost stays (JSON Schema
/// Core, 8.2.3.2).
struct DynamicScopes {
    private struct Scope: Hashable {
        var document: Int
        var anchors: [String: Int]
    }

    private var scopes = [Scope(document: -1, anchors: [:])]
    private var known: [Scope: Int] = [:]

    /// The scope behind the entry into a resource with these anchors.
    mutating func extend(_ scope: Int, _ document: Int, _ anchors: [String: Int]) -> Int {
        var grown = scopes[scope]
        grown.document = document
        grown.anchors.merge(anchors) { outer, _ in outer }
        if grown.anchors == scopes[scope].anchors { return scope }
        if let number = known[grown] { return number }
        scopes.append(grown)
        known[grown] = scopes.count - 1
        return scopes.count - 1
    }

    /// The schema that an anchor stands for.
    func anchor(_ name: String, in scope: Int) -> Int? {
        scopes[scope].anchors[name]
    }
}
