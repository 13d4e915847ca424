/// A regular expression of JSON Schema as it was read: ECMA-262 with the `u` flag, without what is not regular.
///
/// It matches anywhere in a text unless `^` and `$` bind it; both stand for the ends of the whole text. There are no
/// look-arounds and no back-references, so that every pattern becomes an automaton that takes one step a byte.
package struct Pattern: Sendable {
    /// As the author wrote it.
    package let text: String
    package let root: PatternNode

    /// Reads a pattern.
    ///
    /// - Throws: `PatternFault`, with the part of the text that is wrong.
    package init(_ text: String) throws(PatternFault) {
        self.text = text
        root = try PatternParser.parse(text)
    }

    /// The automaton over the bytes of UTF-8.
    ///
    /// - Throws: `PatternFault` where the pattern needs more states than the limits allow.
    package func automaton(limits: PatternLimits = PatternLimits()) throws(PatternFault) -> PatternAutomaton {
        let whole = 0..<text.utf8.count
        let graph = try ByteGraph.build(root, limits: limits, whole: whole)
        return try AutomatonBuilder.build(graph, limits: limits, whole: whole)
    }
}

/// How large a pattern may become.
package struct PatternLimits: Sendable {
    /// States of the automaton.
    package var states = 2_000
    /// Steps of the graph from which the automaton is made.
    package var steps = 20_000
    /// The largest number in `{m,n}`.
    package var repetitions = 1_000
    /// Groups in each other.
    package var nesting = 100

    package init() {}
}

/// Why a text is no pattern that can be used.
package struct PatternFault: Error, Equatable {
    package enum Reason: Equatable, Sendable {
        case lookAround, backReference, modifier
        case nothingToRepeat, repetitionOrder, tooManyRepetitions(limit: Int)
        case loneBracket(Character)
        case unclosedGroup, unopenedGroup, unclosedClass
        case wrongGroupName, repeatedGroupName
        case wrongEscape, unknownProperty
        case rangeOrder, rangeOfClasses
        case tooDeep(limit: Int), tooLarge(limit: Int)
    }

    package let reason: Reason
    /// Bytes of the pattern's text in UTF-8.
    package let range: Range<Int>

    package init(_ reason: Reason, _ range: Range<Int>) {
        self.reason = reason
        self.range = range
    }

    /// In lower case, without final period.
    package var message: String {
        switch reason {
        case .lookAround: "look-around cannot be matched in linear time"
        case .backReference: "a back-reference cannot be matched in linear time"
        case .modifier: "flags inside of a pattern are not read"
        case .nothingToRepeat: "there is nothing to repeat before this"
        case .repetitionOrder: "the smaller number of a repetition stands first"
        case .tooManyRepetitions(let limit): "a repetition counts to \(limit) at most"
        case .loneBracket(let bracket): "a lone `\(bracket)` means nothing"
        case .unclosedGroup: "this group is not closed"
        case .unopenedGroup: "this `)` closes no group"
        case .unclosedClass: "this class is not closed"
        case .wrongGroupName: "this is no name of a group"
        case .repeatedGroupName: "two groups have this name"
        case .wrongEscape: "this escape is none of ECMA-262"
        case .unknownProperty: "this is no property of Unicode that is known"
        case .rangeOrder: "the smaller end of a range stands first"
        case .rangeOfClasses: "a class is no end of a range"
        case .tooDeep(let limit): "groups nest \(limit) deep at most"
        case .tooLarge(let limit): "the pattern needs more than \(limit) states"
        }
    }

    package var help: String? {
        switch reason {
        case .lookAround: "say it with a second schema in `allOf` or `not`"
        case .backReference, .modifier: "write out what it stands for"
        case .loneBracket(let bracket): "write `\\\(bracket)` for the character itself"
        case .wrongEscape: "write the character itself, or `\\\\` for a backslash"
        case .tooLarge: "use smaller counts, or bound the length by `maxLength` and repeat by `*`"
        case .unknownProperty: "as `\\p{L}`, `\\p{Script=Greek}` or `\\p{Alphabetic}`"
        default: nil
        }
    }
}

/// The parts of a pattern.
package indirect enum PatternNode: Sendable, Hashable {
    /// One code point of a set.
    case scalar(ScalarSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// `maximum` is nil for as often as there is; the range is the quantifier's in the text.
    case repetition(PatternNode, minimum: Int, maximum: Int?, range: Range<Int>)
    case textStart
    case textEnd
    /// `\b`, or `\B` where it is not wanted.
    case wordBoundary(Bool)
}
