/// One vector of a plan; see `VectorsSection`.
package struct PlanVector: Hashable, Sendable {
    package var kind: VectorsSection.Kind
    package var subject: UInt32
    package var input: [UInt8]
    package var number: UInt64
    package var expectation: VectorExpectation
    package var source: UInt32

    package init(
        _ kind: VectorsSection.Kind,
        subject: UInt32 = 0,
        input: [UInt8] = [],
        number: UInt64 = 0,
        _ expectation: VectorExpectation,
        source: UInt32
    ) {
        self.kind = kind
        self.subject = subject
        self.input = input
        self.number = number
        self.expectation = expectation
        self.source = source
    }
}

extension PlanVector {
    /// The section of vectors; equal inputs stand once in its pool.
    package static func section(_ vectors: [PlanVector]) -> [UInt8] {
        guard !vectors.isEmpty else { return [] }
        var pool: [UInt8] = []
        var known: [[UInt8]: Int] = [:]
        var words: [UInt32] = []
        for vector in vectors {
            let offset = known[vector.input] ?? pool.count
            if known.updateValue(offset, forKey: vector.input) == nil { pool += vector.input }
            words += [
                vector.kind.rawValue, vector.subject, UInt32(offset), UInt32(vector.input.count),
                UInt32(truncatingIfNeeded: vector.number), UInt32(truncatingIfNeeded: vector.number >> 32),
                vector.expectation.code, vector.source,
            ]
        }
        var bytes: [UInt8] = []
        for word in [VectorsSection.version, UInt32(vectors.count), UInt32(pool.count)] + words {
            bytes.append(littleEndian: word)
        }
        return bytes + pool + [UInt8](repeating: 0, count: -pool.count & 3)
    }

    /// Reads a section.
    ///
    /// - Parameter section: bytes of any origin.
    /// - Returns: its vectors in order.
    /// - Throws: `PlanError`, with an offset in the section, where a number leads out of it or is unknown.
    package static func vectors(of section: [UInt8]) throws(PlanError) -> [PlanVector] {
        func word(_ index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(section[4 * index + $1]) << UInt32(8 * $1) }
        }
        let head = VectorsSection.headWordCount
        guard section.count >= 4 * head, section.count % 4 == 0 else {
            throw PlanError("the vectors are cut off", at: section.count)
        }
        guard word(0) == VectorsSection.version else { throw PlanError("unknown version of vectors", at: 0) }
        let count = Int(word(1))
        let poolCount = Int(word(2))
        let pool = 4 * (head + count * VectorsSection.vectorWordCount)
        guard pool + (poolCount + 3) / 4 * 4 == section.count else {
            throw PlanError("the vectors' length is wrong", at: 4)
        }
        var vectors: [PlanVector] = []
        for index in 0..<count {
            let first = head + index * VectorsSection.vectorWordCount
            let offset = Int(word(first + 2))
            let length = Int(word(first + 3))
            guard let kind = VectorsSection.Kind(rawValue: word(first)),
                let expectation = VectorExpectation(code: word(first + 6)), offset <= poolCount,
                length <= poolCount - offset
            else { throw PlanError("a vector that cannot be read", at: 4 * first) }
            vectors.append(
                PlanVector(
                    kind,
                    subject: word(first + 1),
                    input: Array(section[(pool + offset)..<(pool + offset + length)]),
                    number: UInt64(word(first + 4)) | UInt64(word(first + 5)) << 32,
                    expectation,
                    source: word(first + 7)
                )
            )
        }
        return vectors
    }
}
