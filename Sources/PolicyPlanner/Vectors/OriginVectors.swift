import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests an `OriginsRecord`: each entry, and origins that differ from one in scheme, port, or a part of the host.
    ///
    /// Where the request's own origin is allowed too, nothing is known about what else passes: refusals are not tested.
    mutating func addVectors(_ check: OriginsCheck, refused: [Located<OriginPattern>], _ record: UInt32) {
        guard vectors.isNew(.origin, record) else { return }
        let coverage = OriginCoverage(check.allow.map(\.value))
        func add(_ origin: OriginKeyWords, _ span: Span) {
            let isListed = check.everySite || coverage.everySite || coverage.covers(origin, besidesItself: false)
            guard isListed || !check.sameOrigin else { return }
            addOrigin(origin.text, record, .refused(!isListed, with: .originForbidden), span)
        }
        for entry in check.allow + refused {
            guard case .tuple(let scheme, let host, let port) = entry.value.form else { continue }
            add(OriginKeyWords(scheme: scheme, host: host, port: port).instance, entry.span)
        }
        for entry in VectorCollector.sample(check.allow) {
            guard case .tuple(let scheme, let host, let port) = entry.value.form else { continue }
            let inside = OriginKeyWords(scheme: scheme, host: host, port: port).instance
            for neighbour in inside.neighbours { add(neighbour, entry.span) }
        }
        addAbsence(check, record)
        let null = coverage.covers(OriginPattern(form: .null, written: "null"))
        addOrigin("null", record, .refused(!null, with: .originForbidden), check.span)
        let file = coverage.covers(OriginPattern(form: .file, written: "file:"))
        addOrigin("file://", record, .refused(!file, with: .originForbidden), check.span)
    }

    private mutating func addAbsence(_ check: OriginsCheck, _ record: UInt32) {
        for hasCookie in [false, true] {
            let isRefused: Bool
            switch check.absent.value {
            case .allow: isRefused = false
            case .allowWithoutCookies: isRefused = hasCookie
            case .deny: isRefused = true
            }
            vectors.add(
                PlanVector(
                    .origin,
                    subject: record,
                    number: hasCookie ? 1 : 0,
                    .refused(isRefused, with: .originMissing),
                    source: source(check.absent.span)
                )
            )
        }
    }

    private mutating func addOrigin(_ text: String, _ record: UInt32, _ expectation: VectorExpectation, _ span: Span) {
        vectors.add(
            PlanVector(.origin, subject: record, input: Array(text.utf8), expectation, source: source(span))
        )
    }
}

extension OriginKeyWords {
    /// An origin that the entry admits: a wildcard with a label or two, any port as one that no scheme has by default.
    fileprivate var instance: OriginKeyWords {
        let name: String
        switch kind {
        case OriginSlot.Kind.oneLabel: name = "w0.\(host)"
        case OriginSlot.Kind.labels: name = "w1.w0.\(host)"
        case OriginSlot.Kind.every: name = "w0"
        default: name = host
        }
        let number = port == OriginSlot.portAny ? 47_011 : port
        return OriginKeyWords(scheme: scheme, host: name, port: number, kind: OriginSlot.Kind.exact)
    }

    /// Origins that differ in one thing.
    fileprivate var neighbours: [OriginKeyWords] {
        func with(scheme: String? = nil, host: String? = nil, port: UInt32? = nil) -> OriginKeyWords {
            OriginKeyWords(scheme: scheme ?? self.scheme, host: host ?? self.host, port: port ?? self.port, kind: kind)
        }
        var neighbours = [
            with(port: port == 1 ? 2 : port == OriginSlot.portNone ? 1 : port - 1),
            with(scheme: scheme + "x", port: port == Self.standardPort(scheme) ? OriginSlot.portNone : port),
        ]
        switch scheme {
        case "https": neighbours.append(with(scheme: "http", port: port == 443 ? 80 : port))
        case "http": neighbours.append(with(scheme: "https", port: port == 80 ? 443 : port))
        default: break
        }
        guard !host.hasPrefix("[") else { return neighbours }
        neighbours += [with(host: "x" + host), with(host: "x." + host), with(host: host + ".x")]
        if let dot = host.firstIndex(of: ".") {
            neighbours.append(with(host: String(host[host.index(after: dot)...])))
        }
        return neighbours
    }

    /// As an Origin header says it.
    fileprivate var text: String {
        let isStandard = port == OriginSlot.portNone || port == Self.standardPort(scheme)
        return "\(scheme)://\(host)" + (isStandard ? "" : ":\(port)")
    }
}
