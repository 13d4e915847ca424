import Foundation

/// Formats by the words of their standards, with splitting and regular expressions.
package enum FormatCheck {
    /// The formats that are known here; schemas with others are compared by other tests.
    package static let known: Set<String> = [
        "date", "time", "date-time", "duration", "ipv4", "ipv6", "uuid", "json-pointer", "relative-json-pointer",
    ]

    /// nil for a format that is not known here.
    static func matches(_ text: String, _ format: String) -> Bool? {
        switch format {
        case "date": isDate(text)
        case "time": isTime(text)
        case "date-time": isDateTime(text)
        case "duration": isDuration(text)
        case "ipv4": isAddress(text, AF_INET)
        case "ipv6": isAddress(text, AF_INET6)
        case "uuid": fits(text, "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
        case "json-pointer": fits(text, "(/([^~/]|~[01])*)*")
        case "relative-json-pointer": fits(text, "(0|[1-9][0-9]*)(#|(/([^~/]|~[01])*)*)")
        default: nil
        }
    }

    /// Whether an expression matches the whole text; `.` and classes match line breaks too.
    private static func fits(_ text: String, _ expression: String) -> Bool {
        guard let regex = try? NSRegularExpression(pattern: "\\A(?:\(expression))\\z") else { return false }
        return regex.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    /// RFC 3339, full-date.
    private static func isDate(_ text: String) -> Bool {
        guard fits(text, "[0-9]{4}-[0-9]{2}-[0-9]{2}") else { return false }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(parts[1]) && (1...days[parts[1] - 1]).contains(parts[2])
    }

    /// RFC 3339, full-time; a leap second stands at the end of a day in UTC.
    private static func isTime(_ text: String) -> Bool {
        guard fits(text, "[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?([zZ]|[+-][0-9]{2}:[0-9]{2})") else { return false }
        let parts = text.prefix(8).split(separator: ":").compactMap { Int($0) }
        guard parts[0] < 24, parts[1] < 60, parts[2] <= 60 else { return false }
        var minutes = parts[0] * 60 + parts[1]
        if let last = text.last, last != "z", last != "Z" {
            let offset = text.suffix(6)
            let numbers = offset.dropFirst().split(separator: ":").compactMap { Int($0) }
            guard numbers[0] < 24, numbers[1] < 60 else { return false }
            let away = numbers[0] * 60 + numbers[1]
            minutes += offset.first == "+" ? -away : away
        }
        return parts[2] < 60 || (minutes + 2880) % 1440 == 1439
    }

    private static func isDateTime(_ text: String) -> Bool {
        guard let place = text.firstIndex(where: { $0 == "T" || $0 == "t" }) else { return false }
        return isDate(String(text[..<place])) && isTime(String(text[text.index(after: place)...]))
    }

    /// RFC 3339, appendix A.
    private static func isDuration(_ text: String) -> Bool {
        let time = "T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)"
        let date = "([0-9]+D|[0-9]+M([0-9]+D)?|[0-9]+Y([0-9]+M([0-9]+D)?)?)"
        return fits(text, "P(\(date)(\(time))?|\(time)|[0-9]+W)")
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        var bytes = [UInt8](repeating: 0, count: 16)
        return unsafe inet_pton(family, text, &bytes) == 1
    }
}
