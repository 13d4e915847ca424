import Foundation
import PolicyRuntime
import Testing
import WebSocketProtocol

/// The published files for JSON parsers: `y_` is JSON, `n_` is not, `i_` is left to the parser.
struct JSONTestSuiteTests {
    private static let files = ConformanceFiles.files(in: "conformance/json-test-suite/test_parsing")

    private static func verdict(_ file: URL) throws -> ContentVerdict {
        try JSONFixture(schema: "true").check(ConformanceFiles.bytes(file))
    }

    @Test(arguments: files.filter { $0.lastPathComponent.hasPrefix("y_") })
    func `what is JSON passes`(_ file: URL) throws {
        #expect(try Self.verdict(file).violation == nil)
    }

    @Test(arguments: files.filter { $0.lastPathComponent.hasPrefix("n_") })
    func `what is not JSON is refused`(_ file: URL) throws {
        let violation = try Self.verdict(file).violation
        let isDeep =
            file.lastPathComponent == "n_structure_100000_opening_arrays.json"
            || file.lastPathComponent == "n_structure_open_array_object.json"
        let expected: [Violation] = isDeep ? [.nestingTooDeep] : [.malformedJSON, .invalidUTF8]
        #expect(expected.contains(try #require(violation)))
    }

    private enum Expectation {
        case passes
        case refused(Violation)

        var violation: Violation? {
            switch self {
            case .passes: nil
            case .refused(let violation): violation
            }
        }
    }

    /// Where the standard leaves the answer open: numbers of any size pass, nothing else.
    private static let decided: [String: Expectation] = [
        "i_number_double_huge_neg_exp.json": .passes,
        "i_number_huge_exp.json": .refused(.unsafeNumber),
        "i_number_neg_int_huge_exp.json": .passes,
        "i_number_pos_double_huge_exp.json": .passes,
        "i_number_real_neg_overflow.json": .passes,
        "i_number_real_pos_overflow.json": .passes,
        "i_number_real_underflow.json": .refused(.unsafeNumber),
        "i_number_too_big_neg_int.json": .passes,
        "i_number_too_big_pos_int.json": .passes,
        "i_number_very_big_negative_int.json": .passes,
        "i_object_key_lone_2nd_surrogate.json": .refused(.malformedJSON),
        "i_string_1st_surrogate_but_2nd_missing.json": .refused(.malformedJSON),
        "i_string_1st_valid_surrogate_2nd_invalid.json": .refused(.malformedJSON),
        "i_string_UTF-16LE_with_BOM.json": .refused(.invalidUTF8),
        "i_string_UTF-8_invalid_sequence.json": .refused(.invalidUTF8),
        "i_string_UTF8_surrogate_U+D800.json": .refused(.invalidUTF8),
        "i_string_incomplete_surrogate_and_escape_valid.json": .refused(.malformedJSON),
        "i_string_incomplete_surrogate_pair.json": .refused(.malformedJSON),
        "i_string_incomplete_surrogates_escape_valid.json": .refused(.malformedJSON),
        "i_string_invalid_lonely_surrogate.json": .refused(.malformedJSON),
        "i_string_invalid_surrogate.json": .refused(.malformedJSON),
        "i_string_invalid_utf-8.json": .refused(.invalidUTF8),
        "i_string_inverted_surrogates_U+1D11E.json": .refused(.malformedJSON),
        "i_string_iso_latin_1.json": .refused(.invalidUTF8),
        "i_string_lone_second_surrogate.json": .refused(.malformedJSON),
        "i_string_lone_utf8_continuation_byte.json": .refused(.invalidUTF8),
        "i_string_not_in_unicode_range.json": .refused(.invalidUTF8),
        "i_string_overlong_sequence_2_bytes.json": .refused(.invalidUTF8),
        "i_string_overlong_sequence_6_bytes.json": .refused(.invalidUTF8),
        "i_string_overlong_sequence_6_bytes_null.json": .refused(.invalidUTF8),
        "i_string_truncated-utf-8.json": .refused(.invalidUTF8),
        "i_string_utf16BE_no_BOM.json": .refused(.malformedJSON),
        "i_string_utf16LE_no_BOM.json": .refused(.malformedJSON),
        "i_structure_500_nested_arrays.json": .passes,
        "i_structure_UTF-8_BOM_empty_object.json": .refused(.malformedJSON),
    ]

    @Test(arguments: files.filter { $0.lastPathComponent.hasPrefix("i_") })
    func `what the standard leaves open is decided`(_ file: URL) throws {
        let expected = try #require(Self.decided[file.lastPathComponent])
        #expect(try Self.verdict(file).violation == expected.violation)
    }
}
