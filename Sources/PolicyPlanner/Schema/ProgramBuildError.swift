/// Why schemas cannot become a content program.
package enum ProgramBuildError: Error, Equatable {
    /// Merging schemas that refer to themselves makes more nodes than a program may have.
    case tooManyNodes(limit: Int)
}
