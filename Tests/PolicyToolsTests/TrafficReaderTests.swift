import Foundation
import PolicyDocument
import Testing
import WebSocketProtocol

@testable import PolicyTools

struct TrafficReaderTests {
    private static func read(_ text: String) -> (events: [TrafficEvent], findings: [String]) {
        let file = SourceFile(id: FileID(index: 0), path: "traffic.jsonl", bytes: Array(text.utf8))
        let (events, diagnostics) = TrafficReader.read(file)
        return (
            events,
            diagnostics.all.map { finding in
                let (line, column) = file.position(at: finding.span.start)
                return "\(line):\(column): \(finding.message.text)"
            }
        )
    }

    @Test func `a handshake gains the four fields of an upgrade where none of them is given`() throws {
        let (events, findings) = Self.read(
            #"{"at": 1.5, "connection": "c", "handshake": {"target": "/ws", "headers": [["Host", "a"], ["X", "1"], ["X", "2"]], "peer": "203.0.113.7:5", "tls": true}}"#
        )
        #expect(findings.isEmpty)
        let event = try #require(events.first)
        #expect(event.unixNanoseconds == 1_500_000_000)
        guard case .handshake(let request) = event.kind else {
            Issue.record("no handshake")
            return
        }
        #expect(request.isSecure)
        let names = request.fields.map { request.text($0.name) }
        #expect(
            names == ["Host", "X", "X", "Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"]
        )
        let own = Self.read(
            #"{"at": 1, "connection": "c", "handshake": {"target": "/", "headers": [["upgrade", "h2c"]]}}"#
        )
        guard case .handshake(let plain)? = own.events.first?.kind else {
            Issue.record("no handshake")
            return
        }
        #expect(plain.fields.count == 1)
        #expect(plain.peer == nil)
    }

    @Test(arguments: [
        (
            #"{"at": 1, "connection": "c", "tik": {}}"#,
            ["1:30: unknown member `tik`", "1:1: a line has exactly one of"]
        ),
        (#"{"at": "1", "connection": "c", "tick": {}}"#, ["1:8: `at` is seconds since 1970, a number"]),
        (#"{"at": -1, "connection": "c", "tick": {}}"#, ["1:8: `at` is seconds"]),
        (#"{"at": 1e300, "connection": "c", "tick": {}}"#, ["1:8: `at` is seconds"]),
        (#"{"connection": "c", "tick": {}}"#, ["1:1: `at` is missing"]),
        (#"{"at": 1, "connection": 2, "tick": {}}"#, ["1:25: a text is expected"]),
        (#"{"at": 1, "connection": "c", "tick": {}, "close": {}}"#, ["1:1: a line has exactly one of"]),
        (#"{"at": 1, "connection": "c", "tick": 1}"#, ["1:38: an object is expected"]),
        (#"{"at": 1, "connection": "c", "message": {"base64": "AA=="}}"#, ["1:41: `base64` needs an `opcode`"]),
        (#"{"at": 1, "connection": "c", "message": {"text": "a", "base64": "AA=="}}"#, ["1:41: give exactly one"]),
        (#"{"at": 1, "connection": "c", "message": {"base64": "A", "opcode": "text"}}"#, ["1:52: this is not base64"]),
        (#"{"at": 1, "connection": "c", "frame": {"opcode": 16}}"#, ["1:50: `opcode` is text"]),
        (
            #"{"at": 1, "connection": "c", "frame": {"opcode": "text", "text": "ab", "length": 1}}"#,
            ["1:82: `length` is"]
        ),
        (#"{"at": 1, "connection": "c", "close": {"code": 70000}}"#, ["1:48: `code` is a close code"]),
        (
            #"{"at": 1, "connection": "c", "handshake": {"target": "/", "peer": "here"}}"#,
            ["1:67: `peer` is an address"]
        ),
        (
            #"{"at": 1, "connection": "c", "handshake": {"target": "/", "headers": [["a"]]}}"#,
            ["1:71: a header is a pair"]
        ),
    ])
    func `what is wrong with a line is said where it stands`(_ line: String, _ expected: [String]) {
        let (_, findings) = Self.read(line)
        #expect(findings.count == expected.count, "\(findings)")
        for (finding, start) in zip(findings, expected) { #expect(finding.hasPrefix(start), "\(finding)") }
    }

    @Test func `time never goes back, and every line's problem is reported`() {
        let text = """
            {"at": 2, "connection": "c", "tick": {}}

            {"at": 1, "connection": "c", "tick": {}}
            {"at": 2.0, "connection": "c", "tick": {}}
            nonsense
            """
        let (events, findings) = Self.read(text)
        #expect(events.map(\.line) == [1, 4])
        #expect(findings.count == 2)
        #expect(findings.first?.hasPrefix("3:8: `at` goes back") == true)
        #expect(findings.last?.hasPrefix("5:1:") == true)
    }

    @Test func `a frame's header is what stands on the wire`() throws {
        let (events, findings) = Self.read(
            """
            {"at": 1, "connection": "c", "frame": {"opcode": "text", "text": "Hello"}}
            {"at": 1, "connection": "c", "frame": {"opcode": 3, "fin": false, "masked": false, "rsv": 4, "length": 65536}}
            {"at": 1, "connection": "c", "frame": {"opcode": "binary", "length": 126}}
            """
        )
        #expect(findings.isEmpty)
        let headers = events.map { event -> [UInt8] in
            guard case .frame(let frame) = event.kind else { return [] }
            return frame.headerBytes
        }
        #expect(
            headers == [
                [0x81, 0x85, 0, 0, 0, 0], [0x43, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0], [0x82, 0xFE, 0, 126, 0, 0, 0, 0],
            ]
        )
    }

    @Test func `the recorded traffic is read without a finding`() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Examples/Traffic/financehub.jsonl"
        )
        let text = try String(contentsOf: path, encoding: .utf8)
        let (events, findings) = Self.read(text)
        #expect(findings.isEmpty)
        #expect(events.count == text.split(separator: "\n").count)
    }

    @Test func `every cut and many damaged lines are read without a trap`() {
        let line =
            #"{"at": 1.25, "connection": "c", "frame": {"opcode": "text", "fin": true, "base64": "AAAA", "length": 9}}"#
        for count in 0...line.utf8.count { _ = Self.read(String(line.prefix(count))) }
        for place in line.indices {
            for other in ["{", "}", "\"", "9", "-", "\\", "\u{0}"] {
                var changed = line
                changed.replaceSubrange(place...place, with: other)
                _ = Self.read(changed)
            }
        }
        #expect(Self.read(line).events.count == 1)
    }
}
