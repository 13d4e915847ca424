import PolicyPlan
import Synchronization

/// Arrival times by place, without locks: where keys count a rate together that find no slot in any granularity.
final class ArrivalCells: Sendable {
    private final class Cell: Sendable {
        let arrival = Atomic<UInt64>(0)
    }

    private let cells: [Cell]
    private let scale: RateScale

    init(_ scale: RateScale) {
        self.scale = scale
        cells = (0..<LimitMemory.sharedCells).map { _ in Cell() }
    }

    func arrival(_ place: Int) -> UInt64 { cells[place].arrival.load(ordering: .acquiring) }

    func set(_ place: Int, _ arrival: UInt64) { cells[place].arrival.store(arrival, ordering: .releasing) }

    /// Takes `cost` hits at once, or nothing.
    func take(_ place: Int, cost: UInt64, present: UInt64) -> LimitAnswer {
        var arrival = arrival(place)
        while let next = scale.next(arrival, present, cost: cost) {
            let (isOurs, other) = cells[place].arrival.compareExchange(
                expected: arrival,
                desired: next,
                ordering: .acquiringAndReleasing
            )
            if isOurs { return .taken }
            arrival = other
        }
        return .refused(retryAfter: scale.wait(arrival, present, cost: cost))
    }
}
