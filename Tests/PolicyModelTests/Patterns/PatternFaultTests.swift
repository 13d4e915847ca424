import PolicyModel
import Testing

/// What is no pattern that can be used, and which part of it is said to be wrong.
struct PatternFaultTests {
    struct Row: CustomStringConvertible, Sendable {
        let pattern: String
        let reason: PatternFault.Reason
        let part: String

        var description: String { pattern }

        init(_ pattern: String, _ reason: PatternFault.Reason, at part: String) {
            self.pattern = pattern
            self.reason = reason
            self.part = part
        }
    }

    static let rows: [Row] = [
        Row("a(?=b)", .lookAround, at: "(?="), Row("a(?!b)", .lookAround, at: "(?!"),
        Row("(?<=a)b", .lookAround, at: "(?<="), Row("é(?<!a)b", .lookAround, at: "(?<!"),
        Row("(a)\\1", .backReference, at: "\\1"), Row("(?<x>a)\\k<x>", .backReference, at: "\\k"),
        Row("(?i:a)", .modifier, at: "(?i"), Row("(?-s:a)", .modifier, at: "(?-s"),
        Row("*", .nothingToRepeat, at: "*"), Row("a**", .nothingToRepeat, at: "*"),
        Row("a|+", .nothingToRepeat, at: "+"), Row("(?)", .modifier, at: "(?"), Row("^*", .nothingToRepeat, at: "*"),
        Row("\\b+", .nothingToRepeat, at: "+"), Row("a{2}{3}", .nothingToRepeat, at: "{"),
        Row("a{3,2}", .repetitionOrder, at: "{3,2}"),
        Row("a{1001}", .tooManyRepetitions(limit: 1000), at: "{1001}"),
        Row("a{0,99999999999999999999}", .tooManyRepetitions(limit: 1000), at: "{0,99999999999999999999}"),
        Row("a{", .loneBracket("{"), at: "{"), Row("a{x}", .loneBracket("{"), at: "{"),
        Row("a{1", .loneBracket("{"), at: "{1"), Row("a{,2}", .loneBracket("{"), at: "{"),
        Row("a}", .loneBracket("}"), at: "}"), Row("a]", .loneBracket("]"), at: "]"),
        Row("{", .loneBracket("{"), at: "{"), Row("(a", .unclosedGroup, at: "("), Row("((a)", .unclosedGroup, at: "("),
        Row("a)", .unopenedGroup, at: ")"), Row("[a", .unclosedClass, at: "["), Row("[", .unclosedClass, at: "["),
        Row("[\\]", .unclosedClass, at: "["), Row("(?<1a>b)", .wrongGroupName, at: "<1"),
        Row("(?<>b)", .wrongGroupName, at: "<"), Row("(?<a", .wrongGroupName, at: "<a"),
        Row("(?<a>b)(?<a>c)", .repeatedGroupName, at: "<a>"), Row("\\a", .wrongEscape, at: "\\a"),
        Row("\\Z", .wrongEscape, at: "\\Z"), Row("\\_", .wrongEscape, at: "\\_"), Row("\\-", .wrongEscape, at: "\\-"),
        Row("\\", .wrongEscape, at: "\\"), Row("\\00", .wrongEscape, at: "\\00"), Row("\\c1", .wrongEscape, at: "\\c1"),
        Row("\\x4", .wrongEscape, at: "\\x4"), Row("\\u12", .wrongEscape, at: "\\u12"),
        Row("\\u{110000}", .wrongEscape, at: "\\u{110000}"), Row("\\u{}", .wrongEscape, at: "\\u{}"),
        Row("[\\B]", .wrongEscape, at: "\\B"), Row("[\\1]", .wrongEscape, at: "\\1"),
        Row("\\p{Latn}", .unknownProperty, at: "\\p{Latn}"),
        Row("\\p{Script=Klingon}", .unknownProperty, at: "\\p{Script=Klingon}"),
        Row("\\pL", .unknownProperty, at: "\\pL"), Row("\\p{L", .unknownProperty, at: "\\p{L"),
        Row("\\p{gc=Greek}", .unknownProperty, at: "\\p{gc=Greek}"), Row("[z-a]", .rangeOrder, at: "z-a"),
        Row("[\\w-z]", .rangeOfClasses, at: "\\w-z"), Row("[a-\\d]", .rangeOfClasses, at: "a-\\d"),
    ]

    @Test(arguments: rows)
    func `a wrong pattern is refused with the part that is wrong`(_ row: Row) throws {
        let fault = #expect(throws: PatternFault.self) { try Pattern(row.pattern) }
        let found = try #require(fault)
        #expect(found.reason == row.reason)
        let part = Array(row.pattern.utf8)[found.range]
        #expect(String(decoding: part, as: UTF8.self) == row.part)
        #expect(!found.message.isEmpty)
        #expect(!found.message.hasSuffix("."))
    }

    @Test func `nesting is bounded`() throws {
        let deep = String(repeating: "(", count: 100) + "a" + String(repeating: ")", count: 100)
        #expect(throws: Never.self) { try Pattern(deep) }
        let deeper = "(" + deep + ")"
        #expect(throws: PatternFault.self) { try Pattern(deeper) }
        #expect(throws: PatternFault.self) { try Pattern(String(repeating: "(", count: 100_000)) }
    }

    @Test(arguments: ["^(a|b)*a(a|b){14}$", "(((a{100}){100}){100})", "^(a{1000}b{1000}c{1000}){20}$", "(x.{11}){2}"])
    func `what grows too large is refused, and soon`(_ text: String) throws {
        let pattern = try Pattern(text)
        let fault = #expect(throws: PatternFault.self) { try pattern.automaton() }
        #expect(fault?.reason == .tooLarge(limit: 2_000))
        #expect((fault?.range.upperBound ?? .max) <= text.utf8.count)
    }

    @Test func `counts up to the limit make automata`() throws {
        let automaton = try Pattern("^a{1000}$").automaton()
        #expect(automaton.matches([UInt8](repeating: 0x61, count: 1000)))
        #expect(!automaton.matches([UInt8](repeating: 0x61, count: 999)))
        #expect(!automaton.matches([UInt8](repeating: 0x61, count: 1001)))
    }
}
