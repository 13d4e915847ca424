import Foundation
import PolicyPlan

/// What is to be written into the list of who is revoked that a policy's instances share.
package enum RevocationDesk {
    package enum Whom: Sendable, Equatable {
        case subject(String)
        case tokenID(String)
    }

    /// An order that a policy's servers will follow.
    package struct Order: Sendable, Equatable {
        /// The policy's name.
        package let policy: String
        package let whom: Whom
        /// Seconds since 1970; nil: until it is taken back.
        package let until: Int64?
    }

    /// Checks what somebody wants written.
    ///
    /// - Parameters:
    ///   - path: of the policy or plan, which must share its list.
    ///   - subject: who is meant; nil where `id` says it.
    ///   - id: the `jti` of a token; nil where `subject` says it.
    ///   - until: seconds since 1970, a date as `2026-07-01T12:00:00Z`, or a duration as `8h`; nil for no end.
    ///   - now: seconds since 1970.
    /// - Returns: the order.
    /// - Throws: `TokenDesk.Problem`.
    package static func order(
        policy path: String,
        subject: String?,
        id: String?,
        until: String?,
        now: Int64
    ) throws(TokenDesk.Problem) -> Order {
        let whom: Whom
        switch (subject, id) {
        case (let subject?, nil) where !subject.isEmpty: whom = .subject(subject)
        case (nil, let id?) where !id.isEmpty: whom = .tokenID(id)
        default: throw .other("one of --subject and --id says who is meant")
        }
        var end: Int64?
        if let until {
            guard let seconds = seconds(until, now: now) else {
                throw .other(
                    "`\(until)` is no date: seconds since 1970, 2026-07-01T12:00:00Z, or a duration such as 8h"
                )
            }
            guard seconds > now else { throw .other("`\(until)` is past") }
            end = seconds
        }
        let (plan, _) = try EngineLoader.plan(path: path)
        guard sharesRevocations(plan.view) else {
            throw .other("`\(plan.name)` has no `token.revoked: { shared: true }`: its servers would not look there")
        }
        return Order(policy: plan.name, whom: whom, until: end)
    }

    private static func seconds(_ text: String, now: Int64) -> Int64? {
        if let seconds = Int64(text) { return seconds }
        if let duration = TokenDesk.seconds(text) { return now.addingReportingOverflow(duration).partialValue }
        guard let date = try? Date(text, strategy: .iso8601) else { return nil }
        return Int64(date.timeIntervalSince1970)
    }

    private static func sharesRevocations(_ plan: PlanView) -> Bool {
        let routes = plan.index(plan.policy + PolicyRecord.routeList)
        for place in 0..<plan.index(plan.policy + PolicyRecord.routeCount) {
            let route = routes + place * RouteRecord.wordCount
            for step in 0..<plan.index(route + RouteRecord.stepCount) {
                let step = plan.index(route + RouteRecord.stepList) + step * StepRecord.wordCount
                guard plan.word(step + StepRecord.kind) == StepKind.token.rawValue else { continue }
                let token = plan.index(step + StepRecord.operand)
                if plan.word(token + TokenRecord.revokedShared) == 1 { return true }
            }
        }
        return false
    }
}
