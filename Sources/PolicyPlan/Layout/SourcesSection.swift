/// The sources section: where checks were written, and which findings the author silenced.
///
/// All numbers are 4-byte words, little-endian; texts are offsets into the section's own pool, so that the section can be
/// taken off whole.
///
/// | part | words |
/// |---|---|
/// | head | file count, entry count, suppression count, pool length in bytes |
/// | each file | path offset, path length |
/// | each entry | file, line from 1, column from 1 in Unicode scalars |
/// | each suppression | rule offset, length, reason offset, length, entry |
/// | pool | the texts, padded with zeros to a multiple of 4 bytes |
package enum SourcesSection {
    package static let headWordCount = 4
    package static let fileWordCount = 2
    package static let entryWordCount = 3
    package static let suppressionWordCount = 5
}
