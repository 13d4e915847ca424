import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests a `ClientsRecord`: the first and last address of each block, and their neighbours outside.
    mutating func addVectors(_ check: ClientsCheck, _ record: UInt32) {
        guard vectors.isNew(.client, record) else { return }
        let allow = check.allow.map { AddressCoverage($0.value.map(\.value)) }
        let deny = AddressCoverage(check.deny.map(\.value))
        let source = source(check.span)
        vectors.add(PlanVector(.client, subject: record, .refused(with: .clientForbidden), source: source))
        var tested: Set<IPAddress> = []
        for block in VectorCollector.sample(check.deny) + VectorCollector.sample(check.allow?.value ?? []) {
            for address in Self.edges(block.value) where tested.insert(address).inserted {
                let isRefused = deny.contains(address) || allow.map { !$0.contains(address) } ?? false
                vectors.add(
                    PlanVector(
                        .client,
                        subject: record,
                        input: address.bigEndianBytes,
                        .refused(isRefused, with: .clientForbidden),
                        source: self.source(block.span)
                    )
                )
            }
        }
    }

    /// The first and last address of a block, and those before and behind it, where there are such.
    private static func edges(_ block: AddressPrefix) -> [IPAddress] {
        let first = UInt128(block.base.high) << 64 | UInt128(block.base.low)
        let last = UInt128(block.last.high) << 64 | UInt128(block.last.low)
        let before = first == 0 ? first : first - 1
        let behind = last == .max ? last : last + 1
        return [first, last, before, behind].map {
            IPAddress(high: UInt64(truncatingIfNeeded: $0 >> 64), low: UInt64(truncatingIfNeeded: $0))
        }
    }
}

extension IPAddress {
    /// The sixteen bytes in network order.
    fileprivate var bigEndianBytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }
}
