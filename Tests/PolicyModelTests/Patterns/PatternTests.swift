import PolicyModel
import ReferenceEvaluator
import SeededNumbers
import Testing

/// What patterns match, by the automaton and by the slow matcher.
struct PatternTests {
    struct Row: CustomStringConvertible, Sendable {
        let pattern: String
        let matching: [String]
        let other: [String]

        var description: String { pattern }

        init(_ pattern: String, _ matching: [String], not other: [String]) {
            self.pattern = pattern
            self.matching = matching
            self.other = other
        }
    }

    static let rows: [Row] = [
        Row("", ["", "a"], not: []),
        Row("a", ["a", "bab", "ba"], not: ["", "b", "A"]),
        Row("^a", ["a", "ab"], not: ["", "ba"]),
        Row("a$", ["a", "ba"], not: ["", "ab", "a\n"]),
        Row("^a+$", ["a", "aaa"], not: ["", "a\n", "aab", "\na"]),
        Row("^$", [""], not: ["a", "\n"]),
        Row("^", ["", "x"], not: []),
        Row("$", ["", "x"], not: []),
        Row("a^b", [], not: ["ab", "a^b", "b", "a\nb"]),
        Row("a$b", [], not: ["ab", "a\nb"]),
        Row("(^a|b$)", ["ax", "xb", "a", "b"], not: ["xa", "bx", ""]),
        Row("^(a|bc)*$", ["", "a", "bc", "abca"], not: ["b", "ab", "cb"]),
        Row("^(?:ab){2}$", ["abab"], not: ["ab", "ababab"]),
        Row("^(?<year>[0-9]{4})-(?<month>[0-9]{2})$", ["2026-11"], not: ["2026-1", "26-11", "2026-111"]),
        Row("^a{0}$", [""], not: ["a"]),
        Row("^a{2,}$", ["aa", "aaaaa"], not: ["a", ""]),
        Row("^a{2,3}$", ["aa", "aaa"], not: ["a", "aaaa"]),
        Row("^a{0,2}b$", ["b", "ab", "aab"], not: ["aaab", ""]),
        Row("^a??b$", ["b", "ab"], not: ["aab"]),
        Row("^a*?b+?$", ["b", "aab", "bbb"], not: ["a", ""]),
        Row("^(a*)*$", ["", "aaa"], not: ["b", "aab"]),
        Row("^(a+)+$", ["a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"], not: ["aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", ""]),
        Row("^(a|a)*$", ["aaaa"], not: ["aaaab"]),
        Row("^(.*)(.*)(.*)x$", ["x", "abcx"], not: ["abc", "x\n"]),
        Row("^.$", ["a", "é", "水", "😀", "\t"], not: ["", "ab", "\n", "\r", "\u{2028}", "\u{2029}"]),
        Row("^[^]$", ["a", "\n", "😀"], not: ["", "ab"]),
        Row("[]", [], not: ["", "a"]),
        Row("^[abc]$", ["a", "b", "c"], not: ["d", "", "ab"]),
        Row("^[^abc]$", ["d", "é", "\n"], not: ["a", ""]),
        Row("^[a-c-]$", ["a", "c", "-"], not: ["d", "b-"]),
        Row("^[-a]$", ["-", "a"], not: ["b"]),
        Row("^[a\\-z]$", ["a", "-", "z"], not: ["b"]),
        Row("^[\\]\\\\]$", ["]", "\\"], not: ["["]),
        Row("^[.*+?(){}|/^$]+$", [".*+?(){}|/^$"], not: ["a"]),
        Row("^[\\d_]+$", ["1_2"], not: ["a", ""]),
        Row("^[^\\s]+$", ["ab"], not: ["a b", "\u{A0}"]),
        Row("^\\d$", ["0", "9"], not: ["a", "\u{09E7}", "\u{0660}"]),
        Row("^\\D$", ["a", "\u{09E7}"], not: ["0", ""]),
        Row("^\\w$", ["a", "Z", "_", "5"], not: ["é", "-", "ſ", "\u{212A}"]),
        Row("^\\W$", ["é", "-", " "], not: ["a", "_"]),
        Row(
            "^\\s$",
            [" ", "\t", "\n", "\u{B}", "\u{C}", "\r", "\u{A0}", "\u{FEFF}", "\u{2003}", "\u{2028}", "\u{3000}"],
            not: ["\u{1}", "\u{85}", "\u{200B}", "a"]
        ),
        Row("^\\S$", ["a", "\u{85}"], not: [" ", "\u{2029}"]),
        Row("\\bcat\\b", ["cat", "a cat.", "cat!", "é cat"], not: ["cats", "concat", "_cat"]),
        Row("^\\b", ["a"], not: ["", " a", "é"]),
        Row("\\B$", ["", "a ", "é"], not: ["a"]),
        Row("a\\Bb", ["ab"], not: ["a b"]),
        Row("a\\bb", [], not: ["ab", "a b"]),
        Row("\\b", ["a", " a "], not: ["", " ", "é"]),
        Row("^\\B$", [""], not: ["a"]),
        Row("^\\t\\n\\v\\f\\r\\0$", ["\t\n\u{B}\u{C}\r\0"], not: ["tnvfr0"]),
        Row("^[\\b]$", ["\u{8}"], not: ["b"]),
        Row("^\\cC$", ["\u{3}"], not: ["C", "\\cC"]),
        Row("^\\cz$", ["\u{1A}"], not: ["z"]),
        Row("^\\x41\\u0042\\u{43}\\u{000044}$", ["ABCD"], not: ["abcd"]),
        Row("^\\uD83D\\uDE00$", ["😀"], not: ["\u{FFFD}"]),
        Row("^\\u{1F600}$", ["😀"], not: ["😁"]),
        Row("^[\\u{1F600}-\\u{1F60F}]$", ["😀", "\u{1F60F}"], not: ["\u{1F610}", "a"]),
        Row("^[😀-😂]{2}$", ["😀😂"], not: ["😀", "😃😀"]),
        Row("^\\uD83D$", [], not: ["😀", "\u{FFFD}"]),
        Row("^\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/$", ["^$\\.*+?()[]{}|/"], not: [""]),
        Row("^\\p{L}+$", ["aé水", "Ω"], not: ["1", "a1", ""]),
        Row("^\\p{Letter}+$", ["aé"], not: ["1"]),
        Row("^\\p{Lu}\\p{Ll}+$", ["Ärger"], not: ["ärger", "ÄR"]),
        Row("^\\p{gc=Nd}$", ["5", "\u{0663}"], not: ["a", "½"]),
        Row("^\\p{General_Category=Decimal_Number}$", ["5"], not: ["a"]),
        Row("^\\P{L}$", ["1", "-"], not: ["a", "é"]),
        Row("^[\\p{L}\\p{N}_-]+$", ["aé1_-"], not: ["a b"]),
        Row("^[^\\p{L}]$", ["1"], not: ["é"]),
        Row("^\\p{Script=Greek}+$", ["Ωμέγα"], not: ["Omega", "Ωmega"]),
        Row("^\\p{sc=Cyrillic}$", ["Я"], not: ["R"]),
        Row("^\\p{Alphabetic}$", ["a"], not: ["1"]),
        Row("^\\p{White_Space}$", [" "], not: ["a"]),
        Row("^\\p{ASCII}$", ["a"], not: ["é"]),
        Row("^\\p{Any}$", ["a", "\n", "😀"], not: [""]),
        Row("^\\p{Emoji_Presentation}$", ["😀"], not: ["a"]),
        Row(
            "^[^<>]{1,64}$",
            ["a", "水", String(repeating: "é", count: 64)],
            not: ["", "<", String(repeating: "é", count: 65)]
        ),
        Row("^[^\\u0000-\\u001F]*$", ["", "水"], not: ["\u{1F}", "a\n"]),
        Row("^[\\u0080-\\u{10FFFF}]$", ["é", "水", "😀", "\u{80}"], not: ["a", "\u{7F}"]),
        Row("^[\\uE000-\\uFFFF]$", ["\u{E000}", "\u{FFFD}"], not: ["水", "\u{D7FF}", "😀"]),
        Row("^[\\u0800-\\uFFFF]$", ["\u{800}", "水", "\u{FFFF}"], not: ["\u{7FF}", "😀"]),
        Row("^[\\u07FF-\\u0801]$", ["\u{7FF}", "\u{800}", "\u{801}"], not: ["\u{7FE}", "\u{802}"]),
        Row("^[\\u{FFFF}-\\u{10000}]$", ["\u{FFFF}", "\u{10000}"], not: ["\u{FFFE}", "\u{10001}"]),
        Row(
            "^ord_[0-9a-f]{16}$",
            ["ord_0123456789abcdef"],
            not: ["ord_0123456789abcdeg", "ord_0123456789abcdef0", "xord_0123456789abcdef"]
        ),
        Row("^[A-Z]{1,5}$", ["A", "AAPLX"], not: ["", "AAPLXY", "a"]),
        Row("^(GET|POST|PUT)$", ["GET", "PUT"], not: ["GETPOST", "get"]),
        Row("^\\$", ["$where", "$"], not: ["a$", "where"]),
        Row("x|^$", ["", "x", "ax"], not: ["a"]),
        Row("|a", ["", "b"], not: []),
        Row("(|a)b", ["b", "ab"], not: ["a"]),
        Row("(a|b|)c$", ["c", "ac", "xxc"], not: ["ca"]),
        Row(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$",
            ["2026-11-25T12:00:00.125+01:00", "2026-11-25T12:00:00Z"],
            not: ["2026-11-25", "2026-11-25T12:00:00"]
        ),
    ]

    @Test(arguments: rows)
    func `a pattern matches what ECMA-262 says`(_ row: Row) throws {
        let pattern = try Pattern(row.pattern)
        let automaton = try pattern.automaton()
        for (texts, wanted) in [(row.matching, true), (row.other, false)] {
            for text in texts {
                let bytes = Array(text.utf8)
                #expect(automaton.matches(bytes) == wanted, "\(row.pattern) on \(text.debugDescription)")
                #expect(
                    PatternMatch.matches(pattern, bytes) == wanted,
                    "\(row.pattern), slowly, on \(text.debugDescription)"
                )
            }
        }
    }

    @Test func `equal patterns make equal automata`() throws {
        for row in Self.rows where !row.pattern.contains("p{") && !row.pattern.contains("64") {
            #expect(try Pattern(row.pattern).automaton() == Pattern(row.pattern).automaton())
        }
        // What matches the same has the same table, however it is written.
        #expect(try Pattern("^[ab]$").automaton() == Pattern("^(?:a|b)$").automaton())
        #expect(try Pattern("^(a|a)*$").automaton() == Pattern("^a*$").automaton())
    }

    @Test func `a pattern is bounded when it has a longest text`() throws {
        for text in ["^[A-Z]{1,5}$", "^(ab|c)?$", "^$", "a^", "[]", "^a{1000}$"] {
            #expect(try Pattern(text).automaton().isBounded, "\(text)")
        }
        for text in ["a", "^a", "a$", "^a*$", "^a{2,}$", "", "^(a|b+)$"] {
            #expect(try !Pattern(text).automaton().isBounded, "\(text)")
        }
    }

    @Test(arguments: 1...8)
    func `the automaton and the slow matcher agree on random patterns and texts`(_ seed: UInt64) throws {
        var random = RandomPatterns(seed: seed)
        var matching = 0
        var decided = 0
        for _ in 0..<120 {
            let text = random.pattern(3)
            let pattern = try Pattern(text)
            guard let automaton = try? pattern.automaton() else { continue }
            for _ in 0..<25 {
                let subject = Array(random.text().utf8)
                let found = automaton.matches(subject)
                #expect(
                    found == PatternMatch.matches(pattern, subject),
                    "\(text) on \(String(decoding: subject, as: UTF8.self).debugDescription)"
                )
                decided += 1
                if found { matching += 1 }
            }
        }
        #expect(decided > 2000)
        #expect(matching > 200)
        #expect(decided - matching > 200)
    }
}

/// Patterns and texts of few characters, so that they meet.
struct RandomPatterns {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    private mutating func pick(_ elements: [String]) -> String {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    mutating func pattern(_ depth: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            if Int.random(in: 0..<7, using: &generator) == 0 {
                text += pick(["^", "$", "\\b", "\\B"])
            } else {
                text += atom(depth) + pick(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"])
            }
        }
        return Int.random(in: 0..<5, using: &generator) == 0 && depth > 0 ? text + "|" + pattern(depth - 1) : text
    }

    private mutating func atom(_ depth: Int) -> String {
        if depth > 0, Int.random(in: 0..<3, using: &generator) == 0 {
            return pick(["(", "(?:"]) + pattern(depth - 1) + ")"
        }
        return pick([
            "a", "b", "é", "😀", ".", "[ab]", "[^a]", "[^é]", "\\d", "\\w", "\\W", "\\s", "[é-水]", "1", "[^]", " ",
        ])
    }

    mutating func text() -> String {
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            pick(["a", "a", "b", "é", "😀", "1", " ", "\n", "水", "_"])
        }.joined()
    }
}
