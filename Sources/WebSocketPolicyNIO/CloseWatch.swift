import WebSocketProtocol

/// Looks for the client's close frame in what still arrives behind ours; everything else is skipped.
struct CloseWatch {
    private var header: [UInt8] = []
    /// Payload bytes of the present frame that are still to be skipped.
    private var skipping: UInt64 = 0
    private var isClose = false
    /// Whether nothing can be told from the bytes any more: their frames are broken.
    private(set) var isLost: Bool

    /// - Parameter isLost: whether the frames were broken before.
    init(isLost: Bool) {
        self.isLost = isLost
    }

    /// Takes what has arrived; true when the client's close frame is whole.
    mutating func receive(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count || (isClose && skipping == 0) {
            guard !isLost else { return false }
            if isClose, skipping == 0 { return true }
            if skipping > 0 {
                let count = min(UInt64(bytes.count - index), skipping)
                skipping -= count
                index += Int(count)
                continue
            }
            header.append(bytes[index])
            index += 1
            do throws(FrameHeaderError) {
                guard let frame = try FrameHeader.parse(header.span) else { continue }
                skipping = frame.payloadLength
                isClose = frame.opcode == .close
                header.removeAll(keepingCapacity: true)
            } catch {
                isLost = true
            }
        }
        return false
    }
}
