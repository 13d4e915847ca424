/// The words of a record while its fields are filled in, by the distances that the record's layout names.
package struct RecordWords {
    package private(set) var words: [UInt32]

    /// Makes a record whose fields are all zero.
    package init(_ count: Int) {
        words = [UInt32](repeating: 0, count: count)
    }

    package subscript(_ field: Int) -> UInt32 {
        get { words[field] }
        set { words[field] = newValue }
    }

    /// Fills the two fields of a 64-bit number; the first is its low half.
    package mutating func setWide(_ field: Int, _ value: UInt64) {
        words[field] = UInt32(truncatingIfNeeded: value)
        words[field + 1] = UInt32(truncatingIfNeeded: value >> 32)
    }

    /// Fills the two fields of a text.
    package mutating func setText(_ field: Int, _ text: PlanWriter.Text) {
        words[field] = text.offset
        words[field + 1] = text.length
    }

    /// Fills the two fields of a list.
    package mutating func setList(_ field: Int, _ list: PlanWriter.List) {
        words[field] = list.index
        words[field + 1] = list.count
    }
}
