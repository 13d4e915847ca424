import PolicyModel
import PolicyPlan

extension Explanation {
    /// The explanation for people: one line a step, columns aligned.
    package var text: String {
        var lines = ["\(name): everything that is decided, in order", ""]
        for route in routes {
            lines += text(route, title: route.pattern.map { "path \($0)" } ?? "every path")
            lines.append("")
        }
        if let unrouted {
            lines += text(unrouted, title: "any other path")
            lines.append("")
        }
        if !suppressions.isEmpty {
            lines.append("silenced findings")
            var columns = TextColumns(indent: 2)
            for suppression in suppressions { columns.add(suppression.rule, suppression.place, suppression.reason) }
            lines += columns.lines
            lines.append("")
        }
        lines.append("what a step costs")
        var costs = TextColumns(indent: 2)
        for cost in Cost.allCases { costs.add(cost.rawValue, cost.meaning) }
        lines += costs.lines
        lines.append("")
        lines.append("counters take \(QuantityText.memory(memory)) at most, besides those of each connection")
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(_ route: Route, title: String) -> [String] {
        var lines = ["\(title)  (\(route.place))"]
        var columns = TextColumns(indent: 4)
        var heads: [(row: Int, phase: Phase)] = []
        var rows = 0
        for phase in Phase.allCases {
            let steps = route.steps.filter { $0.phase == phase }
            guard !steps.isEmpty else { continue }
            heads.append((rows, phase))
            for (index, step) in steps.enumerated() {
                columns.add(row: cells(step, number: index + 1))
                rows += 1
            }
        }
        let body = columns.lines
        for (place, head) in heads.enumerated() {
            let end = place + 1 < heads.count ? heads[place + 1].row : rows
            lines.append("  \(head.phase.rawValue)")
            lines += body[head.row..<end]
        }
        return lines
    }

    private func cells(_ step: Step, number: Int) -> [String] {
        let violation = step.violations.map { "\($0)" }.joined(separator: ", ")
        let place = step.place.map { step.isDefault ? "default" : $0 } ?? "always"
        let memory = step.memory.map { QuantityText.memory($0) } ?? ""
        return [
            number < 10 ? " \(number)" : "\(number)", step.text, violation,
            step.mode == .observe ? "observed only" : step.answer, step.cost.rawValue, memory, place,
        ]
    }
}
