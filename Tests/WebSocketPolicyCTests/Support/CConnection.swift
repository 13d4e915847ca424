import CWebSocketPolicy
import WebSocketPolicy
import WebSocketPolicyC

/// A connection behind the C interface, as a C program holds one.
@safe final class CConnection {
    let handle: OpaquePointer?
    /// What `wsp_admit` returned, and wrote.
    let kind: Int32
    let admission: wsp_decision
    /// What the last call wrote.
    private(set) var decision = wsp_decision()

    init(_ handle: OpaquePointer?, _ kind: Int32, _ admission: wsp_decision) {
        unsafe self.handle = handle
        self.kind = kind
        self.admission = admission
    }

    deinit { _ = unsafe wsp_connection_free(handle) }

    func receive(_ text: String, at moment: Moment = CEngine.start) -> Int32 {
        receive(Array(text.utf8), Int32(WSP_TEXT.rawValue), at: moment)
    }

    func receive(_ bytes: [UInt8], _ opcode: Int32, at moment: Moment = CEngine.start) -> Int32 {
        let arena = Arena()
        let payload = unsafe arena.bytes(bytes)
        var given = wsp_moment(moment)
        return withExtendedLifetime(arena) {
            unsafe wsp_receive(handle, opcode, payload.data, payload.length, &given, &decision)
        }
    }

    func send(_ bytes: [UInt8], _ opcode: Int32 = Int32(WSP_TEXT.rawValue), at moment: Moment = CEngine.start) -> Int32
    {
        let arena = Arena()
        let payload = unsafe arena.bytes(bytes)
        var given = wsp_moment(moment)
        return withExtendedLifetime(arena) {
            unsafe wsp_send(handle, opcode, payload.data, payload.length, &given, &decision)
        }
    }

    func tick(at moment: Moment) -> Int32 {
        var given = wsp_moment(moment)
        return unsafe wsp_tick(handle, &given, &decision)
    }

    func queued(_ count: UInt64) -> Int32 {
        var given = wsp_moment(CEngine.start)
        return unsafe wsp_queued(handle, count, &given, &decision)
    }

    func nextDeadline(at moment: Moment = CEngine.start) -> Int64 {
        var given = wsp_moment(moment)
        return unsafe wsp_next_deadline(handle, &given)
    }

    func text(_ kind: wsp_text) -> String? {
        unsafe CEngine.text { unsafe wsp_text(handle, Int32(kind.rawValue), $0, $1) }
    }

    func typeName(_ type: Int32, isServer: Bool = false) -> String? {
        unsafe CEngine.text { unsafe wsp_type_name(handle, type, isServer ? 1 : 0, $0, $1) }
    }

    func close() -> Int32 { unsafe wsp_close(handle) }
}
