import PolicyRuntime
import WebSocketProtocol

/// Room for one verified token; its memory is used again for the next one there.
@safe
// @unchecked: its memory belongs to it alone, and whoever has it has the lock of its shard.
struct VerifiedSlot: ~Copyable, @unchecked Sendable {
    /// Whose token no slot keeps: an optional identity would be copied by a look at its type.
    private static let nobody = TokenIdentity(of: nil, closesAt: nil, payload: [])

    private var identity = Self.nobody
    private var record = 0
    /// Empty while none is kept.
    private var validity: Range<Int64> = 0..<0
    private var epoch = VerifiedTokens.Epoch()
    private var count = 0
    private var capacity = 0
    private var bytes: UnsafeMutablePointer<UInt8>?

    init() {
        unsafe bytes = nil
    }

    deinit {
        unsafe bytes?.deallocate()
    }

    /// The identity where it is of these bytes, this check and these keys, and its dates allow it now.
    func identity(
        of token: UnsafeBufferPointer<UInt8>,
        _ record: Int,
        _ now: Int64,
        _ epoch: VerifiedTokens.Epoch
    ) -> TokenIdentity? {
        guard self.record == record, self.epoch == epoch, validity.contains(now), unsafe isOf(token) else { return nil }
        return identity
    }

    /// Keeps a token in the place of the one before.
    mutating func keep(
        _ token: UnsafeBufferPointer<UInt8>,
        _ record: Int,
        _ validity: Range<Int64>,
        _ epoch: VerifiedTokens.Epoch,
        _ identity: TokenIdentity
    ) {
        if token.count > capacity {
            unsafe bytes?.deallocate()
            // Tokens of one issuer differ by a few bytes.
            capacity = (token.count + 127) & ~127
            unsafe bytes = .allocate(capacity: capacity)
        }
        if let from = token.baseAddress {
            // There is room for all of them.
            unsafe bytes?.update(from: from, count: token.count)
        }
        count = token.count
        self.record = record
        self.validity = validity
        self.epoch = epoch
        self.identity = identity
    }

    /// Forgets the token; its memory, cleared, stays for the next one.
    mutating func remove() {
        // As many bytes were kept.
        unsafe bytes?.update(repeating: 0, count: count)
        count = 0
        identity = Self.nobody
        validity = 0..<0
    }

    /// The time does not tell where they differ.
    private func isOf(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == token.count, let bytes = unsafe bytes else { return false }
        // As many bytes were kept.
        let (left, right) = unsafe (UnsafeBufferPointer(start: bytes, count: count).span, token.span)
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

/// The slots of one shard, in memory of their own.
@safe
// @unchecked: the memory belongs to it alone, and it stands under the lock of its shard.
struct Slots: ~Copyable, @unchecked Sendable {
    private let slots: UnsafeMutablePointer<VerifiedSlot>
    private let count: Int

    init(count: Int) {
        self.count = count
        // Each is initialized once.
        unsafe slots = .allocate(capacity: count)
        for place in 0..<count { unsafe (slots + place).initialize(to: VerifiedSlot()) }
    }

    deinit {
        // As above.
        unsafe slots.deinitialize(count: count)
        unsafe slots.deallocate()
    }

    subscript(_ place: Int) -> VerifiedSlot {
        // Places are below their number; the lock around them lends one at a time.
        unsafeAddress {
            precondition(place >= 0 && place < count)
            return unsafe UnsafePointer(slots + place)
        }
        unsafeMutableAddress {
            precondition(place >= 0 && place < count)
            return unsafe slots + place
        }
    }

    mutating func removeAll() {
        for place in 0..<count { self[place].remove() }
    }
}
