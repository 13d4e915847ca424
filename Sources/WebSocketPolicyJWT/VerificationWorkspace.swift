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
final class WorkspacePool: Sendable {
    private static let most = 64
    /// Larger memory for claims is given back, in bytes.
    private static let largest = 16_384

    private final class Box {
        var workspace = VerificationWorkspace()
    }

    /// Boxes that nobody uses, or one on its way.
    // @unchecked: a box is taken out under the lock, and then belongs to one verification until it is given back.
    private struct Idle: @unchecked Sendable {
        var boxes: [Box] = []
        var taken: Box?
    }

    private let idle = Mutex(Idle())

    /// Lends a workspace for one verification.
    func withWorkspace<Result>(_ body: (inout VerificationWorkspace) -> Result) -> Result {
        let box = idle.withLock { Idle(taken: $0.boxes.popLast()) }.taken ?? Box()
        let result = body(&box.workspace)
        box.workspace.claims.removeAll(keeping: Self.largest)
        let back = Idle(taken: box)
        idle.withLock { idle in
            if idle.boxes.count < Self.most, let box = back.taken { idle.boxes.append(box) }
        }
        return result
    }
}
