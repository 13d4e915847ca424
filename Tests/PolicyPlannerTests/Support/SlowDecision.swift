import PolicyDocument
import PolicyModel
import PolicyPlanner
import WebSocketProtocol

/// What a handshake brings to the checks that need no counter.
struct SlowHandshake {
    /// nil: the client is unknown.
    var client: IPAddress?
    var isTLS = true
    var host = "api.example"
    var port: UInt16? = nil
    /// nil: no Origin; empty: malformed.
    var origin: OriginPattern?
    var hasCookie = false
    var subprotocols: [String] = []
}

/// Walks the steps of a graph one by one, list by list: what a plan must decide too.
struct SlowDecision: Equatable {
    /// The line that refuses; nil where nothing does.
    var refusal: Span?
    /// The lines that would refuse.
    var observed: [Span] = []

    init(_ steps: [GraphStep], _ handshake: SlowHandshake) {
        for step in steps {
            guard let refused = Self.refuses(step, handshake) else { continue }
            guard step.mode == .enforce else {
                observed.append(refused)
                continue
            }
            refusal = refused
            return
        }
    }

    private static func refuses(_ step: GraphStep, _ handshake: SlowHandshake) -> Span? {
        switch step.check {
        case .clients(let check):
            guard let client = handshake.client else { return step.span }
            if let entry = check.deny.first(where: { $0.value.contains(client) }) { return entry.span }
            guard let allow = check.allow else { return nil }
            return allow.value.contains { $0.value.contains(client) } ? nil : allow.span
        case .tls: return handshake.isTLS ? nil : step.span
        case .hosts(let check):
            let isListed = check.hosts.contains { entry in
                entry.value.name == handshake.host && (entry.value.port == nil || entry.value.port == handshake.port)
            }
            return isListed ? nil : step.span
        case .origins(let check, let refused):
            guard let origin = handshake.origin else {
                switch check.absent.value {
                case .allow: return nil
                case .allowWithoutCookies: return handshake.hasCookie ? check.absent.span : nil
                case .deny: return check.absent.span
                }
            }
            let isSite = if case .tuple = origin.form { true } else { false }
            let isListed = (check.everySite && isSite) || check.allow.contains { admits($0.value, origin) }
            if let entry = refused.first(where: { admits($0.value, origin) }) { return entry.span }
            return isListed ? nil : step.span
        case .subprotocols(let check):
            guard !handshake.subprotocols.isEmpty else {
                return check.absent.value == .allow ? nil : check.absent.span
            }
            let names = Set(check.allow.map(\.value))
            return handshake.subprotocols.contains { names.contains($0) } ? nil : step.span
        case .path, .limit, .token, .identityLimit: return nil
        }
    }

    /// Whether an entry admits an origin, which is written as an entry with an exact host.
    static func admits(_ entry: OriginPattern, _ origin: OriginPattern) -> Bool {
        switch (entry.form, origin.form) {
        case (.everySite, .tuple): return true
        case (.null, .null), (.file, .file): return true
        case (.tuple(let scheme, let host, let port), .tuple(let otherScheme, .exact(let name), let otherPort)):
            guard scheme == otherScheme, port == .every || number(port, scheme) == number(otherPort, scheme) else {
                return false
            }
            switch host {
            case .exact(let exact): return exact == name
            case .every: return true
            case .labels(let suffix): return name.hasSuffix("." + suffix)
            case .oneLabel(let suffix):
                return name.hasSuffix("." + suffix) && !name.dropLast(suffix.utf8.count + 1).contains(".")
            }
        default: return false
        }
    }

    private static func number(_ port: OriginPattern.Port, _ scheme: String) -> UInt16? {
        switch port {
        case .exact(let number): number
        case .standard: ["http": 80, "https": 443][scheme]
        case .every: nil
        }
    }
}
