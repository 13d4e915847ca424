/// The first bytes of a plan, and the table of its sections.
///
/// All numbers are little-endian. The header is followed by `sectionCount` entries of 24 bytes, then by the sections, each
/// at an offset that is a multiple of 8.
///
/// | offset | bytes | what |
/// |---:|---:|---|
/// | 0 | 8 | magic `WSPLAN` CR LF: a transfer that changes line ends is noticed |
/// | 8 | 4 | format version |
/// | 12 | 4 | lowest runtime version that may run it |
/// | 16 | 8 | feature bits; an unknown one refuses the plan |
/// | 24 | 8 | length of the whole plan in bytes |
/// | 32 | 8 | checksum of all bytes but these eight |
/// | 40 | 32 | SHA-256 of the sources |
/// | 72 | 4 | number of sections |
/// | 76 | 4 | word index of the policy record |
///
/// A section entry: kind (4), zero (4), offset (8), length (8).
@usableFromInline package enum PlanHeader {
    package static let magic: [UInt8] = [0x57, 0x53, 0x50, 0x4C, 0x41, 0x4E, 0x0D, 0x0A]
    @inlinable package static var formatVersion: UInt32 { 1 }
    @inlinable package static var runtimeVersion: UInt32 { 1 }
    @inlinable package static var byteCount: Int { 80 }
    @inlinable package static var sectionEntryByteCount: Int { 24 }
    @inlinable package static var digestOffset: Int { 40 }
    /// The features that this version knows; none has a bit yet.
    @inlinable package static var knownFeatures: UInt64 { 0 }
    /// No plan is longer: 256 MiB.
    @inlinable package static var maximumByteCount: Int { 256 * 1024 * 1024 }
}

/// The sections of a plan, by their kind's number; those marked strippable may be missing.
package enum PlanSection: UInt32, CaseIterable, Sendable {
    /// Records and lists, as 4-byte words.
    case words = 1
    /// Text, without terminators.
    case bytes = 2
    /// The JSON program; see `ProgramView`.
    case program = 3
    /// Where checks were written. Strippable.
    case sources = 4
    /// Values just inside and just outside of each check. Strippable.
    case vectors = 5
    /// Where the keywords of the JSON program were written; see `ProgramSources`. Strippable.
    case keywords = 6
}
