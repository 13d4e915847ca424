import Dispatch
import PolicyRuntime
import Synchronization
import Testing

@testable import WebSocketPolicyJWT

/// Each verification has its workspace alone, however many there are at once.
struct WorkspacePoolTests {
    @Test func `verifications inside of one another have workspaces of their own, more than are kept too`() {
        let pool = WorkspacePool()
        func nest(_ depth: UInt8) {
            pool.withWorkspace { workspace in
                workspace.signature = [depth]
                if depth > 0 { nest(depth - 1) }
                #expect(workspace.signature == [depth])
            }
        }
        nest(100)
        nest(100)
    }

    @Test func `threads never share one`() {
        let pool = WorkspacePool()
        let wrong = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<2000 {
                let mark = [UInt8(thread), UInt8(truncatingIfNeeded: round)]
                pool.withWorkspace { workspace in
                    workspace.signature = mark
                    workspace.claims.replaceAll(with: mark.span)
                    for _ in 0..<20 where workspace.signature != mark || workspace.claims.count != 2 {
                        wrong.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
    }
}
