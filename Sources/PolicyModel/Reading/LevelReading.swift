import PolicyDocument
import WebSocketProtocol

/// Reads the sections of one level: the top of a file or a route.
enum LevelReading {
    static func level(_ node: Node, _ context: ReadingContext) -> Level {
        var level = Level(span: node.span)
        for entry in node.entries {
            let key = entry.key.span
            let value = entry.value
            switch entry.key.text {
            case "mode": level.mode = Words.mode(value, context).map { Located($0, at: value.span) }
            case "transport": level.transport = TransportReading.transport(value, key: key, context)
            case "clients": level.clients = TransportReading.clients(value, key: key, context)
            case "origins": level.origins = OriginsReading.section(value, key: key, context)
            case "token": level.token = TokenReading.section(value, key: key, context)
            case "subprotocols": level.subprotocols = TokenReading.subprotocols(value, key: key, context)
            case "limits": level.limits = LimitsReading.section(value, key: key, context)
            case "messages": level.messages = MessagesReading.section(value, key: key, .fromClient, context)
            case "serverMessages":
                level.serverMessages = MessagesReading.section(value, key: key, .fromServer, context)
            case "closeCodes": level.closeCodes = AnswersReading.closeCodes(value, context)
            case "responses": level.responses = AnswersReading.responses(value, context)
            case "responseHeaders": level.responseHeaders = AnswersReading.responseHeaders(value, context)
            default: break
            }
        }
        return level
    }
}
