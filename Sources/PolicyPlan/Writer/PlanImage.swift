/// The bytes of a plan while its sections are put together; see `PlanHeader`.
package struct PlanImage {
    private let policy: UInt32
    private let digest: [UInt8]
    private var sections: [(kind: PlanSection, content: [UInt8])] = []

    /// Makes a plan without sections.
    ///
    /// - Parameters:
    ///   - policy: word index of the policy record.
    ///   - digest: 32 bytes; fewer are filled up with zeros.
    package init(policy: UInt32, digest: [UInt8]) {
        self.policy = policy
        self.digest = (digest + [UInt8](repeating: 0, count: 32)).prefix(32).map { $0 }
    }

    /// Adds a section behind those that are there; kinds come in ascending order.
    package mutating func add(_ kind: PlanSection, _ content: [UInt8]) {
        sections.append((kind, content))
    }

    /// The plan, sealed.
    package var bytes: [UInt8] {
        var offset = PlanHeader.byteCount + sections.count * PlanHeader.sectionEntryByteCount
        var table: [UInt8] = []
        var body: [UInt8] = []
        for section in sections {
            table.append(littleEndian: section.kind.rawValue)
            table.append(littleEndian: 0 as UInt32)
            table.append(littleEndian: UInt64(offset))
            table.append(littleEndian: UInt64(section.content.count))
            body += section.content
            let padding = -section.content.count & 7
            body += [UInt8](repeating: 0, count: padding)
            offset += section.content.count + padding
        }
        var plan = PlanHeader.magic
        plan.append(littleEndian: PlanHeader.formatVersion)
        plan.append(littleEndian: PlanHeader.runtimeVersion)
        plan.append(littleEndian: 0 as UInt64)
        plan.append(littleEndian: UInt64(offset))
        plan.append(littleEndian: 0 as UInt64)
        plan += digest
        plan.append(littleEndian: UInt32(sections.count))
        plan.append(littleEndian: policy)
        plan += table
        plan += body
        PlanChecksum.seal(&plan)
        return plan
    }
}

extension [UInt8] {
    /// Appends a number's bytes, low first.
    package mutating func append(littleEndian number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
