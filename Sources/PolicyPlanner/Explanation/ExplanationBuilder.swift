import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

/// Turns the steps of a graph into sentences.
struct ExplanationBuilder {
    let policy: ResolvedPolicy
    let sources: SourceSet
    let graph: DecisionGraph

    init(_ policy: ResolvedPolicy, sources: SourceSet) {
        self.policy = policy
        self.sources = sources
        graph = GraphBuilder(policy).graph
    }

    func route(_ pipeline: Pipeline) -> Explanation.Route {
        var steps = beginning(pipeline)
        if let pattern = pipeline.pattern {
            let index = steps.count + pipeline.steps.prefix { $0.check.rank < 3 }.count
            steps += pipeline.steps.flatMap { handshake($0, pipeline) }
            let path = step(
                .handshake,
                "the path is `\(pattern.written)`",
                [.pathForbidden],
                pipeline,
                .lookUp,
                at: pipeline.span
            )
            steps.insert(path, at: index)
        } else {
            steps += pipeline.steps.flatMap { handshake($0, pipeline) }
        }
        if let traffic = pipeline.traffic { steps += self.traffic(traffic, pipeline) }
        return Explanation.Route(pattern: pipeline.pattern?.written, place: place(pipeline.span), steps: steps)
    }

    var unrouted: Explanation.Route {
        let pipeline = graph.unrouted
        let steps = beginning(pipeline) + pipeline.steps.flatMap { handshake($0, pipeline) }
        return Explanation.Route(pattern: nil, place: place(pipeline.span), steps: steps)
    }

    // MARK: Pieces

    /// `policy.yaml:7`.
    func place(_ span: Span) -> String {
        let file = sources[span.file]
        return "\(file.path):\(file.position(at: span.start).line)"
    }

    /// One step; its answer is that of its first violation.
    func step(
        _ phase: Explanation.Phase,
        _ text: String,
        _ violations: [Violation],
        _ pipeline: Pipeline,
        _ cost: Explanation.Cost,
        mode: Mode = .enforce,
        at span: Span?,
        answer: String? = nil,
        memory: UInt64? = nil
    ) -> Explanation.Step {
        Explanation.Step(
            phase: phase,
            text: text,
            violations: violations,
            answer: mode == .observe
                ? "reported" : answer ?? violations.first.map { self.answer($0, phase, pipeline.answers) } ?? "",
            cost: cost,
            mode: mode,
            place: span.map(place),
            isDefault: span == policy.defaultSpan,
            memory: memory
        )
    }

    private func answer(_ violation: Violation, _ phase: Explanation.Phase, _ answers: Answers) -> String {
        let answer = answers[violation]
        guard phase == .handshake, answer.delivery == .http else { return "close \(answer.closeCode)" }
        return "HTTP \(answer.status)"
    }

    /// A list in words: its first entries, and how many more there are.
    func list(_ entries: [String]) -> String {
        let shown = 3
        guard entries.count > shown + 1 else {
            return entries.count == 0 ? "nothing" : entries.joined(separator: ", ")
        }
        let rest = QuantityText.count(UInt64(entries.count - shown))
        return entries.prefix(shown).joined(separator: ", ") + " and \(rest) more"
    }

    /// What holds of every handshake before any section is asked.
    private func beginning(_ pipeline: Pipeline) -> [Explanation.Step] {
        var steps = [
            step(.handshake, "it is a handshake of RFC 6455", [.badHandshake], pipeline, .compare, at: nil)
        ]
        let bytes = policy.handshakeBytes
        if case .atMost(let most) = bytes.value {
            let size = QuantityText.bytes(UInt64(max(0, most)))
            steps.append(
                step(
                    .handshake,
                    "its fields take \(size) at most",
                    [.handshakeTooLarge],
                    pipeline,
                    .compare,
                    at: bytes.span
                )
            )
        }
        if case .atMost(let most) = policy.handshakeTimeout.value {
            let time = QuantityText.duration(nanoseconds: UInt64(max(0, most.count)))
            steps.append(
                step(
                    .handshake,
                    "they arrive within \(time)",
                    [.handshakeTimeout],
                    pipeline,
                    .compare,
                    at: policy.handshakeTimeout.span
                )
            )
        }
        return steps
    }
}
