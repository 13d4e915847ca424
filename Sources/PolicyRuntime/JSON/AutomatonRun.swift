import PolicyPlan

/// Runs an automaton of a program over the value of a string: one step a byte, whatever the pattern.
enum AutomatonRun {
    typealias Automaton = ProgramLayout.Automaton

    /// The outcome of `count` bytes of well-formed UTF-8; 0 where nothing matches.
    static func outcome(_ automaton: RecordPointer, _ start: BytePointer, _ count: Int) -> Int {
        let transitions = automaton + Automaton.transitions(Int(automaton.word(Automaton.stateCount)))
        let columns = Int(automaton.word(Automaton.classCount))
        let settled = Int(automaton.word(Automaton.settled))
        var state = Int(automaton.word(Automaton.start))
        var index = 0
        while index < count {
            guard state != 0, state != settled else { break }
            let column = Int(automaton.byte(Automaton.classes &+ Int(start.byte(at: index))))
            state = Int(transitions.half(2 &* (state &* columns &+ column)))
            index &+= 1
        }
        return Int(automaton.half(Automaton.outcomes &+ 2 &* state))
    }
}
