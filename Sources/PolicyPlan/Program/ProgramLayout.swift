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
/// | node | u8 operation, u8 types, u16 flags, u32 string, number, array, object, values, id, 0 |
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
/// Worked example: the schema `{type: object, required: [a], properties: {a: {type: string}}}` has the name entry
/// `22 61 22 00 00 00 00 00 | 0… | FF FF FF 00 00 00 00 00 | 0… | text, 1, node, 0`: at a member name, the interpreter loads
/// 16 bytes of the message, and when `(word ^ q) & m` is zero for both halves, the bytes are `"a"` and the cursor moves by
/// `length + 2`. Its node is `02 10 00 00 …`: operation 2 (any string), types 10 (hexadecimal: string).
package enum ProgramLayout {
    package static let magic: UInt32 = 0x4A50_5357  // "WSPJ"
    package static let version: UInt32 = 1
    package static let headerBytes = 32
    /// No limit, no entry, no property.
    package static let none: UInt32 = 0xFFFF_FFFF
    /// The deepest nesting that a root may allow.
    package static let maximumDepth: UInt32 = 1_000
    /// Zero bytes behind every message and behind every name's text, so that loads need no test against the end.
    package static let textPadding = 8

    package enum Root {
        package static let flags = 0
        package static let depth = 4
        package static let node = 8
        package static let stepCount = 12
        package static let steps = 16
        package static let typeCount = 20
        package static let types = 24
        package static let typeNames = 32
        package static let actions = 56
        package static let size = 64

        package static let denyDuplicates: UInt32 = 1
        package static let interoperable: UInt32 = 2
        package static let hasDiscriminator: UInt32 = 4
        /// The discriminator is a member of the outermost object, and the type may be dispatched at that member.
        package static let dispatchInPlace: UInt32 = 8
        package static let allFlags: UInt32 = 15
    }

    package enum Step {
        package static let kind = 0
        package static let index = 4
        package static let name = 8
        package static let size = 56
        package static let member: UInt32 = 0
        package static let item: UInt32 = 1
    }

    package enum TypeRecord {
        package static let node = 0
        /// Which property of the node's object rule is the discriminator; `none` when it is not one of the first 64.
        package static let property = 4
        package static let action = 8
        package static let flags = 12
        package static let size = 16

        /// The name of the type satisfies the schema of the discriminating member.
        package static let inPlace: UInt32 = 1
    }

    package enum Node {
        package static let operation = 0
        package static let types = 1
        package static let flags = 2
        package static let string = 4
        package static let number = 8
        package static let array = 12
        package static let object = 16
        package static let values = 20
        package static let id = 24
        package static let size = 32
    }

    package enum StringRule {
        package static let values = 0
        package static let minimum = 24
        package static let maximum = 28
        package static let flags = 32
        package static let size = 40

        /// Only the listed values are allowed.
        package static let listed: UInt32 = 1
    }

    package enum NumberRule {
        package static let flags = 0
        package static let multipleCount = 4
        package static let multiples = 8
        package static let lower = 12
        /// The smallest and largest integers inside the bounds, saturated to 64 bits.
        package static let low = 16
        package static let high = 24
        package static let upper = 32
        package static let valueCount = 36
        package static let values = 40
        package static let size = 48

        package static let integerOnly: UInt32 = 1
        package static let hasLower: UInt32 = 2
        package static let lowerExcluded: UInt32 = 4
        package static let hasUpper: UInt32 = 8
        package static let upperExcluded: UInt32 = 16
        /// Only the listed values are allowed.
        package static let listed: UInt32 = 32
    }

    package enum Multiple {
        package static let coefficient = 0
        package static let exponent = 8
        package static let size = 16
    }

    package enum Decimal {
        package static let flags = 0
        package static let digitCount = 4
        /// The value is 0.d1d2d3… × 10^point; no digit at all is zero.
        package static let point = 8
        package static let digits = 16

        package static let negative: UInt32 = 1
    }

    package enum ArrayRule {
        package static let minimum = 0
        package static let maximum = 4
        package static let prefixCount = 8
        package static let prefix = 12
        package static let items = 16
        package static let flags = 20
        package static let size = 32

        /// No item behind the prefix.
        package static let itemsDenied: UInt32 = 1
    }

    /// An item with a schema of its own: u32 node, u32 flags.
    package enum PrefixItem {
        package static let node = 0
        package static let flags = 4
        package static let size = 8

        package static let denied: UInt32 = 1
    }

    package enum ObjectRule {
        package static let properties = 0
        package static let required = 24
        package static let additional = 32
        package static let flags = 36
        package static let minimum = 40
        package static let maximum = 44
        package static let requiredWords = 48
        package static let size = 56

        package static let additionalDenied: UInt32 = 1
        /// More than 64 properties: which were seen does not fit in a register.
        package static let wide: UInt32 = 2
        /// `minProperties` or `maxProperties`: distinct names are counted.
        package static let counted: UInt32 = 4
    }

    package enum NameTable {
        package static let count = 0
        package static let entries = 4
        package static let slots = 8
        package static let slotMask = 12
        package static let seed = 16
        package static let size = 24
    }

    package enum NameEntry {
        package static let word0 = 0
        package static let word1 = 8
        package static let mask0 = 16
        package static let mask1 = 24
        /// Where the name's bytes stand, with a quote before and behind; any byte offset.
        package static let text = 32
        /// Bytes of the name without quotes.
        package static let length = 36
        package static let target = 40
        package static let flags = 44
        package static let size = 48

        /// A member of this name is refused.
        package static let denied: UInt32 = 1
        /// Names up to this length are decided by the two words alone, closing quote included.
        package static let shortLength = 14
    }

    package enum Constant {
        package static let kind = 0
        package static let count = 4
        package static let reference = 8
        package static let size = 16

        package static let null: UInt32 = 0
        package static let `false`: UInt32 = 1
        package static let `true`: UInt32 = 2
        package static let number: UInt32 = 3
        package static let string: UInt32 = 4
        package static let array: UInt32 = 5
        package static let object: UInt32 = 6

        package static let memberSize = 16
    }
}
