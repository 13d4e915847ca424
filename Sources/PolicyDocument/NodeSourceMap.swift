extension Node {
    /// The source bytes of a range of the decoded text, right inside escapes, folded lines and indented blocks.
    ///
    /// - Parameter range: bytes of `text` in UTF-8; what lies outside the text is cut off.
    /// - Returns: for a collection, its own span.
    package func span(ofUTF8 range: Range<Int>) -> Span {
        guard let textRange else { return span }
        let record = record
        let map = ScalarSourceMap(
            tree.bytes,
            start: Int(record.start),
            end: Int(record.end),
            style: record.style,
            text: tree.text[textRange]
        )
        let source = map.source(of: range)
        return Span(file: tree.file, start: source.lowerBound, end: source.upperBound)
    }
}
