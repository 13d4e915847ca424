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
        let slots = Mutex(Slots(count: VerifiedTokens.slotsPerShard))
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
                unsafe slots[place.slot].identity(of: token, record, now, epoch)
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
        // The bytes are valid for the call; places are below the number of shards.
        unsafe token.withUnsafeBufferPointer { token in
            unsafe shards[place.shard].slots.withLock { slots in
                unsafe slots[place.slot].keep(token, record, validity, epoch, identity)
            }
        }
    }

    /// Forgets every token: keys changed, or somebody was refused from now on.
    func removeAll() {
        for shard in 0..<Self.shardCount {
            // As above.
            unsafe shards[shard].slots.withLock { $0.removeAll() }
        }
    }
}
