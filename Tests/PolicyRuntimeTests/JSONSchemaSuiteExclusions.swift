/// Tests of the official suite that are not decided as it says, each with its reason; the list may only shrink.
enum JSONSchemaSuiteExclusions {
    private static let asserted =
        "a policy asserts formats, as the older drafts do; the draft's default is to remark on them"

    /// Single tests, by file and the descriptions of group and test.
    static let tests: [String: String] = [
        "draft2020-12/format.json: date format: invalid date string is only an annotation by default": asserted,
        "draft2020-12/format.json: date-time format: invalid date-time string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: duration format: invalid duration string is only an annotation by default": asserted,
        "draft2020-12/format.json: email format: invalid email string is only an annotation by default": asserted,
        "draft2020-12/format.json: hostname format: invalid hostname string is only an annotation by default": asserted,
        "draft2020-12/format.json: idn-email format: invalid idn-email string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: idn-hostname format: invalid idn-hostname string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: ipv4 format: invalid ipv4 string is only an annotation by default": asserted,
        "draft2020-12/format.json: ipv6 format: invalid ipv6 string is only an annotation by default": asserted,
        "draft2020-12/format.json: iri format: invalid iri string is only an annotation by default": asserted,
        "draft2020-12/format.json: iri-reference format: invalid iri-reference string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: json-pointer format: invalid json-pointer string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: regex format: invalid regex string is only an annotation by default": asserted,
        "draft2020-12/format.json: relative-json-pointer format: invalid relative-json-pointer string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: time format: invalid time string is only an annotation by default": asserted,
        "draft2020-12/format.json: uri format: invalid uri string is only an annotation by default": asserted,
        "draft2020-12/format.json: uri-reference format: invalid uri-reference string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: uri-template format: invalid uri-template string is only an annotation by default":
            asserted,
        "draft2020-12/format.json: uuid format: invalid uuid string is only an annotation by default": asserted,
    ]
}
