/// Byte layouts of the content program: what the planner emits and the runtime runs over the bytes of a message.
///
/// A section of little-endian words that runs where it lies, at any address that is a multiple of 8. Offsets are unsigned
/// 32-bit, count from the section's first byte, and are multiples of 8 unless a row says "bytes". All records below are
/// padded to a multiple of 8 with zeros.
///
/// | record | bytes |
/// |---|---|
/// | header | magic, version, byteCount, rootCount, roots (u32 each), nodeCount, the node that allows everything, table of code points |
/// | root | flags, depth, node, stepCount, steps, typeCount, types, forbid, name table of the types, 8 × u8 actions, batchItems, zero |
/// | forbid | u32 keyCount, keys, stringCount, strings (each u32 automaton, and sources: u32 count, 0, the source of each outcome from 1 on) |
/// | step | u32 kind (0 member, 1 index), u32 index, name entry |
/// | type | u32 node, u32 property, u32 action of schemaMismatch, u32 flags, a copy of the node's object rule; in the order of the names |
/// | node | u8 operation, u8 types, u8 flags, u8 0, u32 string, number, array, object, values, id, combination |
/// | combination | u32 flags, applicatorCount, applicators, containsCount, contains, unevaluatedItems, unevaluatedProperties, dispatch |
/// | applicator | u32 kind, count, list of nodes, property |
/// | contains | u32 node, minimum, maximum, 0 |
/// | dispatch by type | u32 0, the nodes of string, number, array, object, boolean, null, 0 |
/// | dispatch by tag | u32 1, branchCount, branches, 0, name entry of the member, name table of its values |
/// | dispatch to another node | u32 2, node, 0 … as dispatch by type |
/// | dispatch by item | u32 3, branchCount, branches, index, name table of strings, name table of integers |
/// | branch | u32 node, property, flags, 0 |
/// | automaton | u32 stateCount, classCount, start, settled state, 256 × u8 class, u16 outcome of each state, u16 transitions |
/// | string rule | name table of the listed values, u32 minimum, maximum, flags, patternCount, patterns, formats (a bit each) |
/// | number rule | u32 flags, multipleCount, multiples, lower; i64 low, high; u32 upper, valueCount, values, sureDigits |
/// | array rule | u32 minimum, maximum, prefixCount, prefix, items, flags, 0, 0 |
/// | object rule | name table, u64 required, u32 additional, flags, minimum, maximum, requiredWords, names |
/// | names of an object | u32 node, automaton, childCount, children (u32 node, flags), pairCount, pairs (u32, u32), 0, 0 |
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
    @inlinable package static var version: UInt32 { 5 }
    @inlinable package static var headerBytes: Int { 32 }
    /// Where the header names the node that allows everything.
    @inlinable package static var anyNode: Int { 24 }
    /// Where the header names the table of code points (see `CodePointLayout`), or 0.
    @inlinable package static var codePoints: Int { 28 }
    /// No limit, no entry, no property.
    @inlinable package static var none: UInt32 { 0xFFFF_FFFF }
    /// The deepest nesting that a root may allow.
    @inlinable package static var maximumDepth: UInt32 { 1_000 }
    /// Zero bytes behind every message and behind every name's text, so that loads need no test against the end.
    @inlinable package static var textPadding: Int { 8 }

    /// Bound on a root's `batchItems`.
    @inlinable package static var mostBatchItems: UInt32 { 65_536 }

    @usableFromInline package enum Root {
        @inlinable package static var flags: Int { 0 }
        @inlinable package static var depth: Int { 4 }
        @inlinable package static var node: Int { 8 }
        @inlinable package static var stepCount: Int { 12 }
        @inlinable package static var steps: Int { 16 }
        @inlinable package static var typeCount: Int { 20 }
        @inlinable package static var types: Int { 24 }
        /// What names and strings must not match; 0 where nothing is forbidden.
        @inlinable package static var forbid: Int { 28 }
        @inlinable package static var typeNames: Int { 32 }
        @inlinable package static var actions: Int { 56 }
        /// Items that an outermost array may have, each of which is a message; 0: an array is a message like any other.
        @inlinable package static var batchItems: Int { 64 }
        @inlinable package static var size: Int { 72 }

        @inlinable package static var denyDuplicates: UInt32 { 1 }
        @inlinable package static var interoperable: UInt32 { 2 }
        @inlinable package static var hasDiscriminator: UInt32 { 4 }
        /// The discriminator is a member of the outermost object, and the type may be dispatched at that member.
        @inlinable package static var dispatchInPlace: UInt32 { 8 }
        /// No name that a schema knows is a forbidden one: only others are looked at, where they are read.
        @inlinable package static var namesInPass: UInt32 { 16 }
        @inlinable package static var allFlags: UInt32 { 31 }
    }

    /// Automata that must match no name, and those that must match no string.
    ///
    /// Each runs several patterns at once; its outcome
    /// counts from 1, and says where the first pattern that matches stands in the policy.
    @usableFromInline package enum Forbid {
        @inlinable package static var keyCount: Int { 0 }
        @inlinable package static var keys: Int { 4 }
        @inlinable package static var stringCount: Int { 8 }
        @inlinable package static var strings: Int { 12 }
        @inlinable package static var size: Int { 16 }

        @inlinable package static var entrySize: Int { 8 }
        /// Behind the count of an entry's sources.
        @inlinable package static var firstSource: Int { 8 }
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
        /// A copy of the node's object rule, which is then at hand without two more looks; zeros without the property.
        @inlinable package static var rule: Int { 16 }
        @inlinable package static var size: Int { 16 + ObjectRule.size }

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
        /// What several schemas say together about the value; 0 where one pass decides it.
        @inlinable package static var combination: Int { 28 }
        @inlinable package static var size: Int { 32 }

        /// Booleans are among the listed types, though neither of them is allowed: each is refused at its last letter.
        @inlinable package static var noBoolean: UInt8 { 1 }
        /// Neither this node nor one that it reaches has to be looked at with others at once.
        @inlinable package static var isPlain: UInt8 { 2 }
        @inlinable package static var allFlags: UInt8 { 3 }
    }

    /// What takes several schemas at once to decide: unions, negation, conditions, counted items, what nobody evaluated.
    @usableFromInline package enum Combination {
        @inlinable package static var flags: Int { 0 }
        @inlinable package static var applicatorCount: Int { 4 }
        @inlinable package static var applicators: Int { 8 }
        @inlinable package static var containsCount: Int { 12 }
        @inlinable package static var contains: Int { 16 }
        /// A node, or `none`.
        @inlinable package static var unevaluatedItems: Int { 20 }
        @inlinable package static var unevaluatedProperties: Int { 24 }
        /// The short way of the fast pass; 0 where there is none.
        @inlinable package static var dispatch: Int { 28 }
        @inlinable package static var size: Int { 32 }

        /// Items that match `contains` count as evaluated.
        @inlinable package static var containsEvaluates: UInt32 { 1 }
        @inlinable package static var allFlags: UInt32 { 1 }
    }

    @usableFromInline package enum Applicator {
        @inlinable package static var kind: Int { 0 }
        @inlinable package static var count: Int { 4 }
        /// Node offsets, u32 each.
        @inlinable package static var list: Int { 8 }
        /// For `dependent`: which property of the node's object rule brings the schema with it.
        @inlinable package static var property: Int { 12 }
        @inlinable package static var size: Int { 16 }

        @inlinable package static var all: UInt32 { 0 }
        @inlinable package static var any: UInt32 { 1 }
        @inlinable package static var one: UInt32 { 2 }
        @inlinable package static var not: UInt32 { 3 }
        /// Three nodes: if, then, else; `none` for what is missing.
        @inlinable package static var conditional: UInt32 { 4 }
        @inlinable package static var dependent: UInt32 { 5 }
    }

    @usableFromInline package enum Contains {
        @inlinable package static var node: Int { 0 }
        @inlinable package static var minimum: Int { 4 }
        @inlinable package static var maximum: Int { 8 }
        @inlinable package static var size: Int { 16 }
    }

    @usableFromInline package enum Dispatch {
        @inlinable package static var kind: Int { 0 }
        @inlinable package static var byType: UInt32 { 0 }
        @inlinable package static var byTag: UInt32 { 1 }
        /// One node that decides the same.
        @inlinable package static var instead: UInt32 { 2 }
        @inlinable package static var byItem: UInt32 { 3 }

        // By type: node offsets; `none` refuses.
        @inlinable package static var string: Int { 4 }
        @inlinable package static var number: Int { 8 }
        @inlinable package static var array: Int { 12 }
        @inlinable package static var object: Int { 16 }
        @inlinable package static var boolean: Int { 20 }
        @inlinable package static var null: Int { 24 }
        @inlinable package static var typeSize: Int { 32 }

        // Instead.
        @inlinable package static var node: Int { 4 }

        // By tag.
        @inlinable package static var branchCount: Int { 4 }
        @inlinable package static var branches: Int { 8 }
        @inlinable package static var member: Int { 16 }
        @inlinable package static var values: Int { 64 }
        @inlinable package static var tagSize: Int { 88 }

        // By item: branches as by tag; integers are looked up as they are written.
        @inlinable package static var item: Int { 12 }
        @inlinable package static var strings: Int { 16 }
        @inlinable package static var integers: Int { 40 }
        @inlinable package static var itemSize: Int { 64 }
    }

    /// A branch of a union that a member's value selects.
    @usableFromInline package enum Branch {
        @inlinable package static var node: Int { 0 }
        /// Which property of the node's object rule the tag is; `none` when it is not one of the first 64.
        @inlinable package static var property: Int { 4 }
        @inlinable package static var flags: Int { 8 }
        @inlinable package static var size: Int { 16 }

        /// The selecting value satisfies the schema of its member, so that the object goes on behind it.
        @inlinable package static var inPlace: UInt32 { 1 }
    }

    /// A deterministic automaton over the bytes of a string's value.
    @usableFromInline package enum Automaton {
        @inlinable package static var stateCount: Int { 0 }
        @inlinable package static var classCount: Int { 4 }
        @inlinable package static var start: Int { 8 }
        /// The state whose outcome no further byte changes, or `none`.
        ///
        /// State 0 is another one: nothing matches any more.
        @inlinable package static var settled: Int { 12 }
        @inlinable package static var classes: Int { 16 }
        @inlinable package static var outcomes: Int { 272 }

        /// Where the transitions begin.
        @inlinable package static func transitions(_ stateCount: Int) -> Int { 272 + (2 * stateCount + 7) / 8 * 8 }
    }

    /// Raw values of `NodeOperation`, as the runtime's loops need them: folded, without a call across the module border.
    @usableFromInline package enum Operation {
        @inlinable package static var general: UInt8 { 1 }
        @inlinable package static var anyString: UInt8 { 2 }
        @inlinable package static var shortStrings: UInt8 { 3 }
        @inlinable package static var boundedString: UInt8 { 4 }
        @inlinable package static var anyNumber: UInt8 { 5 }
        @inlinable package static var boundedNumber: UInt8 { 6 }
        @inlinable package static var object: UInt8 { 7 }
        @inlinable package static var array: UInt8 { 8 }
        @inlinable package static var shapedString: UInt8 { 14 }
        @inlinable package static var ruledString: UInt8 { 15 }
    }

    @usableFromInline package enum StringRule {
        @inlinable package static var values: Int { 0 }
        @inlinable package static var minimum: Int { 24 }
        @inlinable package static var maximum: Int { 28 }
        @inlinable package static var flags: Int { 32 }
        @inlinable package static var patternCount: Int { 36 }
        /// Automata, u32 each, whose outcome is 1 for a match.
        @inlinable package static var patterns: Int { 40 }
        /// A bit for each `ContentFormat`, by raw value.
        @inlinable package static var formats: Int { 44 }
        /// The `Shape` of the one pattern that is the whole rule; 0 where there is none.
        @inlinable package static var shape: Int { 48 }
        @inlinable package static var size: Int { 56 }

        /// Only the listed values are allowed.
        @inlinable package static var listed: UInt32 { 1 }
    }

    /// One length, and of each place the bytes that may stand there.
    @usableFromInline package enum Shape {
        @inlinable package static var length: Int { 0 }
        /// Of each sixteen places four times sixteen bytes: below the first range, above it, below the second, above it.
        @inlinable package static var blocks: Int { 8 }
        @inlinable package static var blockSize: Int { 64 }
        @inlinable package static var maximumLength: Int { 64 }
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
        /// Bit n: every number of n digits before its point and without a sign, the first of them no zero unless it is the only
        /// one, lies within the bounds.
        @inlinable package static var sureDigits: Int { 44 }
        @inlinable package static var size: Int { 48 }

        /// `sureDigits` of bounds: the smallest and the largest integer within them.
        package static func sureDigits(low: Int64, high: Int64) -> UInt32 {
            var bits: UInt32 = 0
            var least: Int64 = 1
            for count in 1...15 {
                // A fraction may come as near to the next power of ten as it likes.
                if low <= (count == 1 ? 0 : least), high >= least * 10 { bits |= 1 << UInt32(count) }
                least *= 10
            }
            return bits
        }

        @inlinable package static var integerOnly: UInt32 { 1 }
        @inlinable package static var hasLower: UInt32 { 2 }
        @inlinable package static var lowerExcluded: UInt32 { 4 }
        @inlinable package static var hasUpper: UInt32 { 8 }
        @inlinable package static var upperExcluded: UInt32 { 16 }
        /// Only the listed values are allowed.
        @inlinable package static var listed: UInt32 { 32 }
        /// Only what is written without fraction and exponent is an integer (draft 4).
        @inlinable package static var integerByForm: UInt32 { 64 }
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
        @inlinable package static var unique: UInt32 { 2 }
        /// A schema holds for every item behind the prefix.
        @inlinable package static var itemsEvaluate: UInt32 { 4 }
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
        /// What member names have to be, and what follows from them; 0 where nothing does.
        @inlinable package static var names: Int { 52 }
        @inlinable package static var size: Int { 56 }

        @inlinable package static var additionalDenied: UInt32 { 1 }
        /// More than 64 properties: which were seen does not fit in a register.
        @inlinable package static var wide: UInt32 { 2 }
        /// `minProperties` or `maxProperties`: distinct names are counted.
        @inlinable package static var counted: UInt32 { 4 }
        /// A schema holds for every member that `properties` does not name.
        @inlinable package static var additionalEvaluates: UInt32 { 8 }
        /// There are rules for names.
        @inlinable package static var named: UInt32 { 16 }
    }

    @usableFromInline package enum ObjectNames {
        /// What every name has to be as a string; `none` where all are allowed.
        @inlinable package static var node: Int { 0 }
        /// Gives names that `properties` does not have an outcome; 0 without patterns.
        @inlinable package static var automaton: Int { 4 }
        /// Schemas by outcome; that of 0 is `additional`.
        @inlinable package static var childCount: Int { 8 }
        @inlinable package static var children: Int { 12 }
        /// Properties whose presence requires others: u32 index, u32 required index.
        @inlinable package static var pairCount: Int { 16 }
        @inlinable package static var pairs: Int { 20 }
        @inlinable package static var size: Int { 32 }
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
        /// A schema holds for the member's value, by its name.
        @inlinable package static var evaluated: UInt32 { 2 }
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
