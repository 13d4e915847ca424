/// Collects the places of checks for the sources section; see `SourcesSection`.
package struct SourcesWriter {
    private struct Place: Hashable {
        let path: String
        let line: Int
        let column: Int
    }

    private struct Silenced {
        let rule: String
        let reason: String
        let entry: UInt32
    }

    private var places: [Place] = []
    private var known: [Place: UInt32] = [:]
    private var silenced: [Silenced] = []

    package init() {}

    /// The index of a place; equal places have one.
    package mutating func index(path: String, line: Int, column: Int) -> UInt32 {
        let place = Place(path: path, line: line, column: column)
        if let index = known[place] { return index }
        let index = UInt32(places.count)
        places.append(place)
        known[place] = index
        return index
    }

    /// Adds a finding that the author silenced.
    package mutating func silence(rule: String, reason: String, entry: UInt32) {
        silenced.append(Silenced(rule: rule, reason: reason, entry: entry))
    }

    /// The section.
    ///
    /// Files stand in the order of their paths, so that it does not matter which was read first.
    package var bytes: [UInt8] {
        let paths = Set(places.map(\.path)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let files = Dictionary(uniqueKeysWithValues: zip(paths, 0 as UInt32..<UInt32(paths.count)))
        var pool: [UInt8] = []
        var words: [UInt32] = []
        func add(_ text: String) {
            words += [UInt32(pool.count), UInt32(text.utf8.count)]
            pool += text.utf8
        }
        for path in paths { add(path) }
        for place in places {
            words += [files[place.path] ?? 0, UInt32(clamping: place.line), UInt32(clamping: place.column)]
        }
        for silenced in silenced {
            add(silenced.rule)
            add(silenced.reason)
            words.append(silenced.entry)
        }
        let head = [UInt32(paths.count), UInt32(places.count), UInt32(silenced.count), UInt32(pool.count)]
        var bytes: [UInt8] = []
        for word in head + words { bytes.append(littleEndian: word) }
        return bytes + pool + [UInt8](repeating: 0, count: -pool.count & 3)
    }
}
