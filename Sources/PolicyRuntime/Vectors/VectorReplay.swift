package import PolicyPlan
import WebSocketProtocol

/// Replays a plan's own vectors through the checks that decide for real: a table that does not mean what the policy says is
/// found before it decides anything.
package struct VectorReplay: ~Copyable {
    /// A vector that did not come out as the policy says.
    package struct Failure: Sendable, Equatable {
        /// The vector's place in its section.
        package let index: Int
        package let vector: PlanVector
        /// What came instead.
        package let found: String
    }

    private let plan: PlanView
    private let subjects: VectorSubjects
    private var scratch = ContentScratch()

    /// Replays every vector of a plan.
    ///
    /// - Parameter plan: a verified plan; its vectors may still be anything.
    /// - Returns: how many were replayed, and which failed.
    /// - Throws: `PlanError` where the section cannot be read, or a vector names what the plan does not have.
    package static func run(_ plan: Plan) throws(PlanError) -> (count: Int, failures: [Failure]) {
        guard let section = plan.vectors else { return (0, []) }
        let vectors = try PlanVector.vectors(of: section)
        var replay = VectorReplay(plan: plan.view, subjects: VectorSubjects(plan.view))
        var failures: [Failure] = []
        for (index, vector) in vectors.enumerated() {
            guard replay.subjects.holds(vector) else {
                throw PlanError("vector \(index) is about a part that the plan does not have", at: 0)
            }
            if let found = replay.failure(vector) {
                failures.append(Failure(index: index, vector: vector, found: found))
            }
        }
        return (vectors.count, failures)
    }

    private mutating func failure(_ vector: PlanVector) -> String? {
        switch vector.kind {
        case .path: return path(vector)
        case .rate, .window, .concurrent: return LimitReplay.failure(vector, plan)
        default: break
        }
        let violation = violation(vector)
        guard !vector.expectation.holds(for: violation?.rawValue) else { return nil }
        return violation.map { "refused with \($0.name)" } ?? "passed"
    }

    private mutating func violation(_ vector: PlanVector) -> Violation? {
        let subject = Int(vector.subject)
        switch vector.kind {
        case .client: return client(vector, subject)
        case .host:
            let port = vector.number == .max ? [] : Array(":\(vector.number)".utf8)
            let needsBrackets = vector.input.contains(0x3A) && vector.input.first != 0x5B
            let host = needsBrackets ? [0x5B] + vector.input + [0x5D] : vector.input
            let request = Self.request(host: host + port)
            var facts = HandshakeFacts(request)
            return HostsStep.refusal(subject, source: none, &facts, in: request.span, plan)?.violation
        case .origin:
            let request = Self.request(
                fields: (vector.input.isEmpty ? [] : [("Origin", vector.input)])
                    + (vector.number == 1 ? [("Cookie", Array("a=b".utf8))] : [])
            )
            var facts = HandshakeFacts(request)
            return OriginsStep.refusal(subject, source: none, &facts, in: request.span, plan)?.violation
        case .subprotocols:
            let request = Self.request(
                fields: vector.input.isEmpty ? [] : [("Sec-WebSocket-Protocol", vector.input)]
            )
            var facts = HandshakeFacts(request)
            return SubprotocolsStep.refusal(subject, source: none, &facts, request, plan)?.violation
        case .messageSize:
            return bound(vector, RouteRecord.messageBytesLow, .messageTooLarge)
        case .frameSize: return bound(vector, RouteRecord.frameBytesLow, .frameTooLarge)
        case .fragments: return bound(vector, RouteRecord.fragmentsLow, .tooManyFragments)
        case .idle: return deadline(vector, RouteRecord.idleTimeoutLow, .idleTimeout)
        case .lifetime: return deadline(vector, RouteRecord.lifetimeLow, .lifetimeReached)
        case .handshakeSize:
            let most = plan.wide(plan.policy + PolicyRecord.handshakeBytesLow)
            return vector.number > most ? .handshakeTooLarge : nil
        case .content:
            let root = plan.word(subject + MessageRecord.contentRoot)
            guard root != none else { return nil }
            return ContentChecker.check(
                program: plan.program,
                root: root,
                unpadded: vector.input.span,
                scratch: &scratch
            ).violation
        case .path, .rate, .window, .concurrent: return nil
        }
    }

    private func client(_ vector: PlanVector, _ subject: Int) -> Violation? {
        let address = IPAddress(bytes: vector.input)
        var facts = HandshakeFacts(Self.request())
        facts.client = ClientAddress(address: address, countedAs: address)
        return ClientsStep.refusal(subject, source: none, &facts, plan)?.violation
    }

    private func path(_ vector: PlanVector) -> String? {
        let found = PathLookup.route(0..<vector.input.count, in: vector.input.span, plan)
        let expected: Int? = vector.number == .max ? nil : Int(clamping: vector.number)
        guard found != expected else { return nil }
        return found.map { "found route \($0)" } ?? "found no route"
    }

    private func route(_ vector: PlanVector) -> Int {
        plan.index(plan.policy + PolicyRecord.routeList) + Int(vector.subject) * RouteRecord.wordCount
    }

    private func bound(_ vector: PlanVector, _ field: Int, _ violation: Violation) -> Violation? {
        vector.number > plan.wide(route(vector) + field) ? violation : nil
    }

    private func deadline(_ vector: PlanVector, _ field: Int, _ violation: Violation) -> Violation? {
        let limit = plan.wide(route(vector) + field)
        return limit != .max && vector.number >= limit ? violation : nil
    }

    private static func request(
        host: [UInt8] = Array("vector.example".utf8),
        fields: [(String, [UInt8])] = []
    ) -> HandshakeRequest {
        HandshakeRequest(
            target: Array("/".utf8),
            rawHeaders: [(Array("Host".utf8), host)] + fields.map { (Array($0.0.utf8), $0.1) },
            peer: nil,
            isSecure: true
        )
    }
}
