import PolicyPlan

/// Compares values of one message with each other, by value: `1.0` equals `1`, members have no order.
///
/// The message is known to be well-formed where its values are compared.
struct ValueComparison {
    /// Objects of more members are not compared one by one where their order differs: equal hashes decide.
    private static let orderLimit = 64
    /// Arrays up to this length are compared pair by pair.
    private static let pairLimit = 6

    let scratch: ScratchPointer

    /// Whether no two items of the array that opens at `bracket` are equal.
    func hasUniqueItems(_ bracket: BytePointer) -> Bool {
        let memory = scratch.memory
        let first = memory.items.count
        defer { memory.items.removeLast(memory.items.count &- first) }
        var place = BlankScan.skip(bracket + 1)
        guard place.byte != 0x5D else { return true }
        while true {
            memory.items.append((hash(place), place))
            place = BlankScan.skip(JSONSkim.value(at: place))
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        let count = memory.items.count &- first
        return count <= Self.pairLimit ? differ(first, count) : differByTable(first, count)
    }

    private func differ(_ first: Int, _ count: Int) -> Bool {
        let items = scratch.memory.items
        for right in first..<first + count {
            for left in first..<right where items[left].hash == items[right].hash {
                if isEqual(items[left].place, items[right].place) { return false }
            }
        }
        return true
    }

    private func differByTable(_ first: Int, _ count: Int) -> Bool {
        let memory = scratch.memory
        var size = 16
        while size < 2 * count { size *= 2 }
        let base = memory.table.count
        memory.table.append(contentsOf: repeatElement(-1, count: size))
        defer { memory.table.removeLast(size) }
        for index in 0..<count {
            let item = memory.items[first + index]
            var slot = Int(truncatingIfNeeded: item.hash) & (size - 1)
            while memory.table[base + slot] >= 0 {
                let other = memory.items[first + Int(memory.table[base + slot])]
                if other.hash == item.hash, isEqual(other.place, item.place) { return false }
                slot = (slot + 1) & (size - 1)
            }
            memory.table[base + slot] = Int32(index)
        }
        return true
    }

    // MARK: Hash

    /// Equal values have equal hashes; the process's secrets are part of them.
    private func hash(_ place: BytePointer) -> UInt64 {
        switch place.byte {
        case 0x22: return string(place)
        case 0x7B:
            var sum: UInt64 = 0x0B
            forEachMember(of: place) { name, value in
                // A sum, so that the order does not matter.
                sum &+= Self.mix(string(name), hash(value))
                return true
            }
            return Self.mix(sum, 1)
        case 0x5B:
            var hash: UInt64 = 0x0A
            var item = BlankScan.skip(place + 1)
            while item.byte != 0x5D {
                hash = Self.mix(hash, self.hash(item))
                item = BlankScan.skip(JSONSkim.value(at: item))
                guard item.byte == 0x2C else { break }
                item = BlankScan.skip(item + 1)
            }
            return hash
        case 0x74, 0x66, 0x6E: return Self.mix(UInt64(place.byte), 2)
        default:
            let number = NumberText(at: place)
            var hash = Self.mix(
                number.isNegative && number.digitCount > 0 ? 3 : 4,
                UInt64(bitPattern: Int64(number.point))
            )
            number.forEachDigit { hash = Self.mix(hash, UInt64($0)) }
            return hash
        }
    }

    private func string(_ quote: BytePointer) -> UInt64 {
        let end = JSONSkim.string(at: quote) + -1
        var hash: UInt64 = 5
        StringScan.unescape(from: quote + 1, to: end) { hash = (hash ^ UInt64($0)) &* 0x0000_0100_0000_01B3 }
        return Self.mix(hash, UInt64(truncatingIfNeeded: end - quote == 1 ? 0 : 1))
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ HashSecrets.first).multipliedFullWidth(by: (right ^ HashSecrets.second) | 1)
        return product.high ^ product.low ^ (left &<< 17)
    }

    // MARK: Equality

    private func isEqual(_ left: BytePointer, _ right: BytePointer) -> Bool {
        switch (left.byte, right.byte) {
        case (0x22, 0x22): return areEqual(left, right)
        case (0x7B, 0x7B): return isEqualObject(left, right)
        case (0x5B, 0x5B): return isEqualArray(left, right)
        case (0x74, let other), (0x66, let other), (0x6E, let other): return left.byte == other
        case (0x2D, 0x2D), (0x2D, 0x30...0x39), (0x30...0x39, 0x2D), (0x30...0x39, 0x30...0x39):
            return NumberText(at: left).isEqual(to: NumberText(at: right))
        default: return false
        }
    }

    private func areEqual(_ left: BytePointer, _ right: BytePointer) -> Bool {
        let mark = scratch.mark
        defer { scratch.reset(to: mark) }
        let first = scratch.unescape(from: left + 1, to: JSONSkim.string(at: left) + -1)
        var index = 0
        var isEqual = true
        StringScan.unescape(from: right + 1, to: JSONSkim.string(at: right) + -1) { byte in
            isEqual = isEqual && index < first.length && first.start.byte(at: index) == byte
            index &+= 1
        }
        return isEqual && index == first.length
    }

    private func isEqualArray(_ left: BytePointer, _ right: BytePointer) -> Bool {
        var first = BlankScan.skip(left + 1)
        var second = BlankScan.skip(right + 1)
        while first.byte != 0x5D, second.byte != 0x5D {
            guard isEqual(first, second) else { return false }
            first = BlankScan.skip(JSONSkim.value(at: first))
            second = BlankScan.skip(JSONSkim.value(at: second))
            guard first.byte == second.byte else { return false }
            guard first.byte == 0x2C else { return true }
            first = BlankScan.skip(first + 1)
            second = BlankScan.skip(second + 1)
        }
        return first.byte == second.byte
    }

    private func isEqualObject(_ left: BytePointer, _ right: BytePointer) -> Bool {
        var count = 0
        var isInOrder = true
        var other = BlankScan.skip(right + 1)
        forEachMember(of: left) { name, value in
            count &+= 1
            guard isInOrder else { return true }
            guard other.byte == 0x22 else {
                isInOrder = false
                return true
            }
            let behind = BlankScan.skip(BlankScan.skip(JSONSkim.string(at: other)) + 1)
            isInOrder = areEqual(name, other) && isEqual(value, behind)
            other = BlankScan.skip(JSONSkim.value(at: behind))
            if other.byte == 0x2C { other = BlankScan.skip(other + 1) }
            return true
        }
        if isInOrder, other.byte == 0x7D { return true }
        // Their hashes are equal, or they would not be compared.
        guard count <= Self.orderLimit else { return true }
        return contains(left, all: right) && contains(right, all: left)
    }

    private func contains(_ object: BytePointer, all other: BytePointer) -> Bool {
        var holds = true
        forEachMember(of: other) { name, value in
            var isThere = false
            forEachMember(of: object) { candidate, own in
                isThere = areEqual(candidate, name) && isEqual(own, value)
                return !isThere
            }
            holds = isThere
            return holds
        }
        return holds
    }

    /// Calls `body` with the name's quote and the value of each member, as long as it returns true.
    private func forEachMember(of brace: BytePointer, _ body: (BytePointer, BytePointer) -> Bool) {
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let value = BlankScan.skip(BlankScan.skip(JSONSkim.string(at: place)) + 1)
            guard body(place, value) else { return }
            place = BlankScan.skip(JSONSkim.value(at: value))
            guard place.byte == 0x2C else { return }
            place = BlankScan.skip(place + 1)
        }
    }
}
