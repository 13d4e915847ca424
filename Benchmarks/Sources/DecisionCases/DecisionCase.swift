import CAllocationCounter

/// One thing that is measured: what is done once, again and again.
public struct DecisionCase {
    /// What it is called on the command line and in tables.
    public let name: String
    /// How often it is done for one measurement.
    public let rounds: Int
    /// Does it so many times; traps where a decision is not the expected one, since a wrong answer has no speed.
    public let run: (Int) -> Void
    /// The message that is decided, where it is one.
    public var message: [UInt8]?
    /// The schema that it is checked by, as JSON.
    public var schema: String?
    /// Whether the message is refused: no JSON.
    public var isBroken = false

    /// Allocations a decision, after the first have warmed what is kept.
    public func allocations() -> Double {
        run(min(rounds, 1000))
        let before = allocation_count()
        run(rounds)
        return Double(allocation_count() - before) / Double(rounds)
    }
}
