import Testing
import WebSocketProtocol

struct HostLabelsTests {
    private func labels(_ host: String) -> [String] {
        let bytes = Array(host.utf8)
        var labels = HostLabels(0..<bytes.count)
        var found: [String] = []
        while let label = labels.next(in: bytes.span) { found.append(String(decoding: bytes[label], as: UTF8.self)) }
        return found
    }

    @Test func `Labels come from the right`() {
        #expect(labels("app.example.com") == ["com", "example", "app"])
        #expect(labels("localhost") == ["localhost"])
        #expect(labels("a.b.") == ["", "b", "a"])
        #expect(labels("") == [])
    }

    @Test func `What is left of a label is the remainder`() {
        let bytes = Array("a.b.example".utf8)
        var labels = HostLabels(0..<bytes.count)
        #expect(labels.remainder == 0..<11)
        _ = labels.next(in: bytes.span)
        #expect(labels.remainder == 0..<3)
        _ = labels.next(in: bytes.span)
        #expect(labels.remainder == 0..<1)
        _ = labels.next(in: bytes.span)
        #expect(labels.remainder.isEmpty)
        let end = labels.next(in: bytes.span)
        #expect(end == nil)
    }
}
