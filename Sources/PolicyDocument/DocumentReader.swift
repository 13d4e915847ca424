/// Turns a file's bytes into a positioned tree.
package enum DocumentReader {
    /// Reads a file that holds one YAML document.
    ///
    /// - Returns: the document's root; nil when nothing of it can be used, and then an error says why. A root may come
    ///   with errors too: what is wrong (a duplicate key, an unknown alias) is left out of it.
    package static func readYAML(_ file: SourceFile, diagnostics: inout Diagnostics) -> Node? {
        YAMLReader.read(file, diagnostics: &diagnostics)
    }

    /// Reads a file that holds one JSON text (RFC 8259).
    ///
    /// - Returns: its root; nil when it is no JSON, and then an error says where. Of a duplicate member the first stays.
    package static func readJSON(_ file: SourceFile, diagnostics: inout Diagnostics) -> Node? {
        JSONReader.read(file, in: 0..<file.bytes.count, diagnostics: &diagnostics)
    }

    /// Reads one JSON text that stands in a part of a file, such as a line of JSON lines.
    ///
    /// - Parameters:
    ///   - file: the file that holds it.
    ///   - range: bytes of the file; spans count from the file's start.
    ///   - diagnostics: takes what is wrong with it.
    /// - Returns: its root; nil when the range holds no JSON.
    package static func readJSON(
        _ file: SourceFile,
        in range: Range<Int>,
        diagnostics: inout Diagnostics
    ) -> Node? {
        JSONReader.read(file, in: range, diagnostics: &diagnostics)
    }
}
