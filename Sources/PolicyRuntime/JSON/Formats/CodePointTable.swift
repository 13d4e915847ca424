import PolicyPlan

/// The plan's table of what code points are worth in host names; see `CodePointLayout`.
struct CodePointTable {
    typealias Layout = CodePointLayout

    private let table: RecordPointer
    private let count: Int

    init(_ table: RecordPointer) {
        self.table = table
        count = Int(table.word(0))
    }

    /// The table of a program; nil where it has none.
    init?(of program: RecordPointer) {
        let offset = program.word(ProgramLayout.codePoints)
        guard offset != 0 else { return nil }
        self.init(program + offset)
    }

    func properties(of value: UInt32) -> Properties {
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) / 2
            if table.word(Layout.ranges &+ middle &* Layout.rangeSize) <= value {
                low = middle &+ 1
            } else {
                high = middle
            }
        }
        guard low > 0 else { return Properties(word: 0) }
        return Properties(word: table.word(Layout.ranges &+ (low &- 1) &* Layout.rangeSize &+ 4))
    }

    struct Properties {
        let word: UInt32

        var status: Layout.Status { Layout.Status(rawValue: word & Layout.statusMask) ?? .disallowed }
        var direction: Layout.Direction {
            Layout.Direction(rawValue: (word &>> Layout.directionShift) & Layout.directionMask) ?? .other
        }
        var joining: Layout.Joining {
            Layout.Joining(rawValue: (word &>> Layout.joiningShift) & Layout.joiningMask) ?? .none
        }
        var script: Layout.Script {
            Layout.Script(rawValue: (word &>> Layout.scriptShift) & Layout.scriptMask) ?? .other
        }
        var isVirama: Bool { word & Layout.virama != 0 }
        var isMark: Bool { word & Layout.mark != 0 }
    }
}
