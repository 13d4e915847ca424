// The records of the words section. Each is a run of 4-byte words at a word index; fields are named by their distance from
// it. A list is a word index and a count. Text is an offset into the bytes section and a length. A 64-bit number is two
// words, low first. `none` stands where there is nothing. A source is an index into the sources section, or `none`.

/// What stands in a word where there is nothing.
@inlinable package var none: UInt32 { 0xFFFF_FFFF }
