package import PolicyPlan
import Synchronization

/// Who is refused although the token is right: ids of tokens and subjects, by the file that lists them.
///
/// Engines ask it at each handshake, and open connections whenever it has changed. The engine of a newer plan shares the one of
/// the engine before, so that what is read anew reaches the connections of both.
package final class RevocationList: Sendable {
    /// By the file's path as the plan has it.
    private let entries: Mutex<[String: Set<[UInt8]>]>
    private let changes = Atomic<UInt64>(1)

    package init(_ lists: [String: Set<[UInt8]>]) {
        entries = Mutex(lists)
    }

    /// Counts the changes, from 1 on.
    package var revision: UInt64 {
        changes.load(ordering: .acquiring)
    }

    /// The files that it has lists of.
    package var paths: [String] { entries.withLock { Array($0.keys) } }

    /// Puts other lists in the place of those of the same files.
    package func replace(_ lists: [String: Set<[UInt8]>]) {
        entries.withLock { $0.merge(lists) { $1 } }
        changes.add(1, ordering: .releasing)
    }

    /// Whether a token check's lists hold a token's id or its subject.
    package func holds(id: [UInt8]?, subject: [UInt8]?, record: Int, _ plan: PlanView) -> Bool {
        let list = plan.index(record + TokenRecord.revokedList)
        let count = plan.index(record + TokenRecord.revokedCount)
        guard count > 0 else { return false }
        return entries.withLock { entries in
            (0..<count).contains { place in
                let path = plan.text(
                    offset: plan.index(list + 2 * place),
                    length: plan.index(list + 2 * place + 1)
                )
                guard let names = entries[path] else { return false }
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
