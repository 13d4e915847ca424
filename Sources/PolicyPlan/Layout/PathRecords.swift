/// One node of the path trie; the root stands before the first segment.
///
/// The trie is complete: below a literal child stands everything that the parameter or the rest beside it would have
/// allowed too. So one walk decides, without a step back:
///
/// - a segment that `literals` holds goes to that child;
/// - another segment that is not empty goes to `parameter`, where there is one;
/// - anything else ends the walk with `rest`, whatever follows;
/// - at the end of the path, `route` is the answer.
///
/// Segments compare after percent-decoding. `{name...}` takes whatever follows its slash,
/// so that its only segment may be empty; `{name}` takes no empty one. Children stand before their parents.
@usableFromInline package enum PathNode {
    /// `TextTable` of literal segments to child nodes' word indices, or `none`.
    @inlinable package static var literals: Int { 0 }
    /// Child for any one segment that is not empty, or `none`.
    @inlinable package static var parameter: Int { 1 }
    /// Route of a path that ends here, or `none`.
    @inlinable package static var route: Int { 2 }
    /// Route of a path that goes on with a segment that no child takes, or `none`.
    @inlinable package static var rest: Int { 3 }
    @inlinable package static var wordCount: Int { 4 }
}
