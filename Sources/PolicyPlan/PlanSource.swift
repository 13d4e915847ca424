/// The line of a policy that a check comes from.
public struct PlanSource: Equatable, Sendable, CustomStringConvertible {
    /// The file, as it was named when the policy was compiled.
    public let path: String
    /// From 1.
    public let line: Int
    /// In Unicode scalars, from 1.
    public let column: Int

    /// Makes a place in a file.
    package init(path: String, line: Int, column: Int) {
        self.path = path
        self.line = line
        self.column = column
    }

    /// `path:line:column`, as editors read it.
    public var description: String {
        "\(path):\(line):\(column)"
    }
}

/// A finding that the policy's author silenced, with the reason given.
public struct PlanSuppression: Equatable, Sendable {
    /// The lint rule.
    public let rule: String
    /// Why, in the author's words.
    public let reason: String
    /// The comment's place.
    public let source: PlanSource

    /// Makes a suppression.
    package init(rule: String, reason: String, source: PlanSource) {
        self.rule = rule
        self.reason = reason
        self.source = source
    }
}
