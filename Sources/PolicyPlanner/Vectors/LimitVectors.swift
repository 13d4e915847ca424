import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests a limit by its numbers: so many at once, one more, and one at the exact edge of time.
    mutating func addVectors(_ check: LimitCheck, limit: Int) {
        let (kind, input): (VectorsSection.Kind, [UInt8])
        switch check.quantity {
        case .frequency(.rate(let count, let period, let burst)):
            kind = .rate
            input = .numbers(UInt64(max(0, count)), UInt64(max(0, period.count)), UInt64(max(0, burst)))
        case .frequency(.atMost(let count, let period)):
            kind = .window
            input = .numbers(UInt64(max(0, count)), UInt64(max(0, period.count)))
        case .concurrent(let count):
            kind = .concurrent
            input = .numbers(UInt64(max(0, count)))
        }
        vectors.add(PlanVector(kind, subject: UInt32(limit), input: input, .pass, source: source(check.span)))
    }

    /// Tests a route's bounds: each number itself and the next.
    mutating func addVectors(_ traffic: Pipeline.Traffic, route: Int) {
        addBound(.messageSize, UInt32(route), traffic.messageBytes, .messageTooLarge) { $0 }
        addBound(.frameSize, UInt32(route), traffic.frameBytes, .frameTooLarge) { $0 }
        addBound(.fragments, UInt32(route), traffic.fragments, .tooManyFragments) { $0 }
        addBound(.idle, UInt32(route), traffic.idleTimeout, .idleTimeout) { $0.count }
        addBound(.lifetime, UInt32(route), traffic.connectionLifetime, .lifetimeReached) { $0.count }
    }

    /// Tests a bound; of a deadline its own time is already too late.
    mutating func addBound<Value>(
        _ kind: VectorsSection.Kind,
        _ subject: UInt32,
        _ bound: Located<Bound<Value>>,
        _ violation: Violation,
        number: (Value) -> Int64
    ) {
        let source = source(bound.span)
        guard case .atMost(let value) = bound.value else {
            vectors.add(PlanVector(kind, subject: subject, number: 1 << 50, .pass, source: source))
            return
        }
        let most = UInt64(max(1, number(value)))
        let inside = kind == .idle || kind == .lifetime ? most - 1 : most
        vectors.add(PlanVector(kind, subject: subject, number: inside, .pass, source: source))
        vectors.add(PlanVector(kind, subject: subject, number: inside + 1, .refused(with: violation), source: source))
    }
}
