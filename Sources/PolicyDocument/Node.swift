/// One value of a positioned tree: a scalar, a sequence or a mapping, read from YAML or JSON.
///
/// A handle into its tree: cheap to copy. An alias is the node that its anchor names, so a tree may be a graph without
/// cycles; expansion is bounded when it is read.
package struct Node: Sendable {
    package enum Kind: Sendable {
        case scalar, sequence, mapping
    }

    /// What an unquoted scalar means by the YAML 1.2 core schema; anything quoted is a string.
    package enum Scalar: Sendable, Equatable {
        case null
        case bool(Bool)
        /// Decimal digits with an optional sign, as written: `012` and `+3` keep their text.
        case integer(String)
        /// A decimal fraction or exponent, `.inf` or `.nan`, as written.
        case float(String)
        case string(String)
    }

    package struct Entry: Sendable {
        package let key: Node
        package let value: Node
    }

    let tree: Tree
    let index: Int
}
