import WebSocketProtocol

/// Collects the head of a request from the pieces in which it arrives.
///
/// Work is linear in all that comes, and no more is kept than the limit and its empty line allow.
struct HeadIntake {
    enum Action: Equatable {
        /// The head is not whole.
        case wait
        /// The head is whole; so many bytes of the piece belong to it.
        case whole(consumed: Int)
        /// More bytes came than a head may have, and it is not whole.
        case tooLarge
    }

    private(set) var bytes: [UInt8] = []
    /// Bytes of request line and fields together.
    private let limit: UInt64

    init(limit: UInt64) {
        self.limit = limit
    }

    /// Takes the next piece; none after another action than `wait`.
    mutating func receive(_ piece: Span<UInt8>) -> Action {
        let before = bytes.count
        // The empty line is not counted; one byte more tells a head that is too large from one that just ends.
        let most = limit >= UInt64(Int.max - 3) ? Int.max : Int(limit) + 3
        let taken = min(piece.count, most - before)
        bytes.reserveCapacity(before + taken)
        for index in 0..<taken { bytes.append(piece[index]) }
        guard let end = HandshakeRequest.endOfHead(in: bytes.span, searchedTo: before) else {
            return bytes.count == most ? .tooLarge : .wait
        }
        bytes.removeSubrange(end...)
        return .whole(consumed: end - before)
    }
}
