import CWebSocketPolicy
import PolicyPlan
import PolicyRuntime
import Synchronization
import WebSocketProtocol

/// What a connection's handle stands for: a block of memory of its own, so that a call costs no reference count.
struct ConnectionHandle: ~Copyable {
    /// Whether a call is under way; a second one at the same moment is told so.
    let isBusy = Atomic(false)
    var state: ConnectionState

    /// The handle of a connection: freed by `free`.
    static func handle(of state: consuming ConnectionState) -> OpaquePointer {
        let block = UnsafeMutablePointer<ConnectionHandle>.allocate(capacity: 1)
        unsafe block.initialize(to: ConnectionHandle(state: state))
        return OpaquePointer(block)
    }

    /// Calls with the state of a handle, or returns why it cannot be.
    @inline(__always)
    static func with(_ handle: OpaquePointer?, _ body: (inout ConnectionState) -> Int32) -> Int32 {
        guard let handle = unsafe handle else { return Outcome.argument }
        // The caller promises a handle that `handle(of:)` made and that is not freed.
        let block = unsafe UnsafeMutablePointer<ConnectionHandle>(handle)
        let (isFree, _) = unsafe block.pointee.isBusy.compareExchange(
            expected: false,
            desired: true,
            ordering: .acquiring
        )
        guard isFree else { return Outcome.busy }
        let answer = unsafe body(&block.pointee.state)
        unsafe block.pointee.isBusy.store(false, ordering: .releasing)
        return answer
    }

    /// The same for answers that are lengths.
    static func withText(_ handle: OpaquePointer?, _ body: (inout ConnectionState) -> Int64) -> Int64 {
        var length: Int64 = 0
        let outcome = unsafe with(handle) { state in
            length = body(&state)
            return Outcome.done
        }
        return outcome == Outcome.done ? length : Int64(outcome)
    }

    /// Gives the memory back; a connection in use stays.
    static func free(_ handle: OpaquePointer?) -> Int32 {
        guard let handle = unsafe handle else { return Outcome.done }
        // As in `with`; nobody else uses it from here on.
        let block = unsafe UnsafeMutablePointer<ConnectionHandle>(handle)
        let (isFree, _) = unsafe block.pointee.isBusy.compareExchange(
            expected: false,
            desired: true,
            ordering: .acquiring
        )
        guard isFree else { return Outcome.busy }
        unsafe block.deinitialize(count: 1)
        unsafe block.deallocate()
        return Outcome.done
    }
}
