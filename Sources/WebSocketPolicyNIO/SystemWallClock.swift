#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The operating system's wall clock.
enum SystemWallClock {
    /// Nanoseconds since 1970.
    static let nanoseconds: @Sendable () -> Int64 = {
        var time = timespec()
        // `time` is written whole by the call.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
