import CWebSocketPolicy
import PolicyRuntime

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The moments that callers of the C interface give, or leave to the system's clocks.
enum SystemClock {
    /// The caller's moment, or now.
    @inline(__always)
    static func moment(_ given: UnsafePointer<wsp_moment>?) -> Moment {
        // The caller's moment stands there until the call returns.
        guard let given = unsafe given?.pointee else { return now() }
        return Moment(ticks: given.ticks, unixNanoseconds: bounded(given.unix_nanoseconds))
    }

    /// Dates from 1970 to 2116: sums of them and a policy's times stay in 64 bits.
    @inline(__always)
    private static func bounded(_ nanoseconds: Int64) -> Int64 { min(max(nanoseconds, 0), .max / 2) }

    // Dates in tokens are seconds: a clock that is read by half as many instructions, and is late by a few milliseconds, serves.
    #if canImport(Darwin)
    private static var wallClock: clockid_t { CLOCK_REALTIME }
    #else
    private static var wallClock: clockid_t { CLOCK_REALTIME_COARSE }
    #endif

    private static func now() -> Moment {
        Moment(
            ticks: UInt64(clamping: nanoseconds(CLOCK_MONOTONIC)),
            unixNanoseconds: bounded(nanoseconds(wallClock))
        )
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // Writes into `time` alone; both clocks exist everywhere.
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
