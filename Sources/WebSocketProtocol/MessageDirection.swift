/// Who sends a message.
public enum MessageDirection: Sendable, CaseIterable {
    case fromClient
    case fromServer
}
