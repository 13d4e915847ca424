import NIOCore
import PolicyRuntime

/// Questions about tokens in messages, and what arrives before their answers.
extension WebSocketPolicyHandler {
    /// Asks about a token that a message has brought, where there is one that was not asked about yet.
    func askAboutToken(_ context: ChannelHandlerContext) {
        guard let question = frames?.intake.guarding.question, question.serial != askedSerial else { return }
        askedSerial = question.serial
        awaitsAnswer = !isConfigured
        server.answer(to: question, on: context.eventLoop).assumeIsolated().whenSuccess { answer in
            guard self.phase == .open else { return }
            self.awaitsAnswer = false
            let moment = self.moment(context)
            if let action = self.frames?.intake.answer(answer, to: question, at: moment) {
                self.perform(action, context, at: moment)
            }
            self.readEarly(context, at: moment)
        }
    }

    /// Goes on with what has arrived while an answer was awaited.
    func readEarly(_ context: ChannelHandlerContext, at moment: Moment) {
        if early.readableBytes > 0 {
            var buffer = early
            early = ByteBuffer()
            read(context, &buffer, at: moment)
            context.fireChannelReadComplete()
        }
        if needsFlush { flush(context: context) }
    }
}
