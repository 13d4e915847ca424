import Foundation
import NIOCore
public import WebSocketPolicyNIO

/// The application: prices of the symbols that a client asked for, and its orders.
///
/// No line of it looks at an origin, a token, a rate or the form of a message: what arrives here has passed the policy.
public struct QuoteFeed: Sendable {
    /// How long between two prices.
    private let interval: Duration

    /// A feed of made-up prices.
    public init(interval: Duration = .milliseconds(200)) {
        self.interval = interval
    }

    /// Serves a connection until either side closes.
    public func serve(_ socket: AsyncWebSocket) async throws {
        let subject = socket.connection.subject ?? "nobody"
        let interval = interval
        try await socket.channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                var symbols: Set<String> = []
                for try await message in inbound {
                    guard case .text(let text) = message,
                        let request = try? JSONDecoder().decode(Request.self, from: Data(text.readableBytesView))
                    else { continue }
                    let symbol = request.payload?.symbol ?? "ACME"
                    switch request.type {
                    case "subscribe" where symbols.insert(symbol).inserted:
                        group.addTask {
                            for step in 0... {
                                try await outbound.write(try Reply(quote: symbol, step: step).message())
                                try await Task.sleep(for: interval)
                            }
                        }
                    case "order":
                        try await outbound.write(try Reply(order: symbol, subject: subject).message())
                    default: break
                    }
                }
                group.cancelAll()
            }
        }
    }
}

private struct Request: Decodable {
    struct Payload: Decodable {
        let symbol: String?
    }
    let type: String
    let payload: Payload?
}

private struct Reply: Encodable {
    let type: String
    let symbol: String
    var price: Double?
    var subject: String?
    let timestamp = Date().timeIntervalSince1970

    init(quote symbol: String, step: Int) {
        type = "quote"
        self.symbol = symbol
        price = 100 + Double(step % 50) / 10
    }

    init(order symbol: String, subject: String) {
        type = "orderAccepted"
        self.symbol = symbol
        self.subject = subject
    }

    func message() throws -> WebSocketMessage {
        .text(ByteBuffer(bytes: try JSONEncoder().encode(self)))
    }
}
