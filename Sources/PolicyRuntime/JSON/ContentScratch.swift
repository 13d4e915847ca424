import PolicyPlan

/// Memory that content checks use again and again, so that accepting a message allocates nothing.
///
/// One for each connection or thread. It grows with the largest message, never with their number.
@safe
package struct ContentScratch: ~Copyable {
    /// Messages that come without padding are copied here.
    var message = PaddedBytes()
    /// Made at the first check: many connections never bring a message.
    private var storage: UnsafeMutablePointer<ScratchStorage>?

    package init() {
        unsafe storage = nil
    }

    deinit {
        guard let storage = unsafe storage else { return }
        unsafe storage.pointee.deallocate()
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// For the check of a message of `count` bytes by a program.
    mutating func begin(count: Int, _ program: ProgramView) -> ScratchPointer {
        let storage = unsafe self.storage ?? make()
        unsafe storage.pointee.begin(count: count, program.base)
        return unsafe ScratchPointer(storage)
    }

    /// Items of the batch that was checked last; nil where the message was none.
    var batchCount: Int? {
        guard let storage = unsafe storage, unsafe storage.pointee.isBatch else { return nil }
        return unsafe storage.pointee.itemCount
    }

    /// The type of an item of that batch; -1 where it has none.
    func itemType(_ index: Int) -> Int {
        guard let storage = unsafe storage, index >= 0, unsafe index < storage.pointee.itemCount else { return -1 }
        return unsafe Int(storage.pointee.itemTypes[index])
    }

    private mutating func make() -> UnsafeMutablePointer<ScratchStorage> {
        let made = UnsafeMutablePointer<ScratchStorage>.allocate(capacity: 1)
        unsafe made.initialize(to: ScratchStorage())
        unsafe storage = made
        return unsafe made
    }
}

/// Secrets of this process for hashing names that clients choose.
enum HashSecrets {
    static let first = UInt64.random(in: .min ... .max)
    static let second = UInt64.random(in: .min ... .max) | 1
}

/// A name that an object's schema does not know, seen before in the same object.
struct SeenName {
    /// The first eight bytes; zeros behind the end.
    let head: UInt64
    let start: BytePointer
    let length: Int
}

/// A name in the table that objects with many unknown names share.
struct SeenSlot {
    var name: SeenName
    /// Keyed, see `ScratchPointer`.
    var hash: UInt64
    /// Which object of the message it belongs to.
    var object: UInt32
    /// Which message; slots of earlier messages are free.
    var generation: UInt32
}

/// What `ContentScratch` owns; only `ScratchPointer` touches it.
@unsafe
struct ScratchStorage {
    let firstSecret = HashSecrets.first
    let secondSecret = HashSecrets.second
    let memory = CheckMemory()

    /// Strings with escapes, unescaped: four times as large as the message, so that it never moves during one.
    var unescaped: UnsafeMutablePointer<UInt8>
    var unescapedCapacity = 0
    var unescapedCount = 0
    var messageCount = 0

    /// A stack: the few unknown names of every open object.
    var names: UnsafeMutablePointer<SeenName>
    var nameCapacity = 64
    var nameCount = 0

    var slots: UnsafeMutablePointer<SeenSlot>
    var slotCapacity = 0
    var slotCount = 0
    var objectCount: UInt32 = 0
    var generation: UInt32 = 0

    /// What was found last at places of the program, so that it is tried first there: see `ScratchPointer.prediction`.
    var predictions: UnsafeMutablePointer<UInt64>
    /// The program that they are of.
    var predicted: UnsafeRawPointer?

    /// A stack: which properties were seen, for objects of more than 64.
    var words: UnsafeMutablePointer<UInt64>
    var wordCapacity = 16
    var wordCount = 0

    /// The record of what is forbidden in the names of the message, where the fast pass looks at them.
    var forbid: UInt32 = 0

    /// The types of a batch's items, in their order.
    var itemTypes: UnsafeMutablePointer<Int32>
    var itemCapacity = 0
    var itemCount = 0
    var isBatch = false

    init() {
        unsafe itemTypes = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
        unsafe unescaped = UnsafeMutablePointer<UInt8>.allocate(capacity: PaddedBytes.padding)
        unsafe unescaped.initialize(repeating: 0, count: PaddedBytes.padding)
        unsafe names = UnsafeMutablePointer<SeenName>.allocate(capacity: 64)
        unsafe slots = UnsafeMutablePointer<SeenSlot>.allocate(capacity: 1)
        unsafe words = UnsafeMutablePointer<UInt64>.allocate(capacity: 16)
        unsafe predictions = UnsafeMutablePointer<UInt64>.allocate(capacity: ScratchPointer.predictionCount)
        unsafe predicted = nil
    }

    func deallocate() {
        unsafe unescaped.deallocate()
        unsafe names.deallocate()
        unsafe slots.deallocate()
        unsafe words.deallocate()
        unsafe predictions.deallocate()
        unsafe itemTypes.deallocate()
    }

    mutating func begin(count: Int, _ program: UnsafeRawPointer) {
        if unsafe predicted != program {
            unsafe predicted = program
            // Offset 0 is the program's header, where nothing is ever looked up.
            unsafe predictions.initialize(repeating: 0, count: ScratchPointer.predictionCount)
        }
        unsafe messageCount = count
        unsafe unescapedCount = 0
        unsafe nameCount = 0
        unsafe wordCount = 0
        unsafe isBatch = false
        unsafe itemCount = 0
        unsafe slotCount = 0
        unsafe objectCount = 0
        let (next, wrapped) = unsafe generation.addingReportingOverflow(1)
        unsafe generation = wrapped ? 1 : next
        if wrapped { unsafe clearSlots() }
    }

    mutating func clearSlots() {
        for index in 0..<(unsafe slotCapacity) { unsafe slots[index].generation = 0 }
    }
}
