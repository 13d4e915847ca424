import PolicyDocument

/// The levels that hold for a connection, outermost first, with what both kinds of combination ask of them.
struct LevelStack {
    let levels: [Level]
    /// Where a default points.
    let defaultSpan: Span

    /// A section's mode: its own word, else its level's, else it enforces.
    static func mode(_ head: SectionHead, _ level: Level) -> Mode {
        head.mode?.value ?? level.mode?.value ?? .enforce
    }

    /// The sections that levels write, outermost first, each with its mode.
    func sections<Section>(
        _ section: (Level) -> Section?,
        head: (Section) -> SectionHead
    ) -> [(section: Section, mode: Mode)] {
        levels.compactMap { level in section(level).map { ($0, Self.mode(head($0), level)) } }
    }

    /// The sections that each combination is made of: those that enforce; and all of them, where some observe.
    func combinations<Section>(
        _ section: (Level) -> Section?,
        head: (Section) -> SectionHead
    ) -> [(mode: Mode, sections: [Section])] {
        let all = sections(section, head: head)
        let enforcing = all.filter { $0.mode == .enforce }.map(\.section)
        var combinations: [(Mode, [Section])] = []
        if !enforcing.isEmpty { combinations.append((.enforce, enforcing)) }
        if enforcing.count < all.count { combinations.append((.observe, all.map(\.section))) }
        return combinations
    }
}
