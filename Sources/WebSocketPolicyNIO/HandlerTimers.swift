import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// Deadlines and pings, on the event loop's clock.
extension WebSocketPolicyHandler {
    /// The timer is met no later than at a tick.
    func arm(_ context: ChannelHandlerContext, at ticks: UInt64) {
        guard ticks < timerTicks || timer == nil, ticks != .max else { return }
        timer?.cancel()
        timerTicks = ticks
        let deadline = NIODeadline.uptimeNanoseconds(min(ticks, UInt64(Int64.max)))
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.wake(context)
        }
    }

    func wake(_ context: ChannelHandlerContext) {
        timer = nil
        timerTicks = .max
        let moment = moment(context)
        switch phase {
        case .head:
            guard moment.ticks >= phaseEnds else { return arm(context, at: phaseEnds) }
            refuse(server.engine.handshakeTimeout, nil, context, at: moment)
        case .asking:
            guard moment.ticks >= phaseEnds else { return arm(context, at: phaseEnds) }
            asked?.drop()
            asked = nil
            refuse(server.engine.handshakeTimeout, nil, context, at: moment)
        case .open:
            if isHeldUp(context) {
                reading = .heldUp
                frames?.intake.guarding.restartIdleTime(at: moment)
            }
            if let fault = frames?.intake.guarding.tick(at: moment) {
                close(for: fault, context, at: moment)
                return
            }
            if server.options.onDecision != nil { tellObserved() }
            ping(context, at: moment)
            arm(context, at: nextWake(at: moment))
        case .closing, .lingering:
            guard moment.ticks >= phaseEnds else { return arm(context, at: phaseEnds) }
            context.close(promise: nil)
        case .passing, .closed: break
        }
    }

    /// Whether the application lets nothing be read, though its client takes what it is sent: the client is not idle then.
    ///
    /// A client that takes nothing is another matter: whoever waits for it to read may stop reading itself.
    private func isHeldUp(_ context: ChannelHandlerContext) -> Bool {
        (reading == .paused || reading == .heldUp) && context.channel.isWritable
    }

    /// When the open connection's timer is met next.
    func nextWake(at moment: Moment) -> UInt64 {
        guard let next = frames?.intake.guarding.nextDeadline(at: moment) ?? UInt64.max as UInt64?,
            let mayBeRevoked = frames?.intake.guarding.mayBeRevoked
        else { return .max }
        var wake = min(next, nextPing)
        // Whoever is revoked and says nothing is closed within these seconds.
        if mayBeRevoked { wake = min(wake, moment.ticks.addingSaturated(5_000_000_000)) }
        return wake
    }

    var nextPing: UInt64 {
        guard pingEvery != .max, let active = frames?.intake.guarding.lastActivity else { return .max }
        return max(active, pingedAt).addingSaturated(pingEvery)
    }

    func ping(_ context: ChannelHandlerContext, at moment: Moment) {
        // Pongs that nobody reads would come all at once, as too many.
        guard phase == .open, reading != .heldUp, moment.ticks >= nextPing else { return }
        pingedAt = moment.ticks
        // Only the last ping's pong counts: a new one would make an answer on its way worth nothing.
        guard frames?.intake.guarding.awaitsPong == false else { return }
        pingCount &+= 1
        frames?.intake.guarding.pinged(with: pingCount)
        FrameText.appendHeader(.ping, payloadByteCount: 8, to: &outbound)
        outbound.writeInteger(pingCount)
        flush(context: context)
    }
}

extension UInt64 {
    func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
