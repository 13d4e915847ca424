import Foundation

/// The messages as types of Swift, for `JSONDecoder`: types, enumerations and required members; no range, no pattern, and
/// further members pass.
enum CodableMessages {
    /// Decodes a message of that name; nil where there is no type for it.
    static func decoder(_ name: String) -> ((Data) throws -> Void)? {
        let decoder = JSONDecoder()
        switch name {
        case "FinanceHub", "seed": return { _ = try decoder.decode(Request.self, from: $0) }
        case "order": return { _ = try decoder.decode(Order.self, from: $0) }
        case "chat": return { _ = try decoder.decode(Chat.self, from: $0) }
        case "quotes64k": return { _ = try decoder.decode([Quote].self, from: $0) }
        case "batch1m": return { _ = try decoder.decode(Batch.self, from: $0) }
        case "ocpp16-metervalues": return { _ = try decoder.decode(MeterValues.self, from: $0) }
        case "union20": return { _ = try decoder.decode(Union.self, from: $0) }
        default: return nil
        }
    }

    /// Any value, for members of which a schema says nothing.
    private enum Anything: Decodable {
        case null
        case bool(Bool)
        case number(Double)
        case text(String)
        case list([Anything])
        case members([String: Anything])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let flag = try? value.decode(Bool.self) {
                self = .bool(flag)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let list = try? value.decode([Anything].self) {
                self = .list(list)
            } else {
                self = .members(try value.decode([String: Anything].self))
            }
        }
    }

    private struct Request: Decodable {
        var type: String
        var payload: [String: Anything]?
        var timestamp: Double
    }

    private struct Order: Decodable {
        enum Side: String, Decodable { case buy, sell }
        enum Kind: String, Decodable {
            case market, limit, stop
            case stopLimit = "stop_limit"
        }
        enum TimeInForce: String, Decodable { case day, gtc, ioc, fok }
        enum Name: String, Decodable { case place = "order.place" }

        struct Content: Decodable {
            var symbol: String
            var side: Side
            var kind: Kind
            var quantity: Int
            var limitPrice: Double?
            var timeInForce: TimeInForce?
            var tags: [String]?
        }

        var type: Name
        var id: String
        var account: Int
        var order: Content
        var note: String?
        var timestamp: Double
    }

    private struct Batch: Decodable {
        var type: String
        var orders: [Order]
    }

    private struct Chat: Decodable {
        var type: String
        var room: String
        var text: String
        var timestamp: Double
    }

    private struct Quote: Decodable {
        enum Exchange: String, Decodable { case Q, N, P, Z, V }

        var s: String
        var b: Double
        var a: Double
        var bs: Int?
        var `as`: Int?
        var t: Int
        var x: Exchange?
    }

    private struct MeterValues: Decodable {
        struct Value: Decodable {
            struct Sample: Decodable {
                var value: String
                var context: String?
                var format: String?
                var measurand: String?
                var phase: String?
                var location: String?
                var unit: String?
            }

            var timestamp: String
            var sampledValue: [Sample]
        }

        var connectorId: Int
        var transactionId: Int?
        var meterValue: [Value]
    }

    /// The head of the twenty kinds; their payloads go unchecked.
    private struct Union: Decodable {
        var type: String
        var id: String
        var payload: [String: Anything]
        var timestamp: Double
        var trace: String?
    }
}
