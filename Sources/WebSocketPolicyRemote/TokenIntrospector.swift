package import NIOCore
import NIOPosix
public import PolicyRuntime
import Synchronization
package import WebSocketProtocol

/// Asks about opaque tokens (RFC 7662): a bounded number at once, about the same token only once at a time.
public final class TokenIntrospector: Sendable {
    /// Gets the body of an answer; fails with `ExchangeProblem`.
    package typealias Ask = @Sendable (_ address: HTTPSAddress, _ form: [UInt8]) -> EventLoopFuture<[UInt8]>

    private struct Question: Hashable {
        let address: String
        let token: [UInt8]
    }

    private struct State {
        var waiting: [Question: [EventLoopPromise<TokenAnswer>]] = [:]
        /// Addresses that did not answer the last time; an operator hears of it once.
        var failing: Set<String> = []
    }

    private let loop: any EventLoop
    private let most: Int
    private let note: @Sendable (String) -> Void
    private let ask: Ask
    private let state = Mutex(State())

    /// - Parameter settings: how; `timeout` is that of questions here.
    /// - Throws: `RemoteError` where what is to be trusted cannot be read.
    public convenience init(settings: RemoteSettings = RemoteSettings()) throws(RemoteError) {
        var hasty = settings
        hasty.timeout = settings.questionTimeout
        hasty.maximumBytes = min(settings.maximumBytes, 65_536)
        let client = try HTTPSClient(hasty)
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let authorization = settings.introspectionAuthorization
        self.init(settings: settings, loop: loop) { address, form in
            var request = HTTPSRequest(address: address, action: .post(form: form), accepts: "application/json")
            request.authorization = authorization
            return client.answer(to: request, on: loop)
        }
    }

    package init(settings: RemoteSettings, loop: any EventLoop, ask: @escaping Ask) {
        self.loop = loop
        most = max(1, settings.maximumQuestions)
        note = settings.note
        self.ask = ask
    }

    /// Asks; what cannot be asked, or is not answered in time, is `unavailable`.
    public func answer(to question: TokenQuestion) async -> TokenAnswer {
        (try? await future(of: question).get()) ?? .unavailable
    }

    /// Asks, and waits for the answer; not for event loops and tasks.
    public func answerAndWait(to question: TokenQuestion) -> TokenAnswer {
        (try? future(of: question).wait()) ?? .unavailable
    }

    /// Asks; the future never fails.
    package func future(of question: TokenQuestion) -> EventLoopFuture<TokenAnswer> {
        let promise = loop.makePromise(of: TokenAnswer.self)
        let key = Question(address: question.address, token: question.token)
        guard let address = try? HTTPSAddress(parsing: question.address) else {
            promise.succeed(.unavailable)
            return promise.futureResult
        }
        enum Turn { case first, other, none }
        let turn = state.withLock { state -> Turn in
            if state.waiting[key] != nil {
                state.waiting[key]?.append(promise)
                return .other
            }
            guard state.waiting.count < most else { return .none }
            state.waiting[key] = [promise]
            return .first
        }
        switch turn {
        case .other: break
        case .none:
            finished(question.address, "is asked about \(most) tokens at once already")
            promise.succeed(.unavailable)
        case .first:
            ask(address, question.form).whenComplete { outcome in
                switch outcome {
                case .success(let bytes):
                    self.finished(question.address, nil)
                    self.finish(key, .response(bytes))
                case .failure(let error):
                    let problem = (error as? ExchangeProblem ?? ExchangeProblem(error)).text
                    self.finished(question.address, problem)
                    self.finish(key, .unavailable)
                }
            }
        }
        return promise.futureResult
    }

    private func finish(_ key: Question, _ answer: TokenAnswer) {
        let promises = state.withLock { $0.waiting.removeValue(forKey: key) ?? [] }
        for promise in promises { promise.succeed(answer) }
    }

    /// Says once that an address does not answer, and once that it does again.
    private func finished(_ address: String, _ problem: String?) {
        let isNews = state.withLock { state in
            problem == nil ? state.failing.remove(address) != nil : state.failing.insert(address).inserted
        }
        guard isNews else { return }
        note("`\(address)`, which is asked about tokens, \(problem ?? "answers again")")
    }
}
