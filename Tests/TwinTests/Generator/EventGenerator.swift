import PolicyModel
import ReferenceEvaluator
import WebSocketProtocol

/// Makes what happens on a few connections, with time that stands still, steps to edges, jumps and goes back.
struct EventGenerator {
    /// One event with its moment.
    struct Timed {
        let event: ReferenceEvent
        let connection: String
        let ticks: UInt64
        let unix: Int64
    }

    private static let start: Int64 = 1_780_000_000_000_000_000
    let handshakes: HandshakeGenerator
    private var now: Int64 = Self.start
    private var ticks: UInt64 = 1_000_000_000_000
    /// Connections that were opened, as far as this knows.
    private var open: [String] = []
    /// Connections whose first message should bring a token.
    private var awaiting: Set<String> = []
    private var serial = 0

    init(_ policy: ResolvedPolicy) {
        handshakes = HandshakeGenerator(policy: policy)
    }

    mutating func next(_ random: inout SeededRandom) -> Timed {
        pass(&random)
        let event: ReferenceEvent
        let connection: String
        if open.isEmpty || random.chance(25) {
            serial += 1
            connection = "c\(serial)"
            event = .handshake(handshakes.handshake(&random, at: now / 1_000_000_000))
            open.append(connection)
            if open.count > 6 { open.removeFirst() }
        } else {
            connection = random.pick(open)
            if awaiting.contains(connection), random.chance(60) {
                awaiting.remove(connection)
                return Timed(event: firstMessage(&random), connection: connection, ticks: ticks, unix: now)
            }
            if random.chance(4) {
                let token = TokenForge.token(&random, at: now / 1_000_000_000)
                let text = random.pick([
                    "{\"type\":\"ping\",\"token\":\"\(token)\"}", "{\"type\":\"ping\",\"token\":1}",
                    "{\"token\":\"\(token)\",\"type\":\"ping\"}",
                ])
                let event = ReferenceEvent.message(isText: true, Array(text.utf8))
                return Timed(event: event, connection: connection, ticks: ticks, unix: now)
            }
            switch random.below(20) {
            case 0: event = .tick
            case 1:
                event = .close
                open.removeAll { $0 == connection }
            case 2, 3: event = .serverMessage(isText: !random.chance(7), payload(&random))
            case 4...12: event = .message(isText: !random.chance(7), payload(&random))
            default: event = .frame(frame(&random))
            }
        }
        return Timed(event: event, connection: connection, ticks: ticks, unix: now)
    }

    /// Hears that a connection's first message should bring a token.
    mutating func awaitsToken(_ connection: String) {
        awaiting.insert(connection)
    }

    /// A message with a token, or with what is none.
    private func firstMessage(_ random: inout SeededRandom) -> ReferenceEvent {
        let token = TokenForge.token(&random, at: now / 1_000_000_000)
        let text: String
        switch random.below(12) {
        case 0: text = "{\"token\":7}"
        case 1: text = "{\"token\":\"\"}"
        case 2: text = "{\"tokens\":\"\(token)\"}"
        case 3: text = "[\"\(token)\"]"
        case 4: text = "{\"token\":\"\(token)\",\"token\":\"\(token)\"}"
        case 5: text = "{\"\\u0074oken\":\"\(token)\",\"type\":\"ping\"}"
        default: text = "{\"token\":\"\(token)\"}"
        }
        let bytes = Array(text.utf8)
        guard random.chance(30) else { return .message(isText: !random.chance(5), bytes) }
        return .frame(ReferenceFrame(opcode: 1, isFinal: true, payload: bytes))
    }

    /// Hears that a connection ended; now and then it is used on all the same.
    mutating func ended(_ connection: String, _ random: inout SeededRandom) {
        if !random.chance(5) { open.removeAll { $0 == connection } }
    }

    private mutating func pass(_ random: inout SeededRandom) {
        let step: Int64 =
            switch random.below(12) {
            case 0...5: 0
            case 6: 1
            case 7: random.pick([999_999_999, 1_000_000_000, 1_000_000_001, 333_333_333, 333_333_334])
            case 8, 9: Int64(random.below(400_000_000))
            case 10: Int64(random.below(6)) * 1_000_000_000
            default: random.chance(10) ? 61_000_000_000 : 50_000_000
            }
        now += step
        ticks += UInt64(step)
        if random.chance(1) { ticks -= UInt64(random.below(2_000_000_000)) }
    }

    private func payload(_ random: inout SeededRandom) -> [UInt8] {
        var bytes = Array(random.pick(MessagePool.texts.prefix(random.chance(65) ? 10 : 99).map { $0 }).utf8)
        if random.chance(8), !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(3) {
            case 0: bytes[place] = UInt8(random.below(256))
            case 1: bytes.remove(at: place)
            default: bytes.insert(random.pick(Array("{}[]\",:\\ue01-. ".utf8) + [0x80, 0xC3, 0xED]), at: place)
            }
        }
        if random.chance(10) {
            // At the edges of the sizes that policies state.
            let size = random.pick([32, 64, 100, 256, 1024, 4096, 65_536]) + random.below(3) - 1
            if bytes.count < size { bytes += [UInt8](repeating: 0x20, count: size - bytes.count) }
        }
        return bytes
    }

    private func frame(_ random: inout SeededRandom) -> ReferenceFrame {
        switch random.below(20) {
        case 0: return ReferenceFrame(opcode: UInt8(random.pick([3, 7, 11, 15])), isFinal: true, payload: [])
        case 1: return ReferenceFrame(opcode: 1, isFinal: true, reservedBits: UInt8(1 + random.below(7)), payload: [])
        case 2: return ReferenceFrame(opcode: 1, isFinal: true, isMasked: false, payload: [])
        case 3:
            let lengths: [UInt64] = [40, 101, 300, 5000, 70_000, 1 << 30, 1 << 63 - 1, 1 << 63, .max]
            return ReferenceFrame(
                opcode: UInt8(1 + random.below(2)),
                isFinal: true,
                payload: [],
                announcedLength: random.pick(lengths)
            )
        case 4: return ReferenceFrame(opcode: 9, isFinal: random.chance(90), payload: Array("ping".utf8))
        case 5:
            return ReferenceFrame(
                opcode: 10,
                isFinal: true,
                payload: [UInt8](repeating: 1, count: random.pick([0, 125, 126]))
            )
        case 6:
            let payloads: [[UInt8]] = [[], [3], [3, 232], [3, 237], [0x0F, 0xA0, 0x61], [3, 232, 0xFF], [3, 238]]
            return ReferenceFrame(opcode: 8, isFinal: true, payload: random.pick(payloads))
        case 7...9:
            let size = random.chance(70) ? 9 : random.pick([32, 64, 100, 256, 1024]) - 8 + random.below(3) - 1
            return ReferenceFrame(
                opcode: 0,
                isFinal: random.chance(60),
                payload: random.chance(70)
                    ? Array(payload(&random).suffix(size)) : [UInt8](repeating: 0x20, count: size)
            )
        case 10...13:
            let start = Array(payload(&random).prefix(8))
            return ReferenceFrame(
                opcode: 1,
                isFinal: false,
                payload: start + [UInt8](repeating: 0x20, count: 8 - start.count)
            )
        default: return ReferenceFrame(opcode: random.chance(92) ? 1 : 2, isFinal: true, payload: payload(&random))
        }
    }
}
