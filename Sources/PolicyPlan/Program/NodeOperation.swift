/// How the interpreter starts on a value: the first byte of a node.
///
/// It follows from the rest of the node, so that builder and verifier derive it with the same function.
package enum NodeOperation: UInt8, Sendable {
    /// By the value's first byte and the node's types.
    case general = 1
    /// A string without further rule.
    case anyString = 2
    /// A string of a few short listed values, compared without a scan.
    case shortStrings = 3
    /// A string with bounds on its length.
    case boundedString = 4
    /// A number without further rule.
    case anyNumber = 5
    /// A number decided by the two integers of its rule, where it is a short one.
    case boundedNumber = 6
    case object = 7
    case array = 8
    /// A union of which the value's type selects one branch.
    case byType = 9
    /// A union of which a member's value selects one branch.
    case byTag = 10
    /// What needs several schemas to be looked at together.
    case combined = 11
    /// What another node decides alike.
    case instead = 12
    /// A union of which an item's value selects one branch.
    case byItem = 13
    /// A string of one length with bytes of two ranges at each place.
    case shapedString = 14
    /// A string with listed values, patterns or formats.
    case ruledString = 15

    /// The most listed values that are compared one by one.
    package static let shortStringLimit = 5
}

extension ProgramView {
    /// The operation that belongs to the node at `offset`, whose rules are already known to lie in the section.
    package func operation(ofNodeAt offset: Int) -> NodeOperation {
        let combination = Int(word(at: offset + ProgramLayout.Node.combination))
        if combination != 0 {
            let dispatch = Int(word(at: combination + ProgramLayout.Combination.dispatch))
            guard dispatch != 0 else { return .combined }
            switch word(at: dispatch) {
            case ProgramLayout.Dispatch.byType: return .byType
            case ProgramLayout.Dispatch.byTag: return .byTag
            case ProgramLayout.Dispatch.byItem: return .byItem
            default: return .instead
            }
        }
        let types = ValueTypes(rawValue: byte(at: offset + ProgramLayout.Node.types))
        guard word(at: offset + ProgramLayout.Node.values) == 0 else { return .general }
        switch types {
        case .string: return stringOperation(Int(word(at: offset + ProgramLayout.Node.string)))
        case .number: return numberOperation(Int(word(at: offset + ProgramLayout.Node.number)))
        case .object: return .object
        case .array: return .array
        default: return .general
        }
    }

    private func stringOperation(_ rule: Int) -> NodeOperation {
        guard rule != 0 else { return .anyString }
        if word(at: rule + ProgramLayout.StringRule.shape) != 0 { return .shapedString }
        guard word(at: rule + ProgramLayout.StringRule.patternCount) == 0,
            word(at: rule + ProgramLayout.StringRule.formats) == 0
        else { return .ruledString }
        let bounded =
            word(at: rule + ProgramLayout.StringRule.minimum) != 0
            || word(at: rule + ProgramLayout.StringRule.maximum) != ProgramLayout.none
        guard word(at: rule + ProgramLayout.StringRule.flags) & ProgramLayout.StringRule.listed != 0 else {
            return .boundedString
        }
        let count = Int(word(at: rule + ProgramLayout.NameTable.count))
        let entries = Int(word(at: rule + ProgramLayout.NameTable.entries))
        guard !bounded, (1...NodeOperation.shortStringLimit).contains(count) else { return .ruledString }
        for index in 0..<count {
            let entry = entries + index * ProgramLayout.NameEntry.size
            let length = word(at: entry + ProgramLayout.NameEntry.length)
            guard length <= ProgramLayout.NameEntry.shortLength else { return .ruledString }
        }
        return .shortStrings
    }

    private func numberOperation(_ rule: Int) -> NodeOperation {
        guard rule != 0 else { return .anyNumber }
        guard word(at: rule + ProgramLayout.NumberRule.multipleCount) == 0,
            word(at: rule + ProgramLayout.NumberRule.flags) & ProgramLayout.NumberRule.listed == 0
        else { return .general }
        return .boundedNumber
    }
}
