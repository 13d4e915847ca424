import WebSocketProtocol

/// How frames become messages (RFC 6455 §5.4): events in, actions out.
struct MessageAssembly: Sendable, Equatable {
    private enum State: Equatable {
        case idle
        case open(opcode: Opcode, fragments: UInt64)
    }

    private var state = State.idle

    enum Action: Equatable {
        /// The first frame of a message.
        case begin(Opcode)
        /// Another frame of the open message; how many it has with this one.
        case goOn(fragments: UInt64)
        case control
        /// A continuation of nothing, or a new message inside another.
        case protocolError
    }

    /// A frame's header has arrived.
    mutating func receive(opcode: Opcode) -> Action {
        if opcode.isControl { return .control }
        switch (state, opcode == .continuation) {
        case (.idle, true), (.open, false): return .protocolError
        case (.idle, false):
            state = .open(opcode: opcode, fragments: 1)
            return .begin(opcode)
        case (.open(let first, let fragments), true):
            state = .open(opcode: first, fragments: fragments &+ 1)
            return .goOn(fragments: fragments &+ 1)
        }
    }

    /// Whether a fragmented message has begun and not ended.
    var isOpen: Bool { state != .idle }

    /// Whether the message that has begun is text.
    @inline(__always)
    var isText: Bool {
        if case .open(let opcode, _) = state { return opcode == .text }
        return false
    }

    /// The final frame's payload is whole: the message's opcode.
    mutating func finish() -> Opcode {
        defer { state = .idle }
        if case .open(let opcode, _) = state { return opcode }
        return .binary
    }
}
