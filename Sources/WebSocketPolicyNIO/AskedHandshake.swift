import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// A handshake that somebody is asked about: its token (RFC 7662), or a count that instances share.
///
/// Dropped, it gives back the places that it holds.
/// It belongs to one event loop.
final class AskedHandshake {
    private let server: WebSocketPolicyServer
    private let loop: any EventLoop
    /// Nil once it was called, or never will be.
    private var decided: ((consuming Admission, Moment) -> Void)?
    private var pending: PendingHandshake?

    /// - Parameters:
    ///   - server: whose options say who is asked.
    ///   - loop: the event loop of the connection.
    ///   - decided: called on the event loop with the decision, unless the handshake is dropped before.
    init(
        _ server: WebSocketPolicyServer,
        on loop: any EventLoop,
        decided: @escaping (consuming Admission, Moment) -> Void
    ) {
        self.server = server
        self.loop = loop
        self.decided = decided
    }

    /// Asks, and goes on with the answer, until it is decided.
    func goOn(_ opening: consuming Opening) {
        switch consume opening {
        case .decided(let admission):
            let decided = decided
            self.decided = nil
            decided?(admission, server.moment(on: loop))
        case .ask(let pending):
            let question = pending.question
            self.pending = consume pending
            server.answer(to: question, on: loop).assumeIsolated().whenSuccess { answer in self.goOn(with: answer) }
        case .count(let pending):
            guard let count = server.options.count else {
                goOn(pending.answer(.unavailable, at: server.moment(on: loop)))
                return
            }
            count(pending, loop) { opening in self.goOn(opening) }
        }
    }

    /// The client has left, or waits no longer.
    func drop() {
        decided = nil
        pending = nil
    }

    private func goOn(with answer: TokenAnswer) {
        guard let asked = pending.take() else { return }
        goOn(asked.answer(answer, at: server.moment(on: loop)))
    }
}

extension WebSocketPolicyServer {
    /// Decides a handshake; where somebody must be asked, `wait` gets what is to be asked.
    ///
    /// - Returns: the decision, or nil where it comes later.
    func admit(
        _ request: borrowing HandshakeRequest,
        at moment: Moment,
        wait: (consuming Opening) -> Void
    ) -> Admission? {
        let engine = engine
        let asks = options.answer != nil && engine.asksAboutTokens
        let counts = options.count != nil && engine.sharedCounters != nil
        guard asks || counts else { return engine.admit(request, at: moment) }
        let opening = engine.begin(request, at: moment, countsTogether: counts)
        switch consume opening {
        case .decided(let admission): return admission
        case .ask(let pending): wait(.ask(pending))
        case .count(let pending): wait(.count(pending))
        }
        return nil
    }

    /// Asks whoever the application named; never fails.
    func answer(to question: TokenQuestion, on loop: any EventLoop) -> EventLoopFuture<TokenAnswer> {
        guard let answer = options.answer else { return loop.makeSucceededFuture(.unavailable) }
        return loop.makeFutureWithTask { await answer(question) }
    }

    /// Now, by the event loop's clock and the wall clock.
    func moment(on loop: any EventLoop) -> Moment {
        Moment(ticks: UInt64(loop.now.uptimeNanoseconds), unixNanoseconds: options.wallClock())
    }
}
