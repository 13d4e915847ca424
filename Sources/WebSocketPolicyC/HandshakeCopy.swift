import CWebSocketPolicy
import PolicyRuntime
import WebSocketProtocol

/// A handshake that a caller of the C interface points at, copied.
enum HandshakeCopy {
    case request(HandshakeRequest)
    /// Larger than any policy lets it be: not even copied.
    case tooLarge
    /// An address or a length that cannot be.
    case unreadable

    /// Bytes that may still come of a handshake.
    private struct Room {
        var left: Int

        /// Takes a part's length; what is wrong with it, or nil.
        mutating func take(_ part: wsp_bytes) -> HandshakeCopy? {
            guard unsafe GivenBytes.areReadable(part.data, part.length) else { return .unreadable }
            guard unsafe part.length <= left else { return .tooLarge }
            unsafe left -= part.length
            return nil
        }
    }

    /// Looks at every length before anything is copied.
    static func of(_ given: wsp_handshake, limit: UInt64) -> HandshakeCopy {
        let most = max(GivenBytes.mostHandshakeBytes, Int(min(limit, UInt64(GivenBytes.mostPlanBytes))))
        var room = Room(left: most)
        if let problem = unsafe room.take(given.method) ?? room.take(given.version) ?? room.take(given.target)
            ?? room.take(given.peer)
        {
            return problem
        }
        let count = unsafe given.header_count
        guard count >= 0, unsafe given.headers != nil || count == 0 else { return .unreadable }
        // Each field has four bytes of its own on the wire.
        guard count <= room.left / 4 else { return .tooLarge }
        // The caller promises that so many stand there until the call returns.
        let headers = unsafe UnsafeBufferPointer(start: given.headers, count: count)
        for place in 0..<count {
            if let problem = unsafe room.take(headers[place].name) ?? room.take(headers[place].value) { return problem }
        }
        var fields: [([UInt8], [UInt8])] = []
        fields.reserveCapacity(count)
        for place in 0..<count {
            guard let name = unsafe GivenBytes.copy(headers[place].name),
                let value = unsafe GivenBytes.copy(headers[place].value)
            else { return .unreadable }
            fields.append((name, value))
        }
        guard let method = unsafe GivenBytes.copy(given.method),
            let version = unsafe GivenBytes.copy(given.version), let target = unsafe GivenBytes.copy(given.target),
            let peer = unsafe GivenBytes.copy(given.peer)
        else { return .unreadable }
        var address: SocketAddress?
        if !peer.isEmpty {
            address = SocketAddress(parsing: String(decoding: peer, as: UTF8.self))
            guard address != nil else { return .unreadable }
        }
        return .request(
            HandshakeRequest(
                method: method.isEmpty ? Array("GET".utf8) : method,
                version: version.isEmpty ? Array("1.1".utf8) : version,
                target: target,
                rawHeaders: fields,
                peer: address,
                isSecure: unsafe given.is_tls != 0
            )
        )
    }
}
