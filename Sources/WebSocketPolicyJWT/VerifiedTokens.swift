import PolicyRuntime
import Synchronization
import WebSocketProtocol

/// Tokens that were verified, so that whoever connects again costs no cryptography.
///
/// A token is found by a keyed hash and compared whole. It is taken only while its dates allow it, so that a hit decides as a
/// verification would. The number of tokens and the length of each are bounded; what does not fit is verified again.
@safe
// @unchecked: each shard is shared under its lock; the pointer to them never changes, and only `deinit` uses it otherwise.
final class VerifiedTokens: @unchecked Sendable {
    private static let shardCount = 16
    private static let slotsPerShard = 256
    /// Longer tokens are verified every time.
    private static let longest = 2048
    /// No more bytes than these last ones are hashed.
    private static let hashed = 64
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

    private let secret = UInt64.random(in: .min ... .max)
    // Not an array of objects: a look would count the references of one.
    private let shards: UnsafeMutablePointer<Shard>

    private struct Shard: ~Copyable, Sendable {
        let slots = Mutex([Slot?](repeating: nil, count: VerifiedTokens.slotsPerShard))
    }

    init() {
        // Room for all of them, each of which is initialized once.
        unsafe shards = UnsafeMutablePointer<Shard>.allocate(capacity: Self.shardCount)
        for place in 0..<Self.shardCount { unsafe (shards + place).initialize(to: Shard()) }
    }

    deinit {
        // All of them were initialized, and nobody looks any more.
        unsafe shards.deinitialize(count: Self.shardCount)
        unsafe shards.deallocate()
    }

    /// nil for tokens that are not kept.
    func place(of token: Span<UInt8>, _ record: Int) -> Place? {
        guard token.count <= Self.longest else { return nil }
        // Keyed by secrets of this process; and only tokens that were signed displace others. The last bytes are those of the
        // signature, which tell tokens apart.
        let hash = UInt(
            truncatingIfNeeded: ByteHash.hash(
                token,
                in: max(0, token.count &- Self.hashed)..<token.count,
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
        // The bytes are valid for the call; places are below the number of shards.
        return unsafe token.withUnsafeBufferPointer { token in
            unsafe shards[place.shard].slots.withLock { slots in
                guard let slot = slots[place.slot], slot.record == record, slot.epoch == epoch,
                    slot.validity.contains(now), unsafe Self.areEqual(slot.token, token)
                else { return nil }
                return slot.identity
            }
        }
    }

    /// Keeps an accepted token, in place of another one there.
    func keep(
        _ identity: TokenIdentity,
        at place: Place?,
        _ token: Span<UInt8>,
        _ record: Int,
        validity: Range<Int64>,
        _ epoch: Epoch = Epoch()
    ) {
        guard let place, !validity.isEmpty else { return }
        // The bytes are valid for the call.
        let copy = unsafe token.withUnsafeBufferPointer { unsafe Array($0) }
        let slot = Slot(copy, record, validity, epoch, identity)
        // As above.
        unsafe shards[place.shard].slots.withLock { $0[place.slot] = slot }
    }

    /// Forgets every token: keys changed, or somebody was refused from now on.
    func removeAll() {
        for shard in 0..<Self.shardCount {
            // As above.
            unsafe shards[shard].slots.withLock { slots in
                for index in slots.indices { slots[index] = nil }
            }
        }
    }

    /// The time does not tell where they differ.
    private static func areEqual(_ kept: [UInt8], _ token: UnsafeBufferPointer<UInt8>) -> Bool {
        let (left, right) = unsafe (kept.span, token.span)
        let count = left.count
        guard count == right.count else { return false }
        guard count >= 16 else {
            var difference: UInt8 = 0
            for index in 0..<count { difference |= left[index] ^ right[index] }
            return difference == 0
        }
        var differences = SIMD16<Int8>()
        var index = 0
        while count &- index > 16 {
            differences |= left.block(at: index) ^ right.block(at: index)
            index &+= 16
        }
        // The last sixteen bytes overlap those before.
        differences |= left.block(at: count &- 16) ^ right.block(at: count &- 16)
        // Sixteen bytes are two words.
        let words = unsafe unsafeBitCast(differences, to: SIMD2<UInt64>.self)
        return words[0] | words[1] == 0
    }
}
