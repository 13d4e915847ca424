/// A reference token that names an item of an array: `0`, or digits without a leading zero (RFC 6901 §4).
struct ArrayIndex {
    let value: UInt32

    /// Nil for a token that names a member.
    init?(token: String) {
        guard
            token == "0"
                || (token.first != "0" && !token.isEmpty && token.utf8.allSatisfy { (0x30...0x39).contains($0) }),
            let value = UInt32(token)
        else { return nil }
        self.value = value
    }
}
