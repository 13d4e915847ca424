import PolicyPlan
import WebSocketProtocol

/// What is asked of a route's record for every message, read once for all of its connections.
struct TrafficFacts: Sendable {
    /// Payload bytes of a whole message.
    let messageBytes: UInt64
    /// Nanoseconds without a message; all ones: unlimited.
    let idle: UInt64
    /// Nanoseconds that a connection may live; all ones: unlimited.
    let lifetime: UInt64
    /// Payload bytes of the message that brings the token, and nanoseconds until it must have come.
    let beforeTokenBytes: UInt64
    let beforeTokenWithin: UInt64
    /// The place of the type whose messages renew the token; -1 where none does.
    let renewingType: Int
    /// Whether any rate counts messages or their bytes.
    let hasRates: Bool
    let client: Direction
    let server: Direction

    /// The checks of one direction.
    struct Direction: Sendable {
        /// `MessageRecord`s or `none`.
        let enforced: UInt32
        let observed: UInt32
        /// The root of the enforced check's content program, or `none`.
        let contentRoot: UInt32
        /// The place of the type that the first message has, and no later one; `none` where they have no order.
        let firstType: UInt32
        let forbidsText: Bool
        let forbidsBinary: Bool

        init(_ record: Int, _ direction: MessageDirection, _ plan: PlanView) {
            enforced = plan.word(record + RouteRecord.enforced(direction))
            observed = plan.word(record + RouteRecord.observed(direction))
            contentRoot = enforced == none ? none : plan.word(Int(enforced) + MessageRecord.contentRoot)
            firstType = enforced == none ? none : plan.word(Int(enforced) + MessageRecord.firstType)
            forbidsText = enforced != none && MessageContent.isForbidden(.text, enforced, plan)
            forbidsBinary = enforced != none && MessageContent.isForbidden(.binary, enforced, plan)
        }

        @inline(__always)
        func forbids(_ opcode: Opcode) -> Bool {
            opcode == .binary ? forbidsBinary : forbidsText
        }
    }

    init(_ record: Int, _ plan: PlanView) {
        messageBytes = plan.wide(record + RouteRecord.messageBytesLow)
        beforeTokenBytes = plan.wide(record + RouteRecord.beforeBytesLow)
        beforeTokenWithin = plan.wide(record + RouteRecord.beforeWithinLow)
        let renewing = plan.word(record + RouteRecord.renewingType)
        renewingType = renewing == none ? -1 : Int(renewing)
        idle = plan.wide(record + RouteRecord.idleTimeoutLow)
        lifetime = plan.wide(record + RouteRecord.lifetimeLow)
        hasRates =
            plan.word(record + RouteRecord.messageRateCount) | plan.word(record + RouteRecord.byteRateCount) != 0
        client = Direction(record, .fromClient, plan)
        server = Direction(record, .fromServer, plan)
    }

    @inline(__always)
    subscript(_ direction: MessageDirection) -> Direction {
        direction == .fromClient ? client : server
    }
}
