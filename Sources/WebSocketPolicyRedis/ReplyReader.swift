import CHiredis

/// What Redis answers to one command.
enum Reply: Equatable {
    case text([UInt8])
    case number(Int64)
    case null
    case error(String)
    case list([Reply])
}

/// Reads replies of Redis from the bytes of a connection, wherever they are cut, by hiredis' reader.
///
/// It belongs to one connection and is used on its event loop alone.
@safe
final class ReplyReader {
    /// What came is no reply.
    struct Malformed: Error {}

    private let reader: UnsafeMutablePointer<redisReader>

    init?() {
        guard let reader = unsafe redisReaderCreate() else { return nil }
        unsafe self.reader = reader
    }

    deinit {
        unsafe redisReaderFree(reader)
    }

    /// Takes more bytes.
    func feed(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        // The reader copies them.
        let code = unsafe redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count)
        guard code == REDIS_OK else { throw Malformed() }
    }

    /// The next whole reply; nil where more bytes are needed.
    func next() throws(Malformed) -> Reply? {
        var found: UnsafeMutableRawPointer?
        let code = unsafe redisReaderGetReply(reader, &found)
        guard code == REDIS_OK else { throw Malformed() }
        guard let found = unsafe found else { return nil }
        defer { unsafe freeReplyObject(found) }
        // What this reader makes are its default objects.
        return unsafe Self.reply(found.assumingMemoryBound(to: redisReply.self))
    }

    private static func reply(_ object: UnsafeMutablePointer<redisReply>) -> Reply {
        switch unsafe object.pointee.type {
        case REDIS_REPLY_INTEGER: return unsafe .number(object.pointee.integer)
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ERROR: return unsafe .error(String(decoding: bytes(object), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            return .list(
                (0..<Int(unsafe object.pointee.elements)).map { place in
                    guard let item = unsafe object.pointee.element[place] else { return .null }
                    return unsafe reply(item)
                }
            )
        default: return unsafe .text(bytes(object))
        }
    }

    private static func bytes(_ object: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        guard let text = unsafe object.pointee.str else { return [] }
        // As many bytes as it says.
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: Int(object.pointee.len)))
    }
}
