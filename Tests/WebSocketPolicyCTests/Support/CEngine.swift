import CWebSocketPolicy
import WebSocketPolicy
import WebSocketPolicyC

/// An engine behind the C interface, as a C program holds one.
@safe final class CEngine {
    struct Failure: Error, Equatable {
        let outcome: Int32
        let problem: String
    }

    let handle: OpaquePointer?

    init(plan: [UInt8]) throws(Failure) {
        var made: OpaquePointer?
        var problem = [CChar](repeating: 1, count: 256)
        let outcome = unsafe wsp_engine_load(plan, plan.count, &made, &problem, problem.count)
        unsafe handle = made
        guard outcome == 0 else { throw Failure(outcome: outcome, problem: Self.text(problem)) }
    }

    convenience init(_ policy: String) throws {
        try self.init(plan: try PolicyCompiler.compile(text: policy).serialized)
    }

    deinit { unsafe wsp_engine_free(handle) }

    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Asks for a text twice: for its length, then for its bytes.
    static func text(_ ask: (UnsafeMutablePointer<CChar>?, Int) -> Int64) -> String? {
        let length = ask(nil, 0)
        guard length >= 0 else { return nil }
        var buffer = [CChar](repeating: 1, count: Int(length) + 1)
        let again = unsafe buffer.withUnsafeMutableBufferPointer { unsafe ask($0.baseAddress, $0.count) }
        guard again == length, buffer.last == 0 else { return "a length that changes" }
        return String(decoding: buffer.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func text(_ kind: wsp_engine_text) -> String? {
        unsafe Self.text { unsafe wsp_engine_text(handle, Int32(kind.rawValue), $0, $1) }
    }

    var demands: [wsp_demand] {
        let count = unsafe wsp_engine_demands(handle, nil, 0)
        var demands = [wsp_demand](repeating: wsp_demand(), count: Int(count))
        _ = unsafe wsp_engine_demands(handle, &demands, demands.count)
        return demands
    }

    func reload(plan: [UInt8]) -> Int32 {
        unsafe wsp_engine_reload(handle, plan, plan.count, nil, 0)
    }

    /// An admission by the same fields that the tests of Swift's interface use.
    func admit(
        origin: String? = "https://app.example",
        target: String = "/ws",
        peer: String = "203.0.113.7:50112",
        tls: Bool = true,
        more: [(String, String)] = [],
        at moment: Moment = CEngine.start
    ) -> CConnection {
        var headers = [
            ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        if let origin { headers.append(("Origin", origin)) }
        headers += more
        let raw = headers.map { (Array($0.0.utf8), Array($0.1.utf8)) }
        return admit(target: Array(target.utf8), headers: raw, peer: peer, tls: tls, at: moment)
    }

    func admit(
        method: String = "",
        version: String = "",
        target: [UInt8],
        headers: [([UInt8], [UInt8])],
        peer: String,
        tls: Bool,
        at moment: Moment
    ) -> CConnection {
        let arena = Arena()
        var handshake = unsafe wsp_handshake()
        unsafe handshake.method = arena.bytes(method)
        unsafe handshake.version = arena.bytes(version)
        unsafe handshake.target = arena.bytes(target)
        unsafe handshake.headers = arena.headers(headers)
        unsafe handshake.header_count = headers.count
        unsafe handshake.peer = arena.bytes(peer)
        unsafe handshake.is_tls = tls ? 1 : 0
        return withExtendedLifetime(arena) { unsafe admit(handshake, at: moment) }
    }

    func admit(_ handshake: wsp_handshake, at moment: Moment = CEngine.start) -> CConnection {
        var handle: OpaquePointer?
        var decision = wsp_decision()
        var given = wsp_moment(moment)
        let kind = unsafe withUnsafePointer(to: handshake) {
            unsafe wsp_admit(self.handle, $0, &given, &handle, &decision)
        }
        return unsafe CConnection(handle, kind, decision)
    }

    static let start = Moment(ticks: 1_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
}

extension wsp_moment {
    init(_ moment: Moment) {
        self.init(ticks: moment.ticks, unix_nanoseconds: moment.unixNanoseconds)
    }
}

extension Moment {
    /// So many seconds later.
    func after(_ seconds: Double) -> Moment {
        let nanoseconds = Int64(seconds * 1e9)
        return Moment(ticks: ticks + UInt64(nanoseconds), unixNanoseconds: unixNanoseconds + nanoseconds)
    }
}
