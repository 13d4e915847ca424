import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes a `HostsRecord`: a table of names, each with its ports.
    mutating func hosts(_ check: HostsCheck) -> UInt32 {
        var names: [String] = []
        var ports: [String: [UInt32]] = [:]
        for host in check.hosts {
            let name = host.value.name
            if ports[name] == nil { names.append(name) }
            ports[name, default: []] += [host.value.port.map(UInt32.init) ?? none, source(host.span)]
        }
        var entries: [(text: [UInt8], value: UInt32)] = []
        for name in names {
            let pairs = ports[name] ?? []
            entries.append((Array(name.utf8), writer.run([UInt32(pairs.count / 2)] + pairs)))
        }
        var record = RecordWords(HostsRecord.wordCount)
        record[HostsRecord.table] = writer.textTable(entries)
        let index = writer.record(record)
        addVectors(check, index)
        return index
    }
}
