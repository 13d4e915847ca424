/// The largest numbers that a plan may hold, so that the runtime's arithmetic cannot overflow.
@usableFromInline package enum PlanLimits {
    /// Counts and bursts.
    @inlinable package static var count: UInt64 { 1 &<< 53 }
    /// Events in an exact window: each key remembers as many times.
    @inlinable package static var windowCount: UInt64 { 1 &<< 16 }
    /// Nanoseconds: about 292 years.
    @inlinable package static var period: UInt64 { UInt64(Int64.max) }
    /// Keys of one limit.
    @inlinable package static var tableSize: UInt32 { 1 &<< 24 }
    /// What one message may count for.
    @inlinable package static var cost: UInt32 { 1 &<< 30 }
}
