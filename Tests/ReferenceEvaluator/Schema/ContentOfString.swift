import Foundation

/// What draft 7 says of a string's content, decoded as a whole: base64, a JSON text, or one in the other.
enum ContentOfString {
    static func fits(_ text: [UInt8], encoding: String?, mediaType: String?) -> Bool {
        var content: [UInt8]? = text
        switch encoding?.lowercased() {
        case nil: break
        case "base64": content = bytes(ofBase64: String(decoding: text, as: UTF8.self))
        // In another encoding nothing is known of the content.
        default: return true
        }
        guard let content else { return false }
        let essence = mediaType?.split(separator: ";", omittingEmptySubsequences: false).first
        guard essence?.trimmingCharacters(in: .whitespaces).lowercased() == "application/json" else { return true }
        let parsed = JSONText(content, depth: 128)
        return parsed.root != nil && parsed.malformed == nil && parsed.invalidUTF8 == nil && parsed.tooDeep.isEmpty
    }

    /// What base64 stands for, if it is what it would be written as.
    private static func bytes(ofBase64 text: String) -> [UInt8]? {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        return Array(data)
    }
}
