import SeededNumbers

extension Array {
    /// Some of the elements, in order.
    func some(_ count: ClosedRange<Int>, using generator: inout SeededGenerator) -> [Element] {
        let wanted = Swift.min(Int.random(in: count, using: &generator), self.count)
        return Array(shuffled(using: &generator).prefix(wanted))
    }
}
