import SeededNumbers

/// What every case is drawn from.
typealias SeededRandom = SeededGenerator

extension SeededRandom {
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Some of the elements, at least one, in their order.
    mutating func some<Element>(_ elements: [Element]) -> [Element] {
        let kept = elements.filter { _ in chance(50) }
        return kept.isEmpty ? [pick(elements)] : kept
    }
}
