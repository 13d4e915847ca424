package import PolicyDocument

/// A policy with all that it extends, read and combined, and all that is wrong with it.
package struct LoadedPolicy: Sendable {
    package var sources: SourceSet
    /// The policy itself first, then what it extends, each file once.
    package var files: [PolicyFile]
    /// nil where an error stands in the way.
    package var policy: ResolvedPolicy?
    package var diagnostics: Diagnostics
    package var loosenings: [Loosening]

    /// Everything that the policy was made from: its files as in `files`, then the schemas in the order of reading.
    package var sourceFiles: [SourceFile] {
        let policies = files.map(\.file)
        return policies.map { sources[$0] } + sources.files.filter { !policies.contains($0.id) }
    }
}

/// A place where an inner level says something laxer than an outer one, which has no effect.
package struct Loosening: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The outer level's bound or word holds.
        case withoutEffect
        /// The inner value replaces the outer one, as the language says, and a reader should know.
        case replaces
    }

    package let kind: Kind
    package let inner: Span
    package let outer: Span
    /// What the inner level says, in the author's words: `messageSize`, `origin `https://a.example``.
    package let what: String
}
