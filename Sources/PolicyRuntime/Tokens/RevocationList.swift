package import PolicyPlan
import Synchronization

/// Who is refused although the token is right: ids of tokens and subjects, by the file that lists them.
///
/// Engines ask it at each handshake, and open connections whenever it has changed.
package final class RevocationList: Sendable {
    /// By the offset of the file's path in the plan.
    private let entries: Mutex<[Int: Set<[UInt8]>]>
    private let changes = Atomic<UInt64>(1)

    package init(_ lists: [Int: Set<[UInt8]>]) {
        entries = Mutex(lists)
    }

    /// Counts the changes, from 1 on.
    package var revision: UInt64 {
        changes.load(ordering: .acquiring)
    }

    /// Puts other lists in the place of these.
    package func replace(_ lists: [Int: Set<[UInt8]>]) {
        entries.withLock { $0 = lists }
        changes.add(1, ordering: .releasing)
    }

    /// Whether a token check's lists hold a token's id or its subject.
    package func holds(id: [UInt8]?, subject: [UInt8]?, record: Int, _ plan: PlanView) -> Bool {
        let list = plan.index(record + TokenRecord.revokedList)
        let count = plan.index(record + TokenRecord.revokedCount)
        guard count > 0 else { return false }
        return entries.withLock { entries in
            (0..<count).contains { place in
                guard let names = entries[plan.index(list + 2 * place)] else { return false }
                return id.map(names.contains) == true || subject.map(names.contains) == true
            }
        }
    }

    /// One name a line; blanks around it, empty lines and lines that begin with `#` do not count.
    package static func names(in bytes: [UInt8]) -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        for line in bytes.split(separator: 0x0A) {
            var name = line
            while let last = name.last, last == 0x20 || last == 0x09 || last == 0x0D { name.removeLast() }
            while let first = name.first, first == 0x20 || first == 0x09 { name.removeFirst() }
            if !name.isEmpty, name.first != 0x23 { names.insert(Array(name)) }
        }
        return names
    }
}
