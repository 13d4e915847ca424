import Glibc

/// The clock that dates are compared with.
enum WallClock {
    /// Nanoseconds since 1970.
    static var unixNanoseconds: Int64 {
        var time = timespec()
        // The call writes the two words of the argument, which outlives it.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
