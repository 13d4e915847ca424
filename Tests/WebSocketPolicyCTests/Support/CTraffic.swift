import CWebSocketPolicy
import ConformanceCases
import PolicyTools
import WebSocketPolicy
import WebSocketPolicyC
import WebSocketProtocol

/// Decides events through the C interface, as `wspolicy decide` does through Swift's; whole messages alone.
struct CTraffic {
    private let engine: CEngine
    private var open: [(name: String, connection: CConnection)] = []

    init(_ engine: CEngine) {
        self.engine = engine
    }

    /// The decisions of a step's event, those of other connections' deadlines first.
    mutating func decide(_ step: ConformanceCase.Step) -> [DecisionLine] {
        let event = step.event
        let moment = Moment(
            ticks: UInt64(clamping: event.unixNanoseconds),
            unixNanoseconds: event.unixNanoseconds
        )
        var lines: [DecisionLine] = []
        for (name, connection) in open where name != event.connection {
            guard connection.tick(at: moment) == Int32(WSP_CLOSE.rawValue) else { continue }
            lines.append(Self.line(connection, event.line, name))
            open.removeAll { $0.name == name }
        }
        lines.append(own(event, step.written.members["handshake"]?.members ?? [:], moment))
        if lines.last?.kind == .close { open.removeAll { $0.name == event.connection } }
        return lines
    }

    private mutating func own(
        _ event: TrafficEvent,
        _ handshake: [String: JSONValue],
        _ moment: Moment
    ) -> DecisionLine {
        if case .handshake(let request) = event.kind {
            let connection = engine.admit(
                method: handshake["method"]?.text ?? "",
                version: handshake["version"]?.text ?? "",
                target: Array(request.bytes[request.target]),
                headers: request.fields.map { (Array(request.bytes[$0.name]), Array(request.bytes[$0.value])) },
                peer: handshake["peer"]?.text ?? "",
                tls: request.isSecure,
                at: moment
            )
            if connection.kind == Int32(WSP_ACCEPT.rawValue) { open.append((event.connection, connection)) }
            return Self.admission(connection, event)
        }
        let closed = DecisionLine(line: event.line, connection: event.connection, kind: .closed)
        guard let connection = open.first(where: { $0.name == event.connection })?.connection else { return closed }
        switch event.kind {
        case .message(let message):
            _ = connection.receive(message.bytes, Int32(message.opcode.rawValue), at: moment)
            return Self.line(connection, event.line, event.connection)
        case .serverMessage(let message):
            _ = connection.send(message.bytes, Int32(message.opcode.rawValue), at: moment)
            return Self.line(connection, event.line, event.connection, isServer: true)
        case .tick:
            _ = connection.tick(at: moment)
            return Self.line(connection, event.line, event.connection)
        case .close:
            _ = connection.close()
            open.removeAll { $0.name == event.connection }
            return closed
        case .handshake, .frame: return closed
        }
    }

    private static func admission(_ connection: CConnection, _ event: TrafficEvent) -> DecisionLine {
        let told = connection.admission
        var line = DecisionLine(
            line: event.line,
            connection: event.connection,
            kind: connection.kind == Int32(WSP_ACCEPT.rawValue) ? .accept : .refuse
        )
        line.violation = Violation(rawValue: UInt8(clamping: told.violation))
        line.observed = violations(told.observed)
        line.route = connection.text(WSP_TEXT_ROUTE)
        line.subject = connection.text(WSP_TEXT_SUBJECT)
        line.awaitsToken = told.awaits_token != 0
        line.responseHeaders = (connection.text(WSP_TEXT_HEADERS) ?? "").split(separator: "\r\n").map { field in
            let parts = field.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), String(parts[1].drop { $0 == " " }))
        }
        if line.kind == .accept { line.subprotocol = connection.text(WSP_TEXT_SUBPROTOCOL) }
        switch told.delivery {
        case Int32(WSP_DELIVER_HTTP.rawValue): line.answer = .http(status: UInt16(told.status))
        case Int32(WSP_DELIVER_CLOSE.rawValue): line.answer = .close(code: UInt16(told.close_code))
        default: break
        }
        return line
    }

    private static func line(
        _ connection: CConnection,
        _ number: Int,
        _ name: String,
        isServer: Bool = false
    ) -> DecisionLine {
        let told = connection.decision
        let kinds: [UInt32: DecisionLine.Kind] = [
            WSP_FORWARD.rawValue: .forward, WSP_WARN.rawValue: .warn, WSP_DROP.rawValue: .drop,
            WSP_CLOSE.rawValue: .close, WSP_WAIT.rawValue: .wait, WSP_AUTHENTICATED.rawValue: .authenticated,
        ]
        var line = DecisionLine(line: number, connection: name, kind: kinds[UInt32(told.kind)] ?? .closed)
        line.violation = Violation(rawValue: UInt8(clamping: told.violation))
        line.observed = violations(told.observed)
        if line.kind == .close { line.closeCode = UInt16(told.close_code) }
        if line.kind == .authenticated { line.subject = connection.text(WSP_TEXT_SUBJECT) }
        if told.type >= 0 { line.type = connection.typeName(told.type, isServer: isServer) }
        if line.violation != nil {
            line.pointer = connection.text(WSP_TEXT_POINTER)
            line.policy = connection.text(WSP_TEXT_POLICY)
            line.detail = connection.text(WSP_TEXT_DETAIL)
        }
        return line
    }

    private static func violations(_ word: UInt64) -> [Violation] {
        Violation.allCases.filter { word >> UInt64($0.rawValue) & 1 == 1 }
    }
}
