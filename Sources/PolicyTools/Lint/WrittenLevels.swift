import PolicyDocument
import PolicyModel

extension LoadedPolicy {
    /// Every level as its author wrote it: the top of each file, then its routes.
    var writtenLevels: [Level] {
        files.flatMap { file in [file.level] + (file.routes?.value.map(\.level) ?? []) }
    }

    /// Every entry of every `origins.allow`.
    var writtenOrigins: [Located<OriginPattern>] {
        writtenLevels.flatMap { $0.origins?.allow?.value ?? [] }
    }

    /// Whether some level reads its token from a cookie.
    var hasCookieToken: Bool {
        writtenLevels.contains { level in
            level.token?.from?.value.contains { source in
                if case .cookie = source.value { true } else { false }
            } == true
        }
    }
}

extension OriginPattern {
    /// Whether the host names this machine itself: localhost, names below it, loopback addresses.
    var isLoopback: Bool {
        guard case .tuple(_, let host, _) = form else { return false }
        switch host {
        case .exact(let name):
            return name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" || name.hasPrefix("127.")
        case .oneLabel(let suffix), .labels(let suffix): return suffix == "localhost" || suffix.hasSuffix(".localhost")
        case .every: return false
        }
    }

    var scheme: String? {
        if case .tuple(let scheme, _, _) = form { scheme } else { nil }
    }
}
