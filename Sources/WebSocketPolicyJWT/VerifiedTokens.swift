import PolicyRuntime
import Synchronization
import WebSocketProtocol

/// Tokens that were verified, so that whoever connects again costs no cryptography.
///
/// A token is found by a keyed hash and compared whole. It is taken only while its dates allow it, so that a hit decides as a
/// verification would. The number of tokens and the length of each are bounded; what does not fit is verified again.
final class VerifiedTokens: Sendable {
    private static let shardCount = 16
    private static let slotsPerShard = 256
    /// Longer tokens are verified every time.
    private static let longest = 2048
    /// What was answered about a token is kept up to so many bytes; longer answers are asked for every time.
    static let longestAnswer = 4096

    /// A class, so that a look copies one reference.
    private final class Slot: Sendable {
        let token: [UInt8]
        let record: Int
        let validity: Range<Int64>
        let epoch: Epoch
        let identity: TokenIdentity

        init(_ token: [UInt8], _ record: Int, _ validity: Range<Int64>, _ epoch: Epoch, _ identity: TokenIdentity) {
            self.token = token
            self.record = record
            self.validity = validity
            self.epoch = epoch
            self.identity = identity
        }
    }

    /// Of the keys by which a token was verified, and of the lists of revoked tokens that it was compared with.
    struct Epoch: Equatable, Sendable {
        var keys: UInt64 = 0
        var revocations: UInt64 = 0
    }

    /// Where a token would stand.
    struct Place {
        fileprivate let shard: Int
        fileprivate let slot: Int
    }

    private let shards: [Shard]
    private let secret = UInt64.random(in: .min ... .max)

    private final class Shard: Sendable {
        let slots = Mutex([Slot?](repeating: nil, count: VerifiedTokens.slotsPerShard))
    }

    init() {
        shards = (0..<Self.shardCount).map { _ in Shard() }
    }

    /// nil for tokens that are not kept.
    func place(of token: Span<UInt8>, _ record: Int) -> Place? {
        guard token.count <= Self.longest else { return nil }
        // Keyed by secrets of this process; and only tokens that were signed displace others.
        let hash = UInt(
            truncatingIfNeeded: ByteHash.hash(
                token,
                in: token.indices,
                seed: secret ^ UInt64(truncatingIfNeeded: record)
            )
        )
        return Place(
            shard: Int(hash % UInt(Self.shardCount)),
            slot: Int(hash / UInt(Self.shardCount) % UInt(Self.slotsPerShard))
        )
    }

    /// The identity of a token that was verified for the same check, and that its dates still allow.
    func identity(
        at place: Place?,
        _ token: Span<UInt8>,
        _ record: Int,
        _ now: Int64,
        _ epoch: Epoch = Epoch()
    ) -> TokenIdentity? {
        guard let place else { return nil }
        guard let slot = shards[place.shard].slots.withLock({ $0[place.slot] }), slot.record == record,
            slot.epoch == epoch, slot.validity.contains(now), Self.areEqual(slot.token, token)
        else { return nil }
        return slot.identity
    }

    /// Keeps an accepted token, in place of another one there.
    func keep(
        _ identity: TokenIdentity,
        at place: Place?,
        _ token: [UInt8],
        _ record: Int,
        validity: Range<Int64>,
        _ epoch: Epoch = Epoch()
    ) {
        guard let place, !validity.isEmpty else { return }
        let slot = Slot(token, record, validity, epoch, identity)
        shards[place.shard].slots.withLock { $0[place.slot] = slot }
    }

    /// Forgets every token: keys changed, or somebody was refused from now on.
    func removeAll() {
        for shard in shards {
            shard.slots.withLock { slots in
                for index in slots.indices { slots[index] = nil }
            }
        }
    }

    private static func areEqual(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt64 = 0
        var index = 0
        while left.count &- index >= 8 {
            difference |= left.span.word(at: index) ^ right.word(at: index)
            index &+= 8
        }
        while index < left.count {
            difference |= UInt64(left[index] ^ right[index])
            index &+= 1
        }
        return difference == 0
    }
}
