package import PolicyDocument

/// One counter of the policy: an entry of `limits`, a message type's own rate, or a default.
package struct LimitCheck: Sendable {
    package var mode: Mode
    package var per: LimitsSection.Per
    package var quantity: LimitsSection.Quantity
    /// Keys that its table holds, at least 1; counters per connection need no table.
    package var tableSize: Int64
    /// Whether all instances count together.
    package var isShared: Bool
    package var span: Span

    package init(
        mode: Mode,
        per: LimitsSection.Per,
        quantity: LimitsSection.Quantity,
        tableSize: Int64,
        isShared: Bool = false,
        span: Span
    ) {
        self.mode = mode
        self.per = per
        self.quantity = quantity
        self.tableSize = tableSize
        self.isShared = isShared
        self.span = span
    }
}
