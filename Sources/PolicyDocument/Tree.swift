/// The flat storage behind `Node`: records in the order in which they begin, one pool of text, one list of children.
final class Tree: Sendable {
    /// How a scalar is written.
    enum Style: UInt8, Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
        /// A string of JSON: double quotes, other escapes than YAML's, no line breaks.
        case jsonString
    }

    /// A core tag that decides what a scalar is, whatever its style.
    enum CoreTag: UInt8, Sendable {
        case none, null, bool, integer, float, string
    }

    /// One node; for an alias, the place of the alias and the node that it stands for.
    struct Record: Sendable {
        var kind: Node.Kind
        var style: Style = .plain
        var tag: CoreTag = .none
        /// The bytes of the source, from and past.
        var start: Int32
        var end: Int32
        /// A scalar's text in the pool, a collection's members in `children` (a mapping's by twos).
        var low: Int32 = 0
        var count: Int32 = 0
        /// The record that an alias stands for, else -1.
        var target: Int32 = -1
    }

    enum Language: Sendable {
        case yaml, json
    }

    let file: FileID
    let language: Language
    let bytes: [UInt8]
    let records: [Record]
    let children: [Int32]
    let text: [UInt8]

    init(
        file: FileID,
        language: Language,
        bytes: [UInt8],
        records: [Record],
        children: [Int32],
        text: [UInt8]
    ) {
        self.file = file
        self.language = language
        self.bytes = bytes
        self.records = records
        self.children = children
        self.text = text
    }
}
