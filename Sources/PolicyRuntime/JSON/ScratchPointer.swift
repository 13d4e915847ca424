/// The scratch of one check: unescaped names, the names seen in open objects, words of wide objects.
@safe
struct ScratchPointer {
    private let storage: UnsafeMutablePointer<ScratchStorage>

    /// Objects with more unknown names than this use the table.
    static let listLimit = 16

    init(_ storage: UnsafeMutablePointer<ScratchStorage>) {
        unsafe self.storage = storage
    }

    // MARK: Unescaped names

    /// The value of a well-formed string with escapes, in memory that stays until the message is decided.
    func unescape(from start: BytePointer, to end: BytePointer) -> (start: BytePointer, length: Int) {
        // A value is shorter than its string. At most three runs are open at once (the first, a combined one, one within
        // it), each keeps names that are as long as the message at most, and one string is looked at besides.
        let needed = unsafe 4 * storage.pointee.messageCount + PaddedBytes.padding
        if unsafe storage.pointee.unescapedCapacity < needed, unsafe storage.pointee.unescapedCount == 0 {
            unsafe storage.pointee.unescaped.deallocate()
            unsafe storage.pointee.unescaped = UnsafeMutablePointer<UInt8>.allocate(capacity: needed)
            unsafe storage.pointee.unescaped.initialize(repeating: 0, count: needed)
            unsafe storage.pointee.unescapedCapacity = needed
        }
        let target = unsafe storage.pointee.unescaped + storage.pointee.unescapedCount
        var length = 0
        StringScan.unescape(from: start, to: end) { byte in
            unsafe target[length] = byte
            length &+= 1
        }
        unsafe storage.pointee.unescapedCount += length
        return (unsafe BytePointer(UnsafePointer(target)), length)
    }

    /// Gives the memory of the value unescaped last back, when nothing refers to it.
    func forget(_ length: Int) {
        unsafe storage.pointee.unescapedCount -= length
    }

    /// What was noted so far, for a run over something that was looked at before.
    var mark: (unescaped: Int, names: Int) {
        unsafe (storage.pointee.unescapedCount, storage.pointee.nameCount)
    }

    /// Forgets everything since the mark.
    func reset(to mark: (unescaped: Int, names: Int)) {
        unsafe storage.pointee.unescapedCount = mark.unescaped
        unsafe storage.pointee.nameCount = mark.names
    }

    /// What combined checks need besides.
    var memory: CheckMemory {
        unsafe storage.pointee.memory
    }

    /// The record of what is forbidden in names, for a root whose names are looked at as they are read.
    var forbid: UInt32 {
        get { unsafe storage.pointee.forbid }
        nonmutating set { unsafe storage.pointee.forbid = newValue }
    }

    // MARK: Batches

    /// The message is a batch, whose items follow from the first on.
    func beginBatch() {
        unsafe storage.pointee.isBatch = true
        unsafe storage.pointee.itemCount = 0
    }

    /// Notes the type of the batch's next item; -1 where it has none.
    func addItem(_ type: Int) {
        let count = unsafe storage.pointee.itemCount
        if unsafe count == storage.pointee.itemCapacity {
            let capacity = max(64, count * 2)
            let grown = UnsafeMutablePointer<Int32>.allocate(capacity: capacity)
            unsafe grown.initialize(from: storage.pointee.itemTypes, count: count)
            unsafe storage.pointee.itemTypes.deallocate()
            unsafe storage.pointee.itemTypes = grown
            unsafe storage.pointee.itemCapacity = capacity
        }
        // Below the capacity now.
        unsafe (storage.pointee.itemTypes + count).initialize(to: Int32(truncatingIfNeeded: type))
        unsafe storage.pointee.itemCount = count &+ 1
    }

    // MARK: Predictions

    static let predictionCount = 128

    /// What was found last at a place of the program: the index of a name or value in the table there; -1 for nothing known.
    ///
    /// Messages of one connection are alike: the same optional members, in the same order, with the same words in them.
    ///
    /// `text` tells several predictions for one place apart; it may be anything.
    @inline(__always)
    func prediction(_ place: UInt32, _ text: UInt64 = 0) -> Int {
        // The index is below the count.
        let (slot, mark) = Self.slot(place, text)
        let known = unsafe storage.pointee.predictions[slot]
        return UInt32(truncatingIfNeeded: known &>> 32) == mark ? Int(UInt32(truncatingIfNeeded: known)) : -1
    }

    /// Keeps what was found at a place.
    @inline(__always)
    func predict(_ index: Int, at place: UInt32, _ text: UInt64 = 0) {
        // As above.
        let (slot, mark) = Self.slot(place, text)
        unsafe storage.pointee.predictions[slot] = UInt64(mark) &<< 32 | UInt64(UInt32(truncatingIfNeeded: index))
    }

    /// The slot, and what is written beside an index to know it by: another text is hardly ever taken for this one.
    @inline(__always)
    private static func slot(_ place: UInt32, _ text: UInt64) -> (slot: Int, mark: UInt32) {
        // Places alone and places with a text do not displace each other, and the names of one object have slots of their
        // own: they lie side by side, three times sixteen bytes apart.
        guard text != 0 else { return (Int(place &>> 4) & (predictionCount / 2 &- 1), place) }
        let mixed = (text ^ UInt64(place)) &* 0x9E37_79B9_7F4A_7C15
        let slot = Int(truncatingIfNeeded: mixed &>> 58) | predictionCount / 2
        return (slot, UInt32(truncatingIfNeeded: mixed &>> 26))
    }

    // MARK: Unknown names

    /// Where the names of an object that opens now will stand.
    @inline(__always)
    var nameCount: Int {
        unsafe storage.pointee.nameCount
    }

    /// Forgets the names of objects that are closed.
    @inline(__always)
    func close(_ base: Int) {
        unsafe storage.pointee.nameCount = base
    }

    /// Notes a name of the object whose names begin at `base`; false when it was there before.
    ///
    /// `object` is the object's number in the shared table, 0 as long as it needs none.
    @inline(__always)
    func insert(
        _ start: BytePointer,
        _ length: Int,
        base: Int,
        object: inout UInt32
    ) -> Bool {
        let name = SeenName(head: NameLookup.head(start.word(at: 0), length), start: start, length: length)
        guard object == 0 else { return insertSlot(name, object) }
        let count = unsafe storage.pointee.nameCount
        for index in base..<count {
            // Below the count, so initialized.
            let other = unsafe storage.pointee.names[index]
            if other.head == name.head, Self.areEqual(other, name) { return false }
        }
        guard count &- base < Self.listLimit else {
            unsafe storage.pointee.objectCount += 1
            object = unsafe storage.pointee.objectCount
            for index in base..<count { _ = unsafe insertSlot(storage.pointee.names[index], object) }
            return insertSlot(name, object)
        }
        if unsafe count == storage.pointee.nameCapacity { growNames() }
        unsafe (storage.pointee.names + count).initialize(to: name)
        unsafe storage.pointee.nameCount = count &+ 1
        return true
    }

    @inline(never)
    private func growNames() {
        let capacity = unsafe storage.pointee.nameCapacity * 2
        let grown = UnsafeMutablePointer<SeenName>.allocate(capacity: capacity)
        unsafe grown.initialize(from: storage.pointee.names, count: storage.pointee.nameCount)
        unsafe storage.pointee.names.deallocate()
        unsafe storage.pointee.names = grown
        unsafe storage.pointee.nameCapacity = capacity
    }

    @inline(never)
    private func insertSlot(_ name: SeenName, _ object: UInt32) -> Bool {
        if unsafe 2 * (storage.pointee.slotCount + 1) > storage.pointee.slotCapacity { growSlots() }
        let capacity = unsafe storage.pointee.slotCapacity
        let generation = unsafe storage.pointee.generation
        let hash = hash(name.start, name.length)
        var index = Self.place(hash, object, capacity)
        while true {
            // The index is below the capacity, and every slot is initialized.
            let slot = unsafe storage.pointee.slots[index]
            guard slot.generation == generation else { break }
            if slot.object == object, slot.hash == hash, Self.areEqual(slot.name, name) { return false }
            index = (index &+ 1) & (capacity &- 1)
        }
        unsafe storage.pointee.slots[index] = SeenSlot(name: name, hash: hash, object: object, generation: generation)
        unsafe storage.pointee.slotCount += 1
        return true
    }

    private func growSlots() {
        let old = unsafe storage.pointee.slots
        let oldCapacity = unsafe storage.pointee.slotCapacity
        let generation = unsafe storage.pointee.generation
        let capacity = max(256, 2 * oldCapacity)
        let grown = UnsafeMutablePointer<SeenSlot>.allocate(capacity: capacity)
        let free = unsafe SeenSlot(
            name: SeenName(head: 0, start: BytePointer(UnsafePointer(storage.pointee.unescaped)), length: 0),
            hash: 0,
            object: 0,
            generation: 0
        )
        unsafe grown.initialize(repeating: free, count: capacity)
        for index in 0..<oldCapacity {
            let slot = unsafe old[index]
            guard slot.generation == generation else { continue }
            var place = Self.place(slot.hash, slot.object, capacity)
            while unsafe grown[place].generation == generation { place = (place &+ 1) & (capacity &- 1) }
            unsafe grown[place] = slot
        }
        unsafe old.deallocate()
        unsafe storage.pointee.slots = grown
        unsafe storage.pointee.slotCapacity = capacity
    }

    private static func place(_ hash: UInt64, _ object: UInt32, _ capacity: Int) -> Int {
        let spread = (hash ^ (UInt64(object) &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: spread &>> 32) & (capacity &- 1)
    }

    @inline(never)
    private static func areEqual(_ left: SeenName, _ right: SeenName) -> Bool {
        guard left.length == right.length, left.head == right.head else { return false }
        var index = min(8, left.length)
        while left.length &- index >= 8 {
            guard left.start.word(at: index) == right.start.word(at: index) else { return false }
            index &+= 8
        }
        let rest = left.length &- index
        return NameLookup.head(left.start.word(at: index), rest) == NameLookup.head(right.start.word(at: index), rest)
    }

    /// A keyed hash: whoever does not know this process's secrets cannot choose names that collide.
    @inline(__always)
    private func hash(_ name: BytePointer, _ length: Int) -> UInt64 {
        let first = unsafe storage.pointee.firstSecret
        let second = unsafe storage.pointee.secondSecret
        var hash = second ^ UInt64(truncatingIfNeeded: length)
        var index = 0
        while length &- index > 16 {
            hash = Self.fold(name.word(at: index) ^ first, name.word(at: index &+ 8) ^ hash)
            index &+= 16
        }
        let rest = length &- index
        let low = NameLookup.head(name.word(at: index), rest)
        let high = rest > 8 ? name.word(at: length &- 8) : 0
        return Self.fold(Self.fold(low ^ first, high ^ hash) ^ second, hash ^ first)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    // MARK: Wide objects

    /// Zeroed words for an object of more than 64 properties; their index.
    func openWords(_ count: Int) -> Int {
        let base = unsafe storage.pointee.wordCount
        if unsafe base + count > storage.pointee.wordCapacity {
            let capacity = unsafe max(2 * storage.pointee.wordCapacity, base + count)
            let grown = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
            unsafe grown.initialize(from: storage.pointee.words, count: base)
            unsafe storage.pointee.words.deallocate()
            unsafe storage.pointee.words = grown
            unsafe storage.pointee.wordCapacity = capacity
        }
        unsafe (storage.pointee.words + base).initialize(repeating: 0, count: count)
        unsafe storage.pointee.wordCount = base + count
        return base
    }

    func closeWords(_ base: Int) {
        unsafe storage.pointee.wordCount = base
    }

    /// Sets a bit; false when it was set before.
    func setBit(_ bit: Int, base: Int) -> Bool {
        // `openWords` made room for the object's properties.
        let index = base &+ (bit &>> 6)
        let mask: UInt64 = 1 &<< UInt64(truncatingIfNeeded: bit & 63)
        let word = unsafe storage.pointee.words[index]
        unsafe storage.pointee.words[index] = word | mask
        return word & mask == 0
    }

    func word(_ index: Int) -> UInt64 {
        // As above.
        unsafe storage.pointee.words[index]
    }
}
