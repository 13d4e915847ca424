import Foundation
import Testing
import WebSocketPolicy

/// The policies for published protocols accept what the protocols' clients send, and refuse what is near it.
struct ReadyPoliciesTests {
    struct Ready: CustomStringConvertible, Sendable {
        let folder: String
        let subprotocol: String?
        let origin: String?
        let host: String
        let accepted: [String]
        let refused: [String]

        var description: String { folder }
    }

    private static let key = String(repeating: "0a", count: 32)
    private static let event =
        #"{"id":"\#(key)","pubkey":"\#(key)","created_at":1780000000,"kind":1,"tags":[["p","x"]],"content":"hi","sig":"\#(key)\#(key)"}"#

    static let policies: [Ready] = [
        Ready(
            folder: "json-rpc",
            subprotocol: nil,
            origin: "https://app.example",
            host: "api.example",
            accepted: [
                #"{"jsonrpc":"2.0","method":"sum","params":[1,2],"id":1}"#,
                #"{"jsonrpc":"2.0","method":"note","params":{"a":1}}"#,
                #"{"jsonrpc":"2.0","result":null,"id":"7"}"#,
                #"{"jsonrpc":"2.0","error":{"code":-32601,"message":"no such method","data":[]},"id":null}"#,
            ],
            refused: [
                #"{"jsonrpc":"1.0","method":"sum","id":1}"#, #"{"jsonrpc":"2.0","id":1}"#,
                #"{"jsonrpc":"2.0","method":"a","result":1,"id":1}"#,
                #"{"jsonrpc":"2.0","method":"a","params":3,"id":1}"#,
                #"{"jsonrpc":"2.0","error":{"code":1.5,"message":"x"},"id":1}"#, #"[{"jsonrpc":"2.0","method":"a"}]"#,
                #"{"jsonrpc":"2.0","method":"a","extra":1}"#,
            ]
        ),
        Ready(
            folder: "graphql-transport-ws",
            subprotocol: "graphql-transport-ws",
            origin: "https://app.example",
            host: "api.example",
            accepted: [
                #"{"type":"connection_init"}"#, #"{"type":"connection_init","payload":{"token":"x"}}"#,
                #"{"type":"ping"}"#,
                #"{"type":"pong","payload":null}"#,
                #"{"id":"1","type":"subscribe","payload":{"query":"subscription { prices }","variables":{"a":1}}}"#,
                #"{"type":"complete","id":"1"}"#,
            ],
            refused: [
                #"{"type":"next","id":"1","payload":{}}"#, #"{"type":"subscribe","id":"1","payload":{}}"#,
                #"{"type":"subscribe","id":"","payload":{"query":"x"}}"#, #"{"type":"complete"}"#, #"{"id":"1"}"#,
            ]
        ),
        Ready(
            folder: "phoenix-channels",
            subprotocol: nil,
            origin: "https://app.example",
            host: "api.example",
            accepted: [
                #"["1","1","room:lobby","phx_join",{}]"#, #"[null,"2","phoenix","heartbeat",{}]"#,
                #"["1","3","room:lobby","new_msg",{"body":"hi"}]"#,
            ],
            refused: [
                #"["1","1","room:lobby","phx_join"]"#, #"["1","1","room:lobby","phx_join",{},1]"#,
                #"[1,"1","room:lobby","phx_join",{}]"#, #"["1","1","","phx_join",{}]"#, #"{"topic":"room:lobby"}"#,
            ]
        ),
        Ready(
            folder: "nostr",
            subprotocol: nil,
            origin: "https://app.example",
            host: "api.example",
            accepted: [
                #"["EVENT",\#(event)]"#, ##"["REQ","s",{"kinds":[1],"limit":10},{"#e":["\##(key)"]}]"##,
                #"["CLOSE","s"]"#,
                #"["AUTH",\#(event)]"#, #"["COUNT","s",{"authors":["\#(key)"]}]"#,
            ],
            refused: [
                #"["NOTICE","x"]"#, #"["EVENT",{}]"#, #"["REQ","s"]"#, ##"["REQ","s",{"#ee":["x"]}]"##,
                #"["EVENT",\#(event.replacingOccurrences(of: #""kind":1"#, with: #""kind":65536"#))]"#,
                #"["CLOSE",""]"#,
                #"["EVENT",\#(event.replacingOccurrences(of: "0a0a", with: "0A0a"))]"#,
            ]
        ),
        Ready(
            folder: "ocpp-1.6",
            subprotocol: "ocpp1.6",
            origin: nil,
            host: "ocpp.example",
            accepted: [
                #"[2,"19223201","Heartbeat",{}]"#, #"[3,"19223201",{"currentTime":"2026-11-25T12:00:00Z"}]"#,
                #"[4,"162376037","NotSupported","",{}]"#, #"[2.0,"1","Heartbeat",{}]"#,
            ],
            refused: [
                #"[2,"19223201","heartbeat",{}]"#, #"[2,"19223201","Heartbeat"]"#, #"[5,"1",{}]"#, #"[3,"1",[]]"#,
                #"[2,"a message id that is longer than thirty-six","Heartbeat",{}]"#, #"{"0":2}"#,
            ]
        ),
    ]

    private static func path(_ name: String) -> String {
        URL(filePath: #filePath).appending(path: "../../../policies/\(name)").standardized.path
    }

    @Test(arguments: policies)
    func `messages of a protocol pass, and what is near them does not`(_ item: Ready) throws {
        let plan = try PolicyCompiler.compile(path: Self.path("\(item.folder)/policy.yaml"))
        #expect(try plan.selfCheck() == [])
        for (messages, passes) in [(item.accepted, true), (item.refused, false)] {
            for message in messages {
                #expect(try Self.decide(message, plan, item) == passes, "\(message)")
            }
        }
    }

    private static func decide(_ message: String, _ plan: Plan, _ item: Ready) throws -> Bool {
        let engine = try PolicyEngine(plan: plan, variable: { _ in nil }, file: { _ in nil })
        let moment = Moment(ticks: 1 << 40, unixNanoseconds: 1_780_000_000_000_000_000)
        var headers = [
            ("Host", item.host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        if let origin = item.origin { headers.append(("Origin", origin)) }
        if let subprotocol = item.subprotocol { headers.append(("Sec-WebSocket-Protocol", subprotocol)) }
        let request = HandshakeRequest(
            target: "/",
            headers: headers,
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
        switch engine.admit(request, at: moment) {
        case .refuse(let refusal):
            Issue.record("the handshake is refused: \(refusal.violation)")
            return false
        case .accept(var connection, _):
            defer { connection.close() }
            if case .forward = connection.receive(message: Array(message.utf8).span, opcode: .text, at: moment) {
                return true
            }
            return false
        }
    }

    /// The schemas are their members' own; a test has them where a collection of published files lies beside the repository.
    @Test func `calls of OCPP are checked by the published schemas`() throws {
        let schemas = URL(filePath: #filePath).appending(path: "../../../../shared/conformance/ocpp/v16").standardized
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: schemas.path) else {
            print("skipped: there are no schemas of OCPP in \(schemas.path)")
            return
        }
        var files: [String: String] = [:]
        for name in names where name.hasSuffix(".json") {
            files["schemas/\(name)"] = try String(contentsOf: schemas.appending(path: name), encoding: .utf8)
        }
        for name in ["messages.yaml", "with-schemas.yaml.in"] {
            files[name] = try String(contentsOfFile: Self.path("ocpp-1.6/\(name)"), encoding: .utf8)
        }
        let policy = try #require(files["with-schemas.yaml.in"])
        let plan = try PolicyCompiler.compile(text: policy, files: files)
        let item = try #require(Self.policies.first { $0.folder == "ocpp-1.6" })
        let boot = #"[2,"1","BootNotification",{"chargePointVendor":"x","chargePointModel":"y"}]"#
        #expect(try Self.decide(boot, plan, item))
        #expect(try Self.decide(#"[2,"1","Heartbeat",{}]"#, plan, item))
        #expect(try Self.decide(#"[3,"1",{"status":"Accepted"}]"#, plan, item))
        #expect(try Self.decide(#"[4,"1","InternalError","",{}]"#, plan, item))
        #expect(try !Self.decide(#"[2,"1","BootNotification",{"chargePointVendor":"x"}]"#, plan, item))
        #expect(try !Self.decide(#"[2,"1","Heartbeat",{"extra":1}]"#, plan, item))
        #expect(try !Self.decide(#"[2,"1","Nope",{}]"#, plan, item))
        let stop = #"[2,"1","StopTransaction",{"meterStop":1.0,"timestamp":"2026-11-25T12:00:00Z","transactionId":7}]"#
        #expect(try !Self.decide(stop, plan, item), "draft 4 has no integer with a point")
        #expect(try Self.decide(stop.replacingOccurrences(of: "1.0", with: "1"), plan, item))
    }
}
