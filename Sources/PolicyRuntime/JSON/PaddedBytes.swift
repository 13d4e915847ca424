/// The bytes of one message with 32 zero bytes behind them, in memory that is used again for the next message.
///
/// A connection owns one: fragments are appended as they arrive, `removeAll` forgets the message and keeps the memory.
@safe
package struct PaddedBytes: ~Copyable {
    /// Zero bytes that always stand behind the message.
    package static let padding = 32

    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes of the message so far.
    package private(set) var count = 0

    /// Empty, with room for `capacity` bytes.
    package init(capacity: Int = 0) {
        self.capacity = max(capacity, 0)
        unsafe memory = Self.room(self.capacity)
    }

    deinit {
        if capacity > 0 { unsafe memory.deallocate() }
    }

    /// Zeros for a message without a byte, shared by all and never written.
    private static let nothing: UInt = {
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: padding)
        unsafe block.initialize(repeating: 0, count: padding)
        return UInt(bitPattern: block)
    }()

    /// Memory for so many bytes, with the padding of an empty message in front; nothing is allocated for none.
    private static func room(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity == 0, let shared = unsafe UnsafeMutablePointer<UInt8>(bitPattern: nothing) { return unsafe shared }
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + padding)
        // Nobody reads further than the padding behind the message.
        unsafe block.initialize(repeating: 0, count: padding)
        return unsafe block
    }

    /// Room for a message of this many bytes without a new allocation.
    package var reserved: Int {
        capacity
    }

    /// Where the message begins.
    var start: BytePointer {
        // Valid until the next mutation; the padding stands behind `count` bytes.
        unsafe BytePointer(UnsafePointer(memory))
    }

    /// The message.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            // All `count` bytes are initialized.
            let span = unsafe Span(_unsafeStart: UnsafePointer(memory), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Makes room for `additional` further bytes.
    package mutating func reserve(additional: Int) {
        guard additional > capacity - count else { return }
        let wanted = max(count + additional, 2 * capacity, 256)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Self.padding)
        unsafe grown.initialize(from: memory, count: count)
        unsafe (grown + count).initialize(repeating: 0, count: Self.padding)
        if capacity > 0 { unsafe memory.deallocate() }
        unsafe memory = grown
        capacity = wanted
    }

    /// A whole message in place of what stood here; memory beyond `keeping` bytes is given back first.
    package mutating func replaceAll(with message: Span<UInt8>, keeping: Int = .max) {
        guard message.count > 0, message.count <= capacity, capacity <= keeping else {
            removeAll(keeping: keeping)
            append(message)
            return
        }
        count = message.count
        unsafe message.withUnsafeBufferPointer { source in
            // As in `append`.
            guard let address = source.baseAddress else { return }
            unsafe memory.update(from: address, count: source.count)
        }
        pad()
    }

    /// Appends a fragment.
    package mutating func append(_ fragment: Span<UInt8>) {
        let added = fragment.count
        guard added > 0 else { return }
        reserve(additional: added)
        let target = unsafe memory + count
        unsafe fragment.withUnsafeBufferPointer { source in
            // A span of at least one byte has an address; `reserve` made room for it and the padding.
            guard let address = source.baseAddress else { return }
            unsafe target.update(from: address, count: added)
        }
        count += added
        pad()
    }

    /// Appends a fragment that is masked by a WebSocket masking key (RFC 6455 §5.3).
    ///
    /// `maskingKey` has the key's first byte lowest; `phase` is how many bytes of the frame's payload were appended before.
    package mutating func append(_ fragment: Span<UInt8>, unmaskingWith maskingKey: UInt32, phase: Int = 0) {
        let from = count
        append(fragment)
        let turn = UInt32(truncatingIfNeeded: 8 &* (phase & 3))
        let key = turn == 0 ? maskingKey : (maskingKey &>> turn) | (maskingKey &<< (32 &- turn))
        let wide = (UInt64(key) | (UInt64(key) &<< 32)).littleEndian
        let raw = unsafe UnsafeMutableRawPointer(memory)
        var place = from
        while place &+ 8 <= count {
            // Eight bytes at a time, all of them inside the message.
            let word = unsafe raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            unsafe raw.storeBytes(of: word ^ wide, toByteOffset: place, as: UInt64.self)
            place &+= 8
        }
        while place < count {
            let shift = UInt32(truncatingIfNeeded: 8 &* ((place &- from) & 3))
            unsafe memory[place] ^= UInt8(truncatingIfNeeded: key &>> shift)
            place &+= 1
        }
    }

    /// Forgets the message; memory beyond `keeping` bytes is given back.
    package mutating func removeAll(keeping: Int = .max) {
        if capacity > keeping {
            unsafe memory.deallocate()
            capacity = max(keeping, 0)
            unsafe memory = Self.room(capacity)
        }
        count = 0
        pad()
    }

    private mutating func pad() {
        guard capacity > 0 else { return }
        // `capacity` never includes the padding.
        unsafe (memory + count).update(repeating: 0, count: Self.padding)
    }
}
