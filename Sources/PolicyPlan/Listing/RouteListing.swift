import WebSocketProtocol

extension PlanLister {
    /// Lists a route's steps and what holds for its connections.
    mutating func listRoute(_ route: Int, name: String) {
        typealias Field = RouteRecord
        add("")
        let pattern = text(route + Field.patternOffset)
        add([name, pattern, place(route + Field.source)].filter { !$0.isEmpty }.joined(separator: "  "))
        var columns = TextColumns(indent: 2)
        for index in 0..<view.index(route + Field.stepCount) {
            columns.add(row: step(view.index(route + Field.stepList) + index * StepRecord.wordCount))
        }
        if view.word(route + Field.selectableCount) != none {
            columns.add("selects", "", texts(route + Field.selectableList).joined(separator: ", "))
        }
        columns.add(
            "message",
            "",
            bound(route + Field.messageBytesLow) { QuantityText.bytes($0) },
            place(route + Field.messageBytesSource)
        )
        columns.add(
            "frame",
            "",
            bound(route + Field.frameBytesLow) { QuantityText.bytes($0) },
            place(route + Field.frameBytesSource)
        )
        columns.add(
            "fragments",
            "",
            bound(route + Field.fragmentsLow) { QuantityText.count($0) },
            place(route + Field.fragmentsSource)
        )
        columns.add(
            "idle",
            "",
            bound(route + Field.idleTimeoutLow) { QuantityText.duration(nanoseconds: $0) },
            place(route + Field.idleTimeoutSource)
        )
        columns.add(
            "lifetime",
            "",
            bound(route + Field.lifetimeLow) { QuantityText.duration(nanoseconds: $0) },
            place(route + Field.lifetimeSource)
        )
        columns.add(
            "outbound queue",
            "",
            bound(route + Field.outboundBytesLow) { QuantityText.bytes($0) },
            place(route + Field.outboundBytesSource)
        )
        columns.add("close wait", "", QuantityText.duration(nanoseconds: view.wide(route + Field.closeWaitLow)))
        for (name, list) in [
            ("control frames", Field.controlList), ("message rates", Field.messageRateList),
            ("byte rates", Field.byteRateList),
        ] where view.word(route + list + 1) > 0 {
            columns.add(name, "", limits(route + list), view.word(route + Field.onExceeded) == 1 ? "drop" : "")
        }
        for field in Field.messageFields where view.word(route + field) != none {
            let isObserved = field == Field.observedMessages || field == Field.observedServerMessages
            let mode = isObserved ? "observe" : ""
            let isClient = field == Field.enforcedMessages || field == Field.observedMessages
            let messages = view.index(route + field)
            columns.add(
                isClient ? "messages" : "server messages",
                mode,
                self.messages(messages),
                place(messages + MessageRecord.section)
            )
        }
        for index in 0..<view.index(route + Field.headerCount) {
            let header = view.index(route + Field.headerList) + 4 * index
            columns.add("header", "", "\(text(header)): \(text(header + 2))")
        }
        columns.add("answers", "", answers(view.index(route + Field.answers)))
        for line in columns.lines { add(line) }
    }

    private func limits(_ list: Int) -> String {
        (0..<view.index(list + 1)).map { "limit \(view.word(view.index(list) + $0))" }.joined(separator: ", ")
    }

    private mutating func step(_ step: Int) -> [String] {
        let operand = view.index(step + StepRecord.operand)
        let name: String
        let content: String
        switch StepKind(rawValue: view.word(step + StepRecord.kind)) {
        case .clients: (name, content) = ("clients", clients(operand))
        case .tls: (name, content) = ("tls", "required")
        case .hosts: (name, content) = ("hosts", hosts(operand))
        case .path: (name, content) = ("path", "refused")
        case .origins: (name, content) = ("origins", origins(operand))
        case .limit: (name, content) = ("connections", "limit \(operand)")
        case .subprotocols: (name, content) = ("subprotocols", subprotocols(operand))
        case .token: (name, content) = ("token", token(operand))
        case .identityLimit: (name, content) = ("connections", "limit \(operand)")
        case nil: (name, content) = ("unknown", "")
        }
        let mode = view.word(step + StepRecord.mode) == 1 ? "observe" : ""
        return [name, mode, content, place(step + StepRecord.source)]
    }

    private mutating func clients(_ record: Int) -> String {
        var parts: [String] = []
        if view.word(record + ClientsRecord.allow) != none {
            parts.append("allow \(addressTable(view.index(record + ClientsRecord.allow)))")
        }
        if view.word(record + ClientsRecord.deny) != none {
            parts.append("deny \(addressTable(view.index(record + ClientsRecord.deny)))")
        }
        return parts.isEmpty ? "with an address" : parts.joined(separator: ", ")
    }

    private mutating func hosts(_ record: Int) -> String {
        let table = view.index(record + HostsRecord.table)
        var columns = TextColumns(indent: 2)
        for slot in slots(table) {
            let list = view.index(slot + 3)
            for index in 0..<view.index(list) {
                let port = view.word(list + 1 + 2 * index)
                columns.add(text(slot + 1), port == none ? "every port" : "\(port)", place(list + 2 + 2 * index))
            }
        }
        return named(table, "hosts", columns.lines)
    }

    private mutating func subprotocols(_ record: Int) -> String {
        let table = view.index(record + SubprotocolsRecord.table)
        let names = slots(table).sorted { view.word($0 + 3) < view.word($1 + 3) }.map { text($0 + 1) }
        let absent = view.word(record + SubprotocolsRecord.absent) == 0 ? "allow" : "deny"
        return "\(names.joined(separator: ", ")); none offered: \(absent)"
    }

    private mutating func origins(_ record: Int) -> String {
        typealias Field = OriginsRecord
        let flags = view.word(record + Field.flags)
        var parts: [String] = []
        if flags & Field.everySite != 0 { parts.append("every site") }
        if flags & Field.sameOrigin != 0 { parts.append("the same origin") }
        if flags & Field.null != 0 { parts.append("null") }
        if flags & Field.file != 0 { parts.append("file:") }
        let slots = view.index(record + Field.slotList)
        var entries: [(text: String, place: String)] = []
        for index in 0..<view.index(record + Field.slotCount) {
            let slot = slots + index * OriginSlot.wordCount
            guard view.word(slot + OriginSlot.kind) != OriginSlot.Kind.empty else { continue }
            let isRefused = view.word(slot + OriginSlot.kind) == OriginSlot.Kind.refused
            entries.append((origin(slot), (isRefused ? "refused by " : "") + place(slot + OriginSlot.source)))
        }
        if !entries.isEmpty {
            var columns = TextColumns(indent: 2)
            for entry in entries.sorted(by: { ($0.text, $0.place) < ($1.text, $1.place) }) {
                columns.add(entry.text, entry.place)
            }
            parts.append(named(record, "origins", columns.lines))
        }
        let absent = ["deny", "allow without cookies", "allow"][view.index(record + Field.absent)]
        return (parts.isEmpty ? "none" : parts.joined(separator: ", ")) + "; no Origin: \(absent)"
    }

    private func origin(_ slot: Int) -> String {
        let host = text(slot + OriginSlot.hostOffset)
        let written: String
        switch view.word(slot + OriginSlot.kind) {
        case OriginSlot.Kind.oneLabel: written = "*.\(host)"
        case OriginSlot.Kind.labels: written = "**.\(host)"
        case OriginSlot.Kind.every: written = "*"
        case OriginSlot.Kind.refused: written = host
        default: written = host
        }
        let port: String
        switch view.word(slot + OriginSlot.port) {
        case OriginSlot.portNone: port = ""
        case OriginSlot.portAny: port = ":*"
        case let number: port = ":\(number)"
        }
        return "\(text(slot + OriginSlot.schemeOffset))://\(written)\(port)"
    }

    private func answers(_ list: Int) -> String {
        let closed = Violation.allCases.filter { violation in
            view.word(list + Int(violation.rawValue) * AnswerRecord.wordCount + AnswerRecord.delivery) == 1
        }
        guard !closed.isEmpty else { return "by HTTP" }
        return "by HTTP, after an upgrade: " + closed.map { "\($0)" }.joined(separator: ", ")
    }

    /// The name of a table, which is listed once, at the end.
    mutating func named(_ table: Int, _ kind: String, _ lines: [String]) -> String {
        if let name = tables[table] { return name }
        let name = "\(kind) \(tables.values.count { $0.hasPrefix(kind) } + 1)"
        tables[table] = name
        openTables.append(("\(name)", lines))
        return name
    }
}
