/// What a document may cost before anything is known about it.
package enum DocumentLimits {
    /// The largest file that is read: 4 MiB.
    package static let fileBytes = 4 << 20
    /// How deep collections nest, aliases expanded; the outermost is 1.
    package static let nesting = 64
    /// How many keys, scalars and collections a file writes down.
    package static let nodes = 500_000
    /// How many nodes aliases add when each is replaced by what it names.
    package static let aliasExpansion = 100_000
    /// After so many errors in one file the rest of it is not read.
    package static let errors = 100
}
