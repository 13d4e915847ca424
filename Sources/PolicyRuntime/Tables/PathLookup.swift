import PolicyPlan
import WebSocketProtocol

/// Finds a path's route in the plan's trie, in one walk.
enum PathLookup {
    /// The route's index; nil where none matches, or the path could be read as another than it looks.
    static func route(_ path: Range<Int>, in bytes: Span<UInt8>, _ plan: PlanView) -> Int? {
        guard !PathSegments.isSuspicious(path, in: bytes) else { return nil }
        let root = plan.word(plan.policy + PolicyRecord.pathRoot)
        guard root != none else { return 0 }
        var node = Int(root)
        var segments = PathSegments(path)
        while let segment = segments.next(in: bytes) {
            if let child = literal(node, segment, bytes, plan) {
                node = child
                continue
            }
            let parameter = plan.word(node + PathNode.parameter)
            if !segment.isEmpty, parameter != none {
                node = Int(parameter)
                continue
            }
            return found(plan.word(node + PathNode.rest))
        }
        return found(plan.word(node + PathNode.route))
    }

    private static func found(_ word: UInt32) -> Int? { word == none ? nil : Int(word) }

    private static func literal(_ node: Int, _ segment: Range<Int>, _ bytes: Span<UInt8>, _ plan: PlanView) -> Int? {
        let table = plan.word(node + PathNode.literals)
        guard table != none else { return nil }
        var isEncoded = false
        for index in segment where bytes[index] == 0x25 { isEncoded = true }
        guard isEncoded else {
            return TextLookup.value(table: Int(table), bytes, in: segment, plan).map { Int($0) }
        }
        // An encoded segment compares as what it decodes to; few clients send one.
        var decoded: [UInt8] = []
        guard PercentReader.decode(segment, in: bytes, into: &decoded) else { return nil }
        return TextLookup.value(table: Int(table), decoded.span, in: decoded.indices, plan).map { Int($0) }
    }
}
