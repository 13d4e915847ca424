import NIOCore
import NIOPosix

/// One event loop's connection to the store: questions go out in a pipeline, answers come in the same order.
///
/// As long as it is not connected, questions are answered at once as if the store were away; in the background it tries
/// again, with pauses. It is used on its event loop alone.
// @unchecked: everything that changes is touched on `loop` alone; the rest is `let`.
final class StoreConnection: @unchecked Sendable {
    typealias Answer = (Reply?) -> Void

    private enum State {
        case paused
        case connecting
        /// Connected, and the scripts are being loaded.
        case preparing(any Channel)
        case ready(any Channel)
        case ended
    }

    private struct Question {
        let deadline: NIODeadline
        /// Nil where nobody waits any more.
        var answer: Answer?
    }

    let loop: any EventLoop
    private let options: StoreOptions
    private let figures: StoreFigures
    /// What is loaded when it connects.
    private let scripts: [StoreScript]
    /// Hears whether the store answers.
    private let changed: @Sendable (Bool) -> Void
    private var state = State.paused
    private var questions = CircularBuffer<Question>()
    private var digests: [StoreScript: [UInt8]] = [:]
    /// Which process of a server answers, by its own `run_id`; nil where it does not say.
    private(set) var process: [UInt8]?
    private var failedConnections = 0
    private var failuresInARow = 0
    private var isSweeping = false
    private var needsFlush = false

    init(
        _ options: StoreOptions,
        _ figures: StoreFigures,
        scripts: [StoreScript],
        on loop: any EventLoop,
        changed: @escaping @Sendable (Bool) -> Void
    ) {
        self.options = options
        self.figures = figures
        self.scripts = scripts
        self.loop = loop
        self.changed = changed
    }

    // MARK: Asking

    /// Asks for the count of a handshake or a lease; nil comes where there is none in time.
    func ask(_ script: StoreScript, key: [UInt8], _ arguments: [UInt64], _ answer: @escaping Answer) {
        if isReady { figures.count { $0.asked += 1 } }
        ask(script, keys: [key], arguments.map { Array(String($0).utf8) }, answer)
    }

    /// Asks for a script's answer; nil comes where there is none in time.
    func ask(_ script: StoreScript, keys: [[UInt8]], _ arguments: [[UInt8]], _ answer: @escaping Answer) {
        loop.preconditionInEventLoop()
        guard isReady, case .ready(let channel) = state, let digest = digests[script] else {
            figures.count { $0.failures += 1 }
            return answer(nil)
        }
        let head = [Array("EVALSHA".utf8), digest, Array(String(keys.count).utf8)]
        send(head + keys + arguments, on: channel, within: options.timeout, answer)
    }

    /// Whether a question would be sent.
    private var isReady: Bool {
        guard case .ready = state else { return false }
        return questions.count < options.waitingQuestions
    }

    private func send(
        _ words: [[UInt8]],
        on channel: any Channel,
        within timeout: TimeAmount,
        _ answer: @escaping Answer
    ) {
        var buffer = channel.allocator.buffer(capacity: 64 + words.reduce(0) { $0 + $1.count + 16 })
        buffer.writeString("*\(words.count)\r\n")
        for word in words {
            buffer.writeString("$\(word.count)\r\n")
            buffer.writeBytes(word)
            buffer.writeString("\r\n")
        }
        questions.append(Question(deadline: .now() + timeout, answer: answer))
        channel.write(buffer, promise: nil)
        sweepLater()
        guard !needsFlush else { return }
        // What comes in the same turn of the loop goes out together.
        needsFlush = true
        loop.execute {
            self.needsFlush = false
            channel.flush()
        }
    }

    // MARK: Answers

    fileprivate func received(_ reply: Reply, on channel: any Channel) {
        guard isCurrent(channel), let question = questions.popFirst() else { return }
        if case .error(let text) = reply {
            figures.count { $0.failures += 1 }
            failuresInARow += 1
            question.answer?(nil)
            // Scripts are gone, or this server takes no writes, which older ones say inside of a script's own error: a new connection
            // loads them again, or finds another server. One that answers nothing but errors is no store either.
            if text.hasPrefix("NOSCRIPT") || text.contains("READONLY") {
                channel.close(promise: nil)
            } else {
                closeAfterFailures()
            }
            return
        }
        // What comes too late shows no store that answers.
        guard let answer = question.answer else { return }
        failuresInARow = 0
        answer(reply)
    }

    fileprivate func lost(_ channel: any Channel) {
        guard isCurrent(channel) else { return }
        figures.count { $0.disconnections += 1 }
        pause()
    }

    private func isCurrent(_ channel: any Channel) -> Bool {
        switch state {
        case .preparing(let current), .ready(let current): current === channel
        case .paused, .connecting, .ended: false
        }
    }

    private func sweepLater() {
        // Those without anybody waiting stay until their answers come, or the connection ends.
        guard !isSweeping, let next = questions.first(where: { $0.answer != nil }) else { return }
        isSweeping = true
        loop.scheduleTask(deadline: max(next.deadline, .now() + .milliseconds(1))) {
            self.isSweeping = false
            self.sweep()
        }
    }

    /// Answers whose time is over: what comes for them later is dropped, in its turn.
    private func sweep() {
        let now = NIODeadline.now()
        var late: [Answer] = []
        for place in questions.indices {
            guard questions[place].deadline <= now else { break }
            guard let answer = questions[place].answer else { continue }
            questions[place].answer = nil
            late.append(answer)
        }
        if !late.isEmpty {
            failuresInARow += late.count
            figures.count { $0.timeouts += late.count }
        }
        closeAfterFailures()
        // Last: whoever is answered may ask again.
        for answer in late { answer(nil) }
        sweepLater()
    }

    /// Stops asking a store that has failed as often in a row as the options say.
    private func closeAfterFailures() {
        guard failuresInARow >= options.timeoutsUntilClosed else { return }
        switch state {
        case .preparing(let channel), .ready(let channel):
            figures.count { $0.disconnections += 1 }
            pause()
            channel.close(promise: nil)
        case .paused, .connecting, .ended: break
        }
    }

    // MARK: Connecting

    func start() {
        loop.preconditionInEventLoop()
        guard case .paused = state else { return }
        connect()
    }

    func end() {
        loop.preconditionInEventLoop()
        switch state {
        case .preparing(let channel), .ready(let channel):
            state = .ended
            channel.close(promise: nil)
        case .paused, .connecting, .ended: state = .ended
        }
        failQuestions()
        changed(false)
    }

    private func pause() {
        state = .paused
        failedConnections += 1
        failuresInARow = 0
        changed(false)
        failQuestions()
        let doubled = options.shortestPause.nanoseconds << Int64(min(failedConnections - 1, 20))
        let longest = min(options.longestPause.nanoseconds, max(doubled, options.shortestPause.nanoseconds))
        loop.scheduleTask(in: .nanoseconds(.random(in: longest / 2...longest))) {
            if case .paused = self.state { self.connect() }
        }
    }

    private func failQuestions() {
        let waiting = questions
        questions = CircularBuffer()
        for question in waiting {
            guard let answer = question.answer else { continue }
            figures.count { $0.failures += 1 }
            answer(nil)
        }
    }

    private func connect() {
        state = .connecting
        ClientBootstrap(group: loop)
            .connectTimeout(options.connectTimeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReplyHandler(self))
                }
            }
            .connect(host: options.host, port: options.port)
            .hop(to: loop)
            .whenComplete { result in
                guard case .connecting = self.state else {
                    if case .success(let channel) = result { channel.close(promise: nil) }
                    return
                }
                switch result {
                case .success(let channel) where channel.isActive: self.prepare(channel)
                case .success, .failure:
                    self.figures.count { $0.disconnections += 1 }
                    self.pause()
                }
            }
    }

    /// Signs in, and loads the scripts.
    private func prepare(_ channel: any Channel) {
        state = .preparing(channel)
        func expect(_ words: [String], _ accept: @escaping (Reply) -> Bool) {
            send(words.map { Array($0.utf8) }, on: channel, within: options.connectTimeout) { reply in
                guard let reply, accept(reply) else { return channel.close(promise: nil) }
            }
        }
        if let password = options.password { expect(["AUTH", password]) { $0 == .text(Array("OK".utf8)) } }
        if options.database != 0 { expect(["SELECT", "\(options.database)"]) { $0 == .text(Array("OK".utf8)) } }
        if scripts.contains(.readRevoked) {
            // Who may not ask this goes on without the answer.
            process = nil
            let words = ["INFO", "server"].map { Array($0.utf8) }
            send(words, on: channel, within: options.connectTimeout) { self.process = Self.process(in: $0) }
        }
        for script in scripts {
            expect(["SCRIPT", "LOAD", script.text]) { reply in
                guard case .text(let digest) = reply else { return false }
                self.digests[script] = digest
                if script == self.scripts.last, self.isCurrent(channel) {
                    self.state = .ready(channel)
                    self.failedConnections = 0
                    self.figures.count { $0.connections += 1 }
                    self.changed(true)
                }
                return true
            }
        }
    }
}

extension StoreConnection {
    /// The value of the line `run_id` of what `INFO` answers.
    static func process(in reply: Reply?) -> [UInt8]? {
        guard case .text(let text)? = reply else { return nil }
        let name = Array("run_id:".utf8)
        let line = text.split(separator: 0x0A).first { $0.starts(with: name) }
        return line.map { Array($0.dropFirst(name.count).prefix { $0 > 0x20 }) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The bytes of one connection to the store.
private final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: StoreConnection
    private let reader: ReplyReader?

    init(_ connection: StoreConnection) {
        self.connection = connection
        reader = ReplyReader()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let reader else { return context.close(promise: nil) }
        do {
            try unsafe buffer.withUnsafeReadableBytes { try unsafe reader.feed($0) }
            while let reply = try reader.next() { connection.received(reply, on: context.channel) }
        } catch {
            // What is no reply leaves nothing to go on with.
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.lost(context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
