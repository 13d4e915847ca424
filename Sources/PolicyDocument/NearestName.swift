/// Finds the name that an author probably meant.
package enum NearestName {
    /// Longer texts are no misspelt names.
    private static let longest = 64

    /// The candidate nearest to a text; nil when none is near.
    ///
    /// Upper and lower case and the dashes and underscores between words do not count: `max_size` is `maxSize`. Swapped
    /// neighbours count as one mistake. Of equally near ones the alphabetically first is taken.
    package static func of(_ text: String, among candidates: some Sequence<String>) -> String? {
        let wanted = letters(text)
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        let limit = wanted.count < 3 ? 0 : max(1, min(3, wanted.count / 3))
        var best: (distance: Int, exactDistance: Int, name: String)?
        for name in candidates where name != text {
            let letters = letters(name)
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, letters)
            guard distance <= limit, distance < max(letters.count, 1) else { continue }
            let found = (distance, self.distance(Array(text.unicodeScalars), Array(name.unicodeScalars)), name)
            if best.map({ found < $0 }) ?? true { best = found }
        }
        return best?.name
    }

    private static func letters(_ text: String) -> [Unicode.Scalar] {
        text.lowercased().unicodeScalars.filter { $0 != "-" && $0 != "_" && $0 != " " }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
