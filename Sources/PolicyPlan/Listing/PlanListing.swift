import WebSocketProtocol

/// A plan as text: what `compile --list` prints.
package enum PlanListing {
    /// All that a plan decides by: limits, paths, each route's steps and tables, answers, content, and what was silenced.
    package static func text(of plan: Plan) -> String {
        var listing = PlanLister(plan)
        listing.list()
        return listing.lines.joined(separator: "\n") + "\n"
    }
}

/// Walks a plan and writes its lines.
struct PlanLister {
    let plan: Plan
    let view: PlanView
    private(set) var lines: [String] = []
    /// Tables that are listed already, by their word index, with the name that they were given.
    var tables: [Int: String] = [:]
    var openTables: [(name: String, lines: [String])] = []

    init(_ plan: Plan) {
        self.plan = plan
        view = plan.view
    }

    mutating func list() {
        listHead()
        listLimits()
        listPaths()
        let routes = view.index(view.policy + PolicyRecord.routeList)
        for route in 0..<view.index(view.policy + PolicyRecord.routeCount) {
            listRoute(routes + route * RouteRecord.wordCount, name: "route \(route)")
        }
        listRoute(view.index(view.policy + PolicyRecord.unrouted), name: "no route")
        for table in openTables {
            lines.append("")
            lines.append(table.name)
            lines += table.lines
        }
        listSuppressions()
    }

    mutating func add(_ line: String) {
        lines.append(line)
    }

    // MARK: Words

    /// A place in the sources, in brackets where there is none.
    func place(_ index: Int) -> String {
        guard view.word(index) != none else { return "" }
        return plan.source(view.word(index))?.description ?? "source \(view.word(index))"
    }

    /// The text whose offset and length stand at a word index.
    func text(_ index: Int) -> String {
        view.text(offset: view.index(index), length: view.index(index + 1))
    }

    /// The texts of a list.
    func texts(_ list: Int) -> [String] {
        (0..<view.index(list + 1)).map { text(view.index(list) + 2 * $0) }
    }

    /// A bound of 64 bits, all ones being no bound.
    func bound(_ index: Int, _ spelled: (UInt64) -> String) -> String {
        view.wide(index) == .max ? "unlimited" : spelled(view.wide(index))
    }

    // MARK: Parts

    private mutating func listHead() {
        let policy = view.policy
        let targets = ["gateway", "nio", "asgi", "library"]
        let addressing = ["the peer", "X-Forwarded-For", "Forwarded"]
        let trusted = view.index(policy + PolicyRecord.trustedCount)
        add("plan \(plan.name)")
        add("")
        var columns = TextColumns(indent: 2)
        columns.add("format", "\(PlanHeader.formatVersion)")
        columns.add("size", QuantityText.count(UInt64(plan.byteCount), "byte"))
        columns.add("target", targets[view.index(policy + PolicyRecord.target)])
        columns.add("client address", addressing[view.index(policy + PolicyRecord.addressSource)])
        for place in 0..<trusted {
            let table = view.index(view.index(policy + PolicyRecord.trustedList) + place)
            columns.add("trusted proxies", addressTable(table))
        }
        columns.add(
            "handshake",
            "at most \(bound(policy + PolicyRecord.handshakeBytesLow) { QuantityText.bytes($0) })",
            place(policy + PolicyRecord.handshakeBytesSource)
        )
        columns.add(
            "arrives within",
            bound(policy + PolicyRecord.handshakeTimeLow) { QuantityText.duration(nanoseconds: $0) },
            place(policy + PolicyRecord.handshakeTimeSource)
        )
        lines += columns.lines
    }

    private mutating func listLimits() {
        let count = view.index(view.policy + PolicyRecord.limitCount)
        guard count > 0 else { return }
        add("")
        add("limits")
        var columns = TextColumns(indent: 2)
        for index in 0..<count {
            let limit = view.index(view.policy + PolicyRecord.limitList) + index * LimitRecord.wordCount
            let text = LimitText(view, limit)
            columns.add(
                "\(index)",
                "per \(text.per)\(text.isShared ? ", shared" : "")",
                text.quantity,
                text.worstCase ?? "",
                text.memory.map { QuantityText.memory($0) } ?? "",
                view.word(limit + LimitRecord.mode) == 1 ? "observe" : "",
                place(limit + LimitRecord.source)
            )
        }
        lines += columns.lines
    }

    private mutating func listPaths() {
        guard view.word(view.policy + PolicyRecord.pathRoot) != none else { return }
        add("")
        add("paths")
        var numbers: [Int: Int] = [:]
        var order: [Int] = []
        func number(_ node: Int) -> Int {
            if let number = numbers[node] { return number }
            numbers[node] = order.count
            order.append(node)
            return order.count - 1
        }
        _ = number(view.index(view.policy + PolicyRecord.pathRoot))
        var columns = TextColumns(indent: 2)
        var place = 0
        while place < order.count {
            let node = order[place]
            var cells: [String] = []
            if view.word(node + PathNode.route) != none {
                cells.append("end → route \(view.word(node + PathNode.route))")
            }
            if view.word(node + PathNode.literals) != none {
                for slot in slots(view.index(node + PathNode.literals)) {
                    cells.append("`\(text(slot + 1))` → \(number(view.index(slot + 3)))")
                }
            }
            if view.word(node + PathNode.parameter) != none {
                cells.append("any segment → \(number(view.index(node + PathNode.parameter)))")
            }
            if view.word(node + PathNode.rest) != none {
                cells.append("the rest → route \(view.word(node + PathNode.rest))")
            }
            columns.add("\(place)", cells.joined(separator: ", "))
            place += 1
        }
        lines += columns.lines
    }

    /// The entries of a `TextTable`, in the order of their texts.
    func slots(_ table: Int) -> [Int] {
        let first = view.index(table + TextTable.slotList)
        return (0..<view.index(table + TextTable.slotCount))
            .map { first + $0 * TextTable.slotWordCount }
            .filter { view.word($0 + 2) != none }
            .sorted { text($0 + 1) < text($1 + 1) }
    }

    private mutating func listSuppressions() {
        let suppressions = plan.suppressions
        guard !suppressions.isEmpty else { return }
        add("")
        add("silenced")
        var columns = TextColumns(indent: 2)
        for suppression in suppressions {
            columns.add(suppression.rule, suppression.source.description, suppression.reason)
        }
        lines += columns.lines
    }
}
