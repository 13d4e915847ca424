import SeededNumbers

extension SeededGenerator {
    /// Up to `limit` bytes, most of them out of `alphabet` so that they come near to what a grammar allows.
    mutating func bytes(upTo limit: Int, of alphabet: String) -> [UInt8] {
        let letters = Array(alphabet.utf8)
        return (0..<Int.random(in: 0...limit, using: &self)).map { _ in
            Int.random(in: 0..<16, using: &self) == 0
                ? UInt8.random(in: 0...255, using: &self)
                : letters.randomElement(using: &self) ?? 0
        }
    }
}
