import PolicyDocument
package import PolicyModel
import WebSocketProtocol

/// Decides by walking the resolved policy, check by check, in the language's words: no table, no program, no pass.
package final class ReferenceEvaluator {
    let policy: ResolvedPolicy
    let counters: ReferenceCounters
    /// The bytes of keys by their name.
    let secrets: [String: [UInt8]]
    var connections: [String: ReferenceConnection] = [:]
    /// Who is revoked, by the file that lists them.
    package var revocations: [String: Set<[UInt8]>] = [:]
    /// Who is revoked on all instances.
    package var shared = SharedList()
    /// What is answered at an address about a token; nil where nobody answers.
    package var answer: (_ address: String, _ token: [UInt8]) -> [UInt8]? = { _, _ in nil }
    /// The moment of the event that is decided.
    var now: (ticks: UInt64, unix: Int64) = (0, 0)
    private var count = 0

    package init(_ policy: ResolvedPolicy, secrets: [String: [UInt8]]) {
        self.policy = policy
        self.secrets = secrets
        counters = ReferenceCounters(policy.limits)
    }

    /// Decides one event of a connection.
    ///
    /// - Parameters:
    ///   - event: what happens.
    ///   - name: the connection; a handshake opens it.
    ///   - ticks: monotonic nanoseconds.
    ///   - unix: nanoseconds since 1970.
    /// - Returns: the decision.
    package func decide(_ event: ReferenceEvent, on name: String, ticks: UInt64, unix: Int64) -> ReferenceDecision {
        now = (ticks, unix)
        if case .handshake(let request) = event {
            end(name)
            return handshake(RequestText(request), on: name, ticks: ticks, unix: unix)
        }
        guard connections[name]?.isClosed == false else { return ReferenceDecision(.closed) }
        if case .close = event {
            end(name)
            return ReferenceDecision(.closed)
        }
        var ended = Set<Violation>()
        var decision =
            deadline(name, ticks: ticks, unix: unix, &ended) ?? decide(event, on: name)
        decision.observed.formUnion(ended)
        return decision
    }

    private func decide(_ event: ReferenceEvent, on name: String) -> ReferenceDecision {
        switch event {
        case .tick, .handshake, .close: return ReferenceDecision(.wait)
        case .message(let isText, let bytes): return message(bytes, isText: isText, on: name)
        case .serverMessage(let isText, let bytes): return serverMessage(bytes, isText: isText, on: name)
        case .frame(let frame): return self.frame(frame, on: name)
        }
    }

    /// Tells once of a check that only observes that it would close.
    private func tell(_ violation: Violation, on name: String, _ ended: inout Set<Violation>) {
        if connections[name]?.told.insert(violation).inserted == true { ended.insert(violation) }
    }

    /// A token by its keys; or by an answer, where it is not written as a JWS or JWE, or where there are no keys.
    func judge(_ token: [UInt8], _ check: TokenCheck, unix: Int64) -> CompactToken.Verdict {
        let isRevoked = { (id: [UInt8]?, subject: [UInt8]?) in self.place(ofRevoked: id, subject, check) != nil }
        let dots = token.filter { $0 == UInt8(ascii: ".") }.count
        if let asked = check.introspection, check.keys.value.isEmpty || dots < 2 {
            let answer = answer(asked.url.value, token)
            return CompactToken.judge(opaque: token, answer: answer, check, isRevoked: isRevoked, now: unix)
        }
        let keys = check.keys.value.compactMap { secrets[$0.value.name] }
        return CompactToken.judge(token, check, secrets: keys, isRevoked: isRevoked, now: unix)
    }

    /// Where the policy has the list that holds a token or its subject; nil where none does.
    func place(ofRevoked id: [UInt8]?, _ subject: [UInt8]?, _ check: TokenCheck) -> Span? {
        let names = [id, subject].compactMap { $0 }
        let isListed = check.revoked.contains { file in
            names.contains { (revocations[file.value] ?? []).contains($0) }
        }
        if isListed { return check.revoked.first?.span }
        guard let span = check.revokedShared else { return nil }
        let ends = [id.map { shared.ids[$0] }, subject.map { shared.subjects[$0] }].compactMap { $0 ?? nil }
        return ends.contains { now.unix < $0 } ? span : nil
    }

    /// Where the policy shares a list of who is revoked that nobody knows enough of to let a token pass.
    func place(ofUnlisted check: TokenCheck, _ route: ResolvedRoute) -> Span? {
        guard let span = check.revokedShared else { return nil }
        if shared.isTooLong { return span }
        return shared.isKnown || route.onStoreFailure == .allow ? nil : span
    }

    /// Gives back what a connection holds; it is closed from now on.
    func end(_ name: String) {
        guard var connection = connections[name], !connection.isClosed else { return }
        for hold in connection.holds { counters.giveBack(hold.limit, hold.key) }
        connection.isClosed = true
        connections[name] = connection
    }

    func open(_ connection: ReferenceConnection, as name: String) {
        connections[name] = connection
    }

    func nextNumber() -> Int {
        count += 1
        return count
    }

    /// A close for a violation, told by the route's answers.
    func close(_ violation: Violation, on name: String, at places: Set<Span>, offset: Int? = nil) -> ReferenceDecision {
        var decision = ReferenceDecision(.close)
        decision.violation = violation
        if let route = connections[name]?.route {
            decision.closeCode = policy.routes[route].answers[violation].closeCode
        }
        decision.places = places
        decision.offset = offset
        end(name)
        return decision
    }

    /// The deadline that is met; `ended` takes up what a check would close that only observes.
    private func deadline(
        _ name: String,
        ticks: UInt64,
        unix: Int64,
        _ ended: inout Set<Violation>
    ) -> ReferenceDecision? {
        guard var connection = connections[name] else { return nil }
        connection.latest = max(connection.latest, ticks)
        connections[name] = connection
        let route = policy.routes[connection.route]
        if connection.awaiting != nil, case .atMost(let within) = route.beforeTokenWithin.value,
            connection.latest - connection.openedAt >= UInt64(within.count)
        {
            return close(.tokenTimeout, on: name, at: [route.beforeTokenWithin.span])
        }
        if let claims = connection.claims, claims.closesAtExpiry, let end = claims.expiresAt, Int128(unix) >= end {
            guard connection.isObserved else {
                return close(.tokenExpired, on: name, at: Set(route.tokens.map(\.closesAtExpiry.span)))
            }
            tell(.tokenExpired, on: name, &ended)
        }
        if let claims = connection.claims,
            let check = route.tokens.first(where: { ($0.mode == .observe) == connection.isObserved }),
            let place = place(ofRevoked: claims.id, claims.subject, check)
        {
            guard connection.isObserved else { return close(.tokenRevoked, on: name, at: [place]) }
            tell(.tokenRevoked, on: name, &ended)
        }
        if case .atMost(let idle) = route.idleTimeout.value,
            connection.latest - connection.activeAt >= UInt64(idle.count)
        {
            return close(.idleTimeout, on: name, at: [route.idleTimeout.span])
        }
        if case .atMost(let life) = route.connectionLifetime.value,
            connection.latest - connection.openedAt >= UInt64(life.count)
        {
            return close(.lifetimeReached, on: name, at: [route.connectionLifetime.span])
        }
        return nil
    }
}

/// Who is revoked on all instances, as one of them knows it.
package struct SharedList {
    /// By subject, when that ends; nanoseconds since 1970.
    package var subjects: [[UInt8]: Int64] = [:]
    /// The same by the id of a token.
    package var ids: [[UInt8]: Int64] = [:]
    /// Whether the store said so a moment ago.
    package var isKnown = true
    /// Whether it has more entries than an instance takes over.
    package var isTooLong = false

    package init() {}
}
