/// Rows of cells as text, each column as wide as its widest cell.
package struct TextColumns {
    private var rows: [[String]] = []
    private let indent: String

    package init(indent: Int = 0) {
        self.indent = String(repeating: " ", count: indent)
    }

    /// Adds a row; trailing cells may be missing.
    package mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    /// Adds a row.
    package mutating func add(row: [String]) {
        rows.append(row)
    }

    /// The lines, without blanks at their ends.
    package var lines: [String] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.dropLast().enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
