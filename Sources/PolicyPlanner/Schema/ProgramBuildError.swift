import PolicyDocument

/// Why schemas cannot become a content program.
package enum ProgramBuildError: Error, Equatable {
    /// Merging schemas that refer to themselves makes more nodes than a program may have.
    case tooManyNodes(limit: Int)
    /// The patterns for the names of one object make more states together than an automaton may have.
    case tooManyStates(limit: Int)
}
