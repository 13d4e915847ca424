/// The formats of JSON Schema strings that are asserted.
///
/// Raw values are part of the plan format, below 32: a string rule has a bit for each.
package enum ContentFormat: UInt8, Sendable, CaseIterable {
    case dateTime = 1
    case date = 2
    case time = 3
    case duration = 4
    case email = 5
    case internationalEmail = 6
    case hostname = 7
    case internationalHostname = 8
    case ipv4 = 9
    case ipv6 = 10
    case uri = 11
    case uriReference = 12
    case iri = 13
    case iriReference = 14
    case uriTemplate = 15
    case uuid = 16
    case jsonPointer = 17
    case relativeJSONPointer = 18
    case regex = 19
    /// `hostname` as drafts 4 and 6 have it (RFC 1034), which know nothing of A-labels.
    case plainHostname = 20
    /// What `contentEncoding` and `contentMediaType` of draft 7 say of a string; no words of `format`.
    case base64 = 21
    case jsonText = 22
    case jsonTextInBase64 = 23

    /// The word of JSON Schema.
    package var name: String {
        switch self {
        case .dateTime: "date-time"
        case .date: "date"
        case .time: "time"
        case .duration: "duration"
        case .email: "email"
        case .internationalEmail: "idn-email"
        case .hostname: "hostname"
        case .internationalHostname: "idn-hostname"
        case .ipv4: "ipv4"
        case .ipv6: "ipv6"
        case .uri: "uri"
        case .uriReference: "uri-reference"
        case .iri: "iri"
        case .iriReference: "iri-reference"
        case .uriTemplate: "uri-template"
        case .uuid: "uuid"
        case .jsonPointer: "json-pointer"
        case .relativeJSONPointer: "relative-json-pointer"
        case .regex: "regex"
        case .plainHostname: "hostname"
        case .base64: "base64"
        case .jsonText: "a JSON text"
        case .jsonTextInBase64: "a JSON text in base64"
        }
    }

    /// Whether it is what a draft says of a string's content.
    package var isContent: Bool { rawValue >= Self.base64.rawValue }

    /// What the keywords of draft 7 say of a string's content; nil where it is nothing that is asserted.
    package init?(encoding: String?, mediaType: String?) {
        // RFC 2045 §5.1, §6.1: neither depends on case; what parameters say is left alone.
        let essence = mediaType?.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        switch (encoding?.lowercased(), essence) {
        case (nil, "application/json"?): self = .jsonText
        case ("base64"?, "application/json"?): self = .jsonTextInBase64
        case ("base64"?, _): self = .base64
        default: return nil
        }
    }

    /// The format of a word; `isPlain` where the draft knows host names without A-labels.
    package init?(name: String, isPlain: Bool = false) {
        guard let format = Self.allCases.first(where: { $0.name == name && !$0.isContent }) else { return nil }
        self = isPlain && format == .hostname ? .plainHostname : format
    }

    /// Whether deciding it takes the table of code points.
    package var needsCodePoints: Bool {
        switch self {
        case .email, .internationalEmail, .hostname, .internationalHostname: true
        default: false
        }
    }
}
