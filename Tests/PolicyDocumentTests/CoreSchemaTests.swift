import PolicyDocument
import Testing

/// What plain scalars mean, and which of them YAML 1.1 reads otherwise.
struct CoreSchemaTests {
    private func node(_ text: String) throws -> Node {
        try #require(Document(yaml: "k: \(text)").root?["k"])
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL"])
    func `nothing is null`(_ text: String) throws {
        #expect(try node(text).scalar == .null)
    }

    @Test(arguments: ["true", "True", "TRUE", "false", "False", "FALSE"])
    func `true and false are booleans`(_ text: String) throws {
        #expect(try node(text).scalar == .bool(text.lowercased() == "true"))
        #expect(try node(text).yaml11Form == nil)
    }

    @Test(arguments: ["0", "12", "-1", "+3", "012", "-0", "9007199254740993", "00", "089"])
    func `digits are an integer, as written`(_ text: String) throws {
        #expect(try node(text).scalar == .integer(text))
    }

    @Test(arguments: [
        "1.5", "-1.5", ".5", "5.", "1e3", "1E-3", "1.5e+3", "+.5e1", ".inf", "-.inf", "+.Inf", ".INF", ".nan", ".NaN",
        ".NAN", "0.10",
    ])
    func `fractions, exponents and the named ones are floats`(_ text: String) throws {
        #expect(try node(text).scalar == .float(text))
    }

    @Test(arguments: [
        "no", "on", "off", "yes", "y", "n", "No", "nULL", "tRue", "0x1F", "0o14", "0b1", "1:30", "1_000", "2024-02-30",
        "1.2.3", "10s",
        "1MiB", "1e", "e5", ".", "-", "+", "1 2", "+-1", "-.nan", ".Nan", "1,000", "1.e", "infinity", "-inf", "<<", "=",
        "1-", "٣",
    ])
    func `anything else is a string`(_ text: String) throws {
        #expect(try node(text == "-" ? "x-" : text).scalar == .string(text == "-" ? "x-" : text))
    }

    private static let forms: [(String, YAML11Form)] = [
        ("no", .boolean), ("on", .boolean), ("Off", .boolean), ("YES", .boolean), ("y", .boolean), ("N", .boolean),
        ("nO", .boolean),
        ("012", .octal), ("-017", .octal), ("0o14", .octal), ("00", .octal), ("0x1F", .hexadecimal),
        ("+0xff", .hexadecimal),
        ("0x_F", .hexadecimal), ("0b101", .binary), ("1:30", .sexagesimal), ("12:30:45", .sexagesimal),
        ("-1:30", .sexagesimal),
        ("190:20:30.15", .sexagesimal), ("1_000", .underscore), ("0_7", .underscore), ("1_000.5", .underscore),
        ("2024-02-30", .date), ("2001-1-1", .date), ("2001-12-14t21:59:43.10-05:00", .date),
        ("2001-12-14 21:59:43", .date),
        ("1e3", .exponent), ("1.5e3", .exponent), ("1E-3", .exponent),
    ]

    @Test(arguments: forms)
    func `a spelling that YAML 1.1 reads otherwise has its form`(_ text: String, _ form: YAML11Form) throws {
        #expect(try node(text).yaml11Form == form)
        #expect(try node("\"\(text)\"").yaml11Form == nil)
        #expect(try node("!!str \(text)").yaml11Form == nil)
    }

    @Test(arguments: [
        "0", "7", "-12", "1.5", "1.5e+3", ".5", ".inf", "true", "~", "x", "none", "nope", "yess", "1:60", ":30",
        "a:b", "08x", "0x",
        "0xG", "0b2", "0o9", "_1", "1__a", "2024-02", "2024-02-30x", "2024-123-1", "10.0.0.0/8", "1.2.3", "::1",
        "1:2:3x", "-", "10/s",
    ])
    func `what both read alike has none`(_ text: String) throws {
        #expect(try node(text == "-" ? "x-" : text).yaml11Form == nil)
    }

    @Test func `JSON has no other version`() {
        #expect(Document(json: "1e3").root?.yaml11Form == nil)
    }
}
