import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests a `SubprotocolsRecord`: each name, in another case, alone and behind a foreign one, and no offer at all.
    mutating func addVectors(_ check: SubprotocolsCheck, _ record: UInt32) {
        guard vectors.isNew(.subprotocols, record) else { return }
        let names = Set(check.allow.map(\.value))
        func add(_ offers: [String], _ span: Span) {
            let isRefused = offers.isEmpty ? check.absent.value == .deny : !offers.contains(where: names.contains)
            vectors.add(
                PlanVector(
                    .subprotocols,
                    subject: record,
                    input: Array(offers.joined(separator: ",").utf8),
                    .refused(isRefused, with: .subprotocolForbidden),
                    source: source(span)
                )
            )
        }
        add([], check.absent.span)
        add(["x-foreign"], check.span)
        for name in VectorCollector.sample(check.allow) {
            add([name.value], name.span)
            add(["x-foreign", name.value], name.span)
            add([name.value + "x"], name.span)
            add([name.value == name.value.uppercased() ? name.value.lowercased() : name.value.uppercased()], name.span)
        }
    }
}
