/// Byte layouts of the content program: what the planner emits and the runtime runs over the bytes of a message.
///
/// A section of little-endian words that runs where it lies, at any address that is a multiple of 8. Offsets are unsigned
/// 32-bit, count from the section's first byte, and are multiples of 8 unless a row says "bytes". All records below are
/// padded to a multiple of 8 with zeros.
///
/// | record | bytes |
/// |---|---|
/// | header | magic, version, byteCount, rootCount, roots (u32 each), nodeCount, 0, 0 |
/// | root | flags, depth, node, stepCount, steps, typeCount, types, 0, name table of the types, 8 × u8 actions |
/// | step | u32 kind (0 member, 1 index), u32 index, name entry |
/// | type | u32 node, u32 property, u32 action of schemaMismatch, u32 flags |
/// | node | u8 operation, u8 types, u8 flags, u8 0, u32 string, number, array, object, values, id, 0 |
/// | string rule | name table of the listed values, u32 minimum, u32 maximum, u32 flags, 0 |
/// | number rule | u32 flags, multipleCount, multiples, lower; i64 low, high; u32 upper, valueCount, values, 0 |
/// | array rule | u32 minimum, maximum, prefixCount, prefix, items, flags, 0, 0 |
/// | object rule | name table, u64 required, u32 additional, flags, minimum, maximum, requiredWords, 0 |
/// | name table | u32 count, entries, slots, slotMask, u64 seed |
/// | name entry | u64 q0, q1, m0, m1, u32 text (bytes), length, target, flags |
/// | multiple | u64 coefficient, i32 exponent, u32 0 |
/// | decimal | u32 flags, u32 digitCount, i64 point, then the digits in ASCII |
/// | constant | u32 kind, count, reference, 0 |
/// | member of a constant | u32 text (bytes), length, constant, 0 |
///
/// Constants are computed properties so that they fold into the runtime's loops across the module border.
///
/// Worked example: the schema `{type: object, required: [a], properties: {a: {type: string}}}` has the name entry
/// `22 61 22 00 00 00 00 00 | 0… | FF FF FF 00 00 00 00 00 | 0… | text, 1, node, 0`: at a member name, the interpreter loads
/// 16 bytes of the message, and when `(word ^ q) & m` is zero for both halves, the bytes are `"a"` and the cursor moves by
/// `length + 2`. Its node is `02 10 00 00 …`: operation 2 (any string), types 10 (hexadecimal: string).
@usableFromInline package enum ProgramLayout {
    @inlinable package static var magic: UInt32 { 0x4A50_5357 }  // "WSPJ"
    @inlinable package static var version: UInt32 { 1 }
    @inlinable package static var headerBytes: Int { 32 }
    /// No limit, no entry, no property.
    @inlinable package static var none: UInt32 { 0xFFFF_FFFF }
    /// The deepest nesting that a root may allow.
    @inlinable package static var maximumDepth: UInt32 { 1_000 }
    /// Zero bytes behind every message and behind every name's text, so that loads need no test against the end.
    @inlinable package static var textPadding: Int { 8 }

    @usableFromInline package enum Root {
        @inlinable package static var flags: Int { 0 }
        @inlinable package static var depth: Int { 4 }
        @inlinable package static var node: Int { 8 }
        @inlinable package static var stepCount: Int { 12 }
        @inlinable package static var steps: Int { 16 }
        @inlinable package static var typeCount: Int { 20 }
        @inlinable package static var types: Int { 24 }
        @inlinable package static var typeNames: Int { 32 }
        @inlinable package static var actions: Int { 56 }
        @inlinable package static var size: Int { 64 }

        @inlinable package static var denyDuplicates: UInt32 { 1 }
        @inlinable package static var interoperable: UInt32 { 2 }
        @inlinable package static var hasDiscriminator: UInt32 { 4 }
        /// The discriminator is a member of the outermost object, and the type may be dispatched at that member.
        @inlinable package static var dispatchInPlace: UInt32 { 8 }
        @inlinable package static var allFlags: UInt32 { 15 }
    }

    @usableFromInline package enum Step {
        @inlinable package static var kind: Int { 0 }
        @inlinable package static var index: Int { 4 }
        @inlinable package static var name: Int { 8 }
        @inlinable package static var size: Int { 56 }
        @inlinable package static var member: UInt32 { 0 }
        @inlinable package static var item: UInt32 { 1 }
    }

    @usableFromInline package enum TypeRecord {
        @inlinable package static var node: Int { 0 }
        /// Which property of the node's object rule is the discriminator; `none` when it is not one of the first 64.
        @inlinable package static var property: Int { 4 }
        @inlinable package static var action: Int { 8 }
        @inlinable package static var flags: Int { 12 }
        @inlinable package static var size: Int { 16 }

        /// The name of the type satisfies the schema of the discriminating member.
        @inlinable package static var inPlace: UInt32 { 1 }
    }

    @usableFromInline package enum Node {
        @inlinable package static var operation: Int { 0 }
        @inlinable package static var types: Int { 1 }
        @inlinable package static var flags: Int { 2 }
        @inlinable package static var string: Int { 4 }
        @inlinable package static var number: Int { 8 }
        @inlinable package static var array: Int { 12 }
        @inlinable package static var object: Int { 16 }
        @inlinable package static var values: Int { 20 }
        @inlinable package static var id: Int { 24 }
        @inlinable package static var size: Int { 32 }

        /// Booleans are among the listed types, though neither of them is allowed: each is refused at its last letter.
        @inlinable package static var noBoolean: UInt8 { 1 }
    }

    @usableFromInline package enum StringRule {
        @inlinable package static var values: Int { 0 }
        @inlinable package static var minimum: Int { 24 }
        @inlinable package static var maximum: Int { 28 }
        @inlinable package static var flags: Int { 32 }
        @inlinable package static var size: Int { 40 }

        /// Only the listed values are allowed.
        @inlinable package static var listed: UInt32 { 1 }
    }

    @usableFromInline package enum NumberRule {
        @inlinable package static var flags: Int { 0 }
        @inlinable package static var multipleCount: Int { 4 }
        @inlinable package static var multiples: Int { 8 }
        @inlinable package static var lower: Int { 12 }
        /// The smallest and largest integers inside the bounds, saturated to 64 bits.
        @inlinable package static var low: Int { 16 }
        @inlinable package static var high: Int { 24 }
        @inlinable package static var upper: Int { 32 }
        @inlinable package static var valueCount: Int { 36 }
        @inlinable package static var values: Int { 40 }
        @inlinable package static var size: Int { 48 }

        @inlinable package static var integerOnly: UInt32 { 1 }
        @inlinable package static var hasLower: UInt32 { 2 }
        @inlinable package static var lowerExcluded: UInt32 { 4 }
        @inlinable package static var hasUpper: UInt32 { 8 }
        @inlinable package static var upperExcluded: UInt32 { 16 }
        /// Only the listed values are allowed.
        @inlinable package static var listed: UInt32 { 32 }
    }

    @usableFromInline package enum Multiple {
        @inlinable package static var coefficient: Int { 0 }
        @inlinable package static var exponent: Int { 8 }
        @inlinable package static var size: Int { 16 }
    }

    @usableFromInline package enum Decimal {
        @inlinable package static var flags: Int { 0 }
        @inlinable package static var digitCount: Int { 4 }
        /// The value is 0.d1d2d3… × 10^point; no digit at all is zero.
        @inlinable package static var point: Int { 8 }
        @inlinable package static var digits: Int { 16 }

        @inlinable package static var negative: UInt32 { 1 }
    }

    @usableFromInline package enum ArrayRule {
        @inlinable package static var minimum: Int { 0 }
        @inlinable package static var maximum: Int { 4 }
        @inlinable package static var prefixCount: Int { 8 }
        @inlinable package static var prefix: Int { 12 }
        @inlinable package static var items: Int { 16 }
        @inlinable package static var flags: Int { 20 }
        @inlinable package static var size: Int { 32 }

        /// No item behind the prefix.
        @inlinable package static var itemsDenied: UInt32 { 1 }
    }

    /// An item with a schema of its own: u32 node, u32 flags.
    @usableFromInline package enum PrefixItem {
        @inlinable package static var node: Int { 0 }
        @inlinable package static var flags: Int { 4 }
        @inlinable package static var size: Int { 8 }

        @inlinable package static var denied: UInt32 { 1 }
    }

    @usableFromInline package enum ObjectRule {
        @inlinable package static var properties: Int { 0 }
        @inlinable package static var required: Int { 24 }
        @inlinable package static var additional: Int { 32 }
        @inlinable package static var flags: Int { 36 }
        @inlinable package static var minimum: Int { 40 }
        @inlinable package static var maximum: Int { 44 }
        @inlinable package static var requiredWords: Int { 48 }
        @inlinable package static var size: Int { 56 }

        @inlinable package static var additionalDenied: UInt32 { 1 }
        /// More than 64 properties: which were seen does not fit in a register.
        @inlinable package static var wide: UInt32 { 2 }
        /// `minProperties` or `maxProperties`: distinct names are counted.
        @inlinable package static var counted: UInt32 { 4 }
    }

    @usableFromInline package enum NameTable {
        @inlinable package static var count: Int { 0 }
        @inlinable package static var entries: Int { 4 }
        @inlinable package static var slots: Int { 8 }
        @inlinable package static var slotMask: Int { 12 }
        @inlinable package static var seed: Int { 16 }
        @inlinable package static var size: Int { 24 }
    }

    @usableFromInline package enum NameEntry {
        @inlinable package static var word0: Int { 0 }
        @inlinable package static var word1: Int { 8 }
        @inlinable package static var mask0: Int { 16 }
        @inlinable package static var mask1: Int { 24 }
        /// Where the name's bytes stand, with a quote before and behind; any byte offset.
        @inlinable package static var text: Int { 32 }
        /// Bytes of the name without quotes.
        @inlinable package static var length: Int { 36 }
        @inlinable package static var target: Int { 40 }
        @inlinable package static var flags: Int { 44 }
        @inlinable package static var size: Int { 48 }

        /// A member of this name is refused.
        @inlinable package static var denied: UInt32 { 1 }
        /// Names up to this length are decided by the two words alone, closing quote included.
        @inlinable package static var shortLength: Int { 14 }
    }

    @usableFromInline package enum Constant {
        @inlinable package static var kind: Int { 0 }
        @inlinable package static var count: Int { 4 }
        @inlinable package static var reference: Int { 8 }
        @inlinable package static var size: Int { 16 }

        @inlinable package static var null: UInt32 { 0 }
        @inlinable package static var `false`: UInt32 { 1 }
        @inlinable package static var `true`: UInt32 { 2 }
        @inlinable package static var number: UInt32 { 3 }
        @inlinable package static var string: UInt32 { 4 }
        @inlinable package static var array: UInt32 { 5 }
        @inlinable package static var object: UInt32 { 6 }

        @inlinable package static var memberSize: Int { 16 }
    }
}
