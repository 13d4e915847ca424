import PolicyRuntime

/// What a store answers when it is asked who was revoked, or restored, since a change.
///
/// | place in the reply | what |
/// |---:|---|
/// | 0 | number of the last change of all; 0: nobody was ever in the list |
/// | 1 | entries of the list |
/// | 2 | 1 where there are more changes than the page has |
/// | 3 | number of the last change that the page knows of |
/// | from 4, in threes | `+` or `-` and the name; number of its change; milliseconds since 1970 at which it ends, or 0 |
struct RevocationPage: Equatable {
    let last: UInt64
    let count: Int
    let hasMore: Bool
    let cursor: UInt64
    let changes: [RevocationChange]

    init(last: UInt64, count: Int, hasMore: Bool = false, cursor: UInt64? = nil, changes: [RevocationChange] = []) {
        self.last = last
        self.count = count
        self.hasMore = hasMore
        self.cursor = cursor ?? last
        self.changes = changes
    }

    /// nil for every other reply: a list that cannot be read is not known.
    init?(_ reply: Reply?) {
        guard case .list(let items)? = reply, items.count >= 4, items.count % 3 == 1 else { return nil }
        let head = items.prefix(4).compactMap(Self.number)
        guard head.count == 4 else { return nil }
        var changes: [RevocationChange] = []
        for place in stride(from: 4, to: items.count, by: 3) {
            guard case .text(let entry) = items[place], let sign = entry.first, sign == 0x2B || sign == 0x2D,
                let name = StoreNames.name(entry.dropFirst()), let version = Self.number(items[place + 1]),
                let end = Self.number(items[place + 2])
            else { return nil }
            changes.append(
                RevocationChange(name: name, version: version, end: Self.nanoseconds(end), isRevoked: sign == 0x2B)
            )
        }
        self.init(
            last: head[0],
            count: Int(clamping: head[1]),
            hasMore: head[2] == 1,
            cursor: head[3],
            changes: changes
        )
    }

    private static func number(_ item: Reply) -> UInt64? {
        guard case .number(let number) = item else { return nil }
        return UInt64(exactly: number)
    }

    /// The end of an entry's time as this instance has it: no end at 0, and beyond what 64 bits hold.
    private static func nanoseconds(_ milliseconds: UInt64) -> Int64 {
        let (nanoseconds, isTooFar) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return milliseconds == 0 || isTooFar ? .max : Int64(clamping: nanoseconds)
    }

    /// The end of an entry's time as the store has it.
    static func milliseconds(_ end: Int64) -> UInt64 { end == .max ? 0 : UInt64(max(1, end / 1_000_000)) }

    /// The same of seconds; every date is an end, 1970 too.
    static func milliseconds(seconds: Int64?) -> UInt64 {
        guard let seconds else { return 0 }
        // What the store's scripts hold exactly.
        return UInt64(max(1, min(seconds, 9_000_000_000_000) * 1000))
    }
}
