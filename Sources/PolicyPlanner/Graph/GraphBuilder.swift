import PolicyDocument
package import PolicyModel

/// The graph of a policy, before any pass: every check of every level.
package struct GraphBuilder {
    private let policy: ResolvedPolicy

    package init(_ policy: ResolvedPolicy) {
        self.policy = policy
    }

    /// The whole graph.
    package var graph: DecisionGraph {
        DecisionGraph(
            name: policy.name,
            target: policy.target,
            addressing: policy.addressing,
            handshakeBytes: policy.handshakeBytes,
            handshakeTimeout: policy.handshakeTimeout,
            limits: policy.limits,
            routes: policy.routes.map(pipeline),
            unrouted: unrouted,
            defaultSpan: policy.defaultSpan
        )
    }

    private func pipeline(_ route: ResolvedRoute) -> Pipeline {
        var steps = route.clients.map { GraphStep(check: .clients($0), mode: $0.mode, span: $0.span) }
        steps += route.tls.map { GraphStep(check: .tls, mode: $0.mode, span: $0.span) }
        steps += route.hosts.map { GraphStep(check: .hosts($0), mode: $0.mode, span: $0.span) }
        steps += route.origins.map { GraphStep(check: .origins($0), mode: $0.mode, span: $0.span) }
        steps += route.connectionLimits.map { limitStep(.limit($0), $0) }
        steps += Self.narrowed(route.subprotocols).map { check in
            GraphStep(check: .subprotocols(check), mode: check.mode, span: check.span)
        }
        steps += route.tokens.map { token in
            GraphStep(check: .token(token, attempts: route.tokenAttempts), mode: token.mode, span: token.span)
        }
        steps += route.identityLimits.map { limitStep(.identityLimit($0), $0) }
        return Pipeline(
            pattern: route.pattern,
            span: route.span,
            steps: steps,
            selectable: Self.selectable(route.subprotocols),
            answers: route.answers,
            responseHeaders: route.responseHeaders,
            closeWait: route.closeWait.value,
            traffic: traffic(route)
        )
    }

    private func limitStep(_ check: GraphCheck, _ index: Int) -> GraphStep {
        GraphStep(check: check, mode: policy.limits[index].mode, span: policy.limits[index].span)
    }

    private func traffic(_ route: ResolvedRoute) -> Pipeline.Traffic {
        Pipeline.Traffic(
            messageBytes: route.messageBytes,
            frameBytes: route.frameBytes,
            fragments: route.fragments,
            beforeTokenBytes: route.beforeTokenBytes,
            beforeTokenWithin: route.beforeTokenWithin,
            idleTimeout: route.idleTimeout,
            connectionLifetime: route.connectionLifetime,
            outboundBytes: route.outboundBytes,
            controlFrames: route.controlFrames,
            messageRates: route.messageRates,
            byteRates: route.byteRates,
            onExceeded: route.onExceeded,
            onStoreFailure: route.onStoreFailure,
            renewingType: route.tokens.first { $0.mode == .enforce }?.renewal.flatMap { route.type(of: $0.value) },
            client: Pipeline.Traffic.Messages(route.messages),
            server: Pipeline.Traffic.Messages(route.serverMessages)
        )
    }

    /// Levels intersect: each list without what an enforcing one before it does not hold.
    ///
    /// Otherwise a client could pass two levels by two different offers, of which neither may be selected.
    private static func narrowed(_ checks: [SubprotocolsCheck]) -> [SubprotocolsCheck] {
        var allowed: Set<String>?
        return checks.map { check in
            var check = check
            if let allowed { check.allow = check.allow.filter { allowed.contains($0.value) } }
            if check.mode == .enforce { allowed = Set(check.allow.map(\.value)) }
            return check
        }
    }

    /// What every enforcing level allows, in the order of the last of them: the innermost knows its server best.
    private static func selectable(_ checks: [SubprotocolsCheck]) -> [String]? {
        let enforcing = checks.filter { $0.mode == .enforce }
        guard let last = enforcing.last else { return nil }
        let sets = enforcing.dropLast().map { check in Set(check.allow.map(\.value)) }
        var known: Set<String> = []
        return last.allow.map(\.value).filter { name in
            sets.allSatisfy { $0.contains(name) } && known.insert(name).inserted
        }
    }

    private var unrouted: Pipeline {
        let checks = policy.unrouted
        var steps = checks.clients.map { GraphStep(check: .clients($0), mode: $0.mode, span: $0.span) }
        steps += checks.tls.map { GraphStep(check: .tls, mode: $0.mode, span: $0.span) }
        steps += checks.hosts.map { GraphStep(check: .hosts($0), mode: $0.mode, span: $0.span) }
        // Also where every path has a route: then nothing meets this pipeline, and nothing could pass it.
        steps.append(GraphStep(check: .path, mode: .enforce, span: checks.span ?? policy.defaultSpan))
        return Pipeline(
            pattern: nil,
            span: checks.span ?? policy.defaultSpan,
            steps: steps,
            selectable: nil,
            answers: checks.answers,
            responseHeaders: checks.responseHeaders,
            closeWait: checks.closeWait,
            traffic: nil
        )
    }
}
