import PolicyRuntime
import Synchronization

/// Memory in which one token at a time is verified, used again for the next one.
struct VerificationWorkspace: ~Copyable {
    var scratch = ContentScratch()
    /// The claims, padded.
    var claims = PaddedBytes()
    var signature: [UInt8] = []
}

/// Workspaces that nobody uses, no more than a machine has threads that verify at once.
@safe
final class WorkspacePool: Sendable {
    private typealias Workspace = UnsafeMutablePointer<VerificationWorkspace>

    private static let most = 64
    /// Larger memory for claims is given back, in bytes.
    private static let largest = 16_384

    /// The address of the one that was given back last, taken and given without a lock; 0 for none.
    private let spare = Atomic<UInt>(0)
    private let others = unsafe Mutex(Idle([], taken: nil))

    /// Those that were given back while a spare one was there.
    @safe
    // @unchecked: it stands under the lock, and a workspace that is taken out belongs to one verification.
    private struct Idle: @unchecked Sendable {
        var workspaces: [Workspace]
        var taken: Workspace?

        init(_ workspaces: [Workspace], taken: Workspace?) {
            unsafe self.workspaces = workspaces
            unsafe self.taken = taken
        }
    }

    deinit {
        // Nobody verifies any more; each of them was initialized once.
        if let last = unsafe Workspace(bitPattern: spare.exchange(0, ordering: .acquiring)) { unsafe Self.free(last) }
        var rest = others.withLock { unsafe Idle($0.workspaces, taken: nil) }
        while let workspace = unsafe rest.workspaces.popLast() { unsafe Self.free(workspace) }
    }

    /// Lends a workspace for one verification.
    @inline(__always)
    func withWorkspace<Result>(_ body: (inout VerificationWorkspace) -> Result) -> Result {
        // Whoever takes it out has it alone.
        let workspace = unsafe Workspace(bitPattern: spare.exchange(0, ordering: .acquiring)) ?? another()
        let result = unsafe body(&workspace.pointee)
        unsafe workspace.pointee.claims.removeAll(keeping: Self.largest)
        let address = UInt(bitPattern: workspace)
        let isSpare = spare.compareExchange(expected: 0, desired: address, ordering: .releasing)
        if !isSpare.exchanged { unsafe giveBack(workspace) }
        return result
    }

    @inline(never)
    private func another() -> Workspace {
        let idle = others.withLock { unsafe Idle([], taken: $0.workspaces.popLast()) }
        if let taken = unsafe idle.taken { return unsafe taken }
        let made = Workspace.allocate(capacity: 1)
        unsafe made.initialize(to: VerificationWorkspace())
        return unsafe made
    }

    @inline(never)
    private func giveBack(_ workspace: Workspace) {
        let back = unsafe Idle([], taken: workspace)
        let isKept = others.withLock { idle in
            guard unsafe idle.workspaces.count < Self.most, let workspace = unsafe back.taken else { return false }
            unsafe idle.workspaces.append(workspace)
            return true
        }
        if !isKept { unsafe Self.free(workspace) }
    }

    private static func free(_ workspace: Workspace) {
        unsafe workspace.deinitialize(count: 1)
        unsafe workspace.deallocate()
    }
}
