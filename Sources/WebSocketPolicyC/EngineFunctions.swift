public import CWebSocketPolicy
import PolicyPlan
import PolicyRuntime

// Swift's side of `wspolicy.h`, where each function is described: a signature that drifts from it does not build.

/// Makes an engine of a plan's bytes.
@c @implementation
public func wsp_engine_load(
    _ plan: UnsafePointer<UInt8>?,
    _ length: Int,
    _ engine: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    unsafe EngineCalls.make(engine, problem, capacity) { () throws(Problem) in
        try unsafe EngineCalls.plan(plan, length)
    }
}

/// Makes an engine of a plan's file.
@c @implementation
public func wsp_engine_load_file(
    _ path: UnsafePointer<CChar>?,
    _ engine: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    unsafe EngineCalls.make(engine, problem, capacity) { () throws(Problem) in
        try unsafe EngineCalls.plan(path)
    }
}

/// Puts a newer plan in the place of the engine's.
@c @implementation
public func wsp_engine_reload(
    _ engine: OpaquePointer?,
    _ plan: UnsafePointer<UInt8>?,
    _ length: Int,
    _ problem: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    unsafe EngineCalls.change(engine, problem, capacity) { (engine) throws(Problem) in
        try engine.reload(plan: try unsafe EngineCalls.plan(plan, length))
    }
}

/// Puts a newer plan of a file in the place of the engine's.
@c @implementation
public func wsp_engine_reload_file(
    _ engine: OpaquePointer?,
    _ path: UnsafePointer<CChar>?,
    _ problem: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    unsafe EngineCalls.change(engine, problem, capacity) { (engine) throws(Problem) in
        try engine.reload(plan: try unsafe EngineCalls.plan(path))
    }
}

/// Reads the lists of who is revoked anew.
@c @implementation
public func wsp_engine_reload_revocations(
    _ engine: OpaquePointer?,
    _ problem: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int32 {
    unsafe EngineCalls.change(engine, problem, capacity) { (engine) throws(Problem) in
        try engine.reloadRevocations()
    }
}

/// A text of the engine.
@c @implementation
public func wsp_engine_text(
    _ engine: OpaquePointer?,
    _ text: Int32,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int64 {
    guard let engine = unsafe EngineHandle.of(engine) else { return Int64(Outcome.argument) }
    guard let text = UInt32(exactly: text) else { return Int64(Outcome.argument) }
    let plan = engine.engine.plan
    switch wsp_engine_text(rawValue: text) {
    case WSP_ENGINE_NAME: return unsafe TextCopy.write(plan.name, buffer, capacity)
    case WSP_ENGINE_TARGET: return unsafe TextCopy.write(EngineCalls.target(of: plan), buffer, capacity)
    case WSP_ENGINE_DIGEST: return unsafe TextCopy.write(EngineCalls.digits(plan.digest), buffer, capacity)
    case WSP_ENGINE_NOTES: return unsafe TextCopy.write(engine.notes, buffer, capacity)
    default: return Int64(Outcome.argument)
    }
}

/// What the policy asks of the server.
@c @implementation
public func wsp_engine_demands(
    _ engine: OpaquePointer?,
    _ demands: UnsafeMutablePointer<wsp_demand>?,
    _ capacity: Int
) -> Int64 {
    guard let engine = unsafe EngineHandle.of(engine), capacity >= 0, unsafe demands != nil || capacity == 0
    else { return Int64(Outcome.argument) }
    let all = PlanDemands(engine.engine.plan).all
    // The caller said that `capacity` of them stand there.
    for place in 0..<min(capacity, all.count) { unsafe demands?[place] = all[place] }
    return Int64(all.count)
}

/// Frees the engine.
@c @implementation
public func wsp_engine_free(_ engine: OpaquePointer?) {
    unsafe EngineHandle.free(engine)
}

/// What the functions of engines share.
enum EngineCalls {
    static func make(
        _ engine: UnsafeMutablePointer<OpaquePointer?>?,
        _ problem: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ bytes: () throws(Problem) -> [UInt8]
    ) -> Int32 {
        guard let engine = unsafe engine else { return Outcome.argument }
        // The caller's memory for one handle.
        unsafe engine.pointee = nil
        return unsafe told(problem, capacity) { () throws(Problem) in
            let made = try EngineHandle(plan: try bytes())
            unsafe engine.pointee = EngineHandle.handle(of: made)
        }
    }

    static func change(
        _ engine: OpaquePointer?,
        _ problem: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ body: (EngineHandle) throws(Problem) -> Void
    ) -> Int32 {
        guard let engine = unsafe EngineHandle.of(engine) else { return Outcome.argument }
        return unsafe told(problem, capacity) { () throws(Problem) in try body(engine) }
    }

    private static func told(
        _ problem: UnsafeMutablePointer<CChar>?,
        _ capacity: Int,
        _ body: () throws(Problem) -> Void
    ) -> Int32 {
        guard capacity >= 0, unsafe problem != nil || capacity == 0 else { return Outcome.argument }
        do throws(Problem) { try body() } catch {
            _ = unsafe TextCopy.write(error.text, problem, capacity)
            return error.outcome
        }
        _ = unsafe TextCopy.write("", problem, capacity)
        return Outcome.done
    }

    static func plan(_ data: UnsafePointer<UInt8>?, _ length: Int) throws(Problem) -> [UInt8] {
        if let bytes = unsafe GivenBytes.copy(data, length, most: GivenBytes.mostPlanBytes) { return bytes }
        throw Problem(outcome: Outcome.argument, text: "no plan has that address and length")
    }

    static func plan(_ path: UnsafePointer<CChar>?) throws(Problem) -> [UInt8] {
        guard let path = unsafe GivenBytes.path(path) else {
            throw Problem(outcome: Outcome.argument, text: "no path is given, or one that is no UTF-8")
        }
        if let bytes = SystemFiles.bytes(of: path, most: GivenBytes.mostPlanBytes) { return bytes }
        throw Problem(outcome: Outcome.file, text: "`\(path)` cannot be read")
    }

    static func target(of plan: Plan) -> String {
        let names = ["gateway", "nio", "asgi", "library"]
        let target = plan.view.index(plan.view.policy + PolicyRecord.target)
        return names.indices.contains(target) ? names[target] : names[0]
    }

    static func digits(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
