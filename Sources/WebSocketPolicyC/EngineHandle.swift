import PolicyPlan
import PolicyRuntime
import Synchronization
import WebSocketPolicyJWT
import WebSocketProtocol

/// What an engine's handle stands for: the engine of the newest plan, and what was said when it was made.
final class EngineHandle: Sendable {
    private struct Loaded: Sendable {
        let engine: PolicyEngine
        let tokens: JWTAuthority
    }

    private let loaded: Mutex<Loaded>

    /// An engine of a plan's bytes, with keys of the environment and of files.
    init(plan bytes: [UInt8]) throws(Problem) {
        loaded = Mutex(try Self.load(bytes, keepingCountersOf: nil))
    }

    /// The engine that decides new handshakes.
    var engine: PolicyEngine { loaded.withLock { $0.engine } }

    /// What whoever starts the server should know of the keys, a line each.
    var notes: String { loaded.withLock { $0.tokens }.notes.joined(separator: "\n") }

    /// Puts a newer plan in the place of the engine's; after an error everything is as it was.
    func reload(plan bytes: [UInt8]) throws(Problem) {
        let newer = try Self.load(bytes, keepingCountersOf: engine)
        loaded.withLock { $0 = newer }
    }

    /// Reads the lists of who is revoked anew.
    func reloadRevocations() throws(Problem) {
        let now = loaded.withLock { $0 }
        do throws(KeyError) {
            try now.tokens.reloadRevocations(plan: now.engine.plan.view, sources: SystemFiles.keySources)
        } catch {
            throw Problem(outcome: Outcome.keys, text: error.message)
        }
    }

    private static func load(
        _ bytes: [UInt8],
        keepingCountersOf previous: PolicyEngine?
    ) throws(Problem) -> Loaded {
        let plan: Plan
        do throws(PlanError) { plan = try Plan(verifying: bytes) } catch {
            throw Problem(outcome: Outcome.plan, text: "the plan is \(error)")
        }
        let tokens: JWTAuthority
        do throws(KeyError) {
            tokens = try JWTAuthority(
                plan: plan,
                sources: SystemFiles.keySources,
                after: previous?.tokens as? JWTAuthority,
                // This library asks no store.
                shared: SharedRevocations()
            )
        } catch {
            throw Problem(outcome: Outcome.keys, text: error.message)
        }
        do throws(EngineError) {
            let engine = try PolicyEngine(plan: plan, tokens: tokens, keepingCountersOf: previous)
            return Loaded(engine: engine, tokens: tokens)
        } catch {
            throw Problem(outcome: Outcome.keys, text: "the plan needs what it was not given: \(error)")
        }
    }

    // MARK: Handles

    /// The handle of an engine: counted once, until `wsp_engine_free`.
    static func handle(of engine: EngineHandle) -> OpaquePointer {
        unsafe OpaquePointer(Unmanaged.passRetained(engine).toOpaque())
    }

    /// The engine of a handle; nil for NULL.
    static func of(_ handle: OpaquePointer?) -> EngineHandle? {
        guard let handle = unsafe handle else { return nil }
        // The caller promises a handle that `handle(of:)` made and that is not freed.
        return unsafe Unmanaged<EngineHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
    }

    static func free(_ handle: OpaquePointer?) {
        guard let handle = unsafe handle else { return }
        // As in `of`.
        unsafe Unmanaged<EngineHandle>.fromOpaque(UnsafeRawPointer(handle)).release()
    }
}
