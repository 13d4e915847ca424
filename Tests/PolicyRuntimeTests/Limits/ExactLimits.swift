/// A fraction of whole numbers, reduced.
struct Fraction: Comparable {
    private(set) var numerator: Int128
    private(set) var denominator: Int128

    init(_ numerator: Int128, _ denominator: Int128 = 1) {
        var (left, right) = (numerator.magnitude, denominator.magnitude)
        while right > 0 { (left, right) = (right, left % right) }
        self.numerator = numerator / Int128(left)
        self.denominator = denominator / Int128(left)
    }

    static func + (left: Self, right: Self) -> Self {
        Self(
            left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator
        )
    }

    static func - (left: Self, right: Self) -> Self { left + Self(-right.numerator, right.denominator) }

    static func * (left: Self, right: Self) -> Self {
        Self(left.numerator * right.numerator, left.denominator * right.denominator)
    }

    static func < (left: Self, right: Self) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }

    /// The next whole number that is not smaller.
    var roundedUp: Int128 {
        numerator >= 0 ? (numerator + denominator - 1) / denominator : -(-numerator / denominator)
    }
}

/// What a limit means, in exact arithmetic and without thought of memory: the model that tables are compared with.
enum ExactLimit {
    /// A bucket of `burst` tokens that fills by `count` in each `period`: what a rate is, told in another way.
    case bucket(Bucket)
    case window(Window)
    case concurrent(limit: Int, open: Int)

    struct Bucket {
        let count: Int128
        let period: Int128
        let burst: Int128
        var tokens: Fraction
        var moment: Int128

        func tokens(at now: Int128) -> Fraction {
            min(Fraction(burst), tokens + Fraction(now - moment) * Fraction(count, period))
        }
    }

    struct Window {
        let count: Int
        let period: Int128
        var moments: [Int128] = []

        func live(at now: Int128) -> [Int128] { moments.filter { $0 > now - period } }
    }

    /// Whether so many hits pass at once; if not, the nanoseconds after which they would, where they ever do.
    mutating func take(_ cost: Int, at now: Int128) -> (isTaken: Bool, wait: Int128?) {
        switch self {
        case .bucket(var bucket):
            guard cost <= bucket.burst else { return (false, nil) }
            let tokens = bucket.tokens(at: now)
            guard tokens >= Fraction(Int128(cost)) else {
                return (false, ((Fraction(Int128(cost)) - tokens) * Fraction(bucket.period, bucket.count)).roundedUp)
            }
            bucket.tokens = tokens - Fraction(Int128(cost))
            bucket.moment = now
            self = .bucket(bucket)
            return (true, nil)
        case .window(var window):
            guard cost <= window.count else { return (false, nil) }
            window.moments = window.live(at: now)
            defer { self = .window(window) }
            let excess = window.moments.count + cost - window.count
            guard excess <= 0 else { return (false, window.moments[excess - 1] + window.period - now) }
            window.moments += Array(repeating: now, count: cost)
            return (true, nil)
        case .concurrent(let limit, let open):
            guard open + cost <= limit else { return (false, nil) }
            self = .concurrent(limit: limit, open: open + cost)
            return (true, nil)
        }
    }

    mutating func giveBack() {
        if case .concurrent(let limit, let open) = self { self = .concurrent(limit: limit, open: max(0, open - 1)) }
    }
}
