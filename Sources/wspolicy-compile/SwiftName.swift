/// The name that a policy's file has in Swift.
enum SwiftName {
    /// `price-feed.policy.yaml` is `priceFeed`; nil where what is left of the file's name is no identifier of ASCII.
    static func name(of path: String) -> String? {
        guard let file = path.split(separator: "/").last, let stem = file.split(separator: ".").first else {
            return nil
        }
        let words = stem.split(whereSeparator: { $0 == "-" || $0 == "_" || $0 == " " })
        guard let head = words.first else { return nil }
        let name = words.dropFirst().reduce(String(head.prefix(1)).lowercased() + head.dropFirst()) { name, word in
            name + word.prefix(1).uppercased() + word.dropFirst()
        }
        let isIdentifier = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard isIdentifier, let first = name.first, !first.isNumber else { return nil }
        return name
    }
}
