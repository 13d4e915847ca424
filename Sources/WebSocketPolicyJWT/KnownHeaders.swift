import Synchronization
import WebSocketProtocol

/// Headers of tokens that were signed, so that those that come again are not read again: an issuer writes few.
///
/// Only what a key of the policy has signed is kept: nobody else fills it.
final class KnownHeaders: Sendable {
    private static let most = 16
    /// Longer ones are read every time, in bytes of base64url.
    private static let longest = 512

    private final class Entry: Sendable {
        let record: Int
        let text: [UInt8]
        let header: HeaderCheck

        init(_ record: Int, _ text: [UInt8], _ header: HeaderCheck) {
            self.record = record
            self.text = text
            self.header = header
        }
    }

    private let entries = Mutex<[Entry]>([])

    /// The header that the first `count` bytes of a token are.
    func header(_ count: Int, of token: Span<UInt8>, _ record: Int) -> HeaderCheck? {
        guard count <= Self.longest else { return nil }
        // The bytes are valid for the call.
        return unsafe token.withUnsafeBufferPointer { token in
            entries.withLock { entries in
                for entry in entries where entry.record == record && entry.text.count == count {
                    if unsafe Self.begins(token, with: entry.text) { return entry.header }
                }
                return nil
            }
        }
    }

    /// Keeps the header of a signed token.
    func keep(_ header: HeaderCheck, _ count: Int, of token: Span<UInt8>, _ record: Int) {
        guard count <= Self.longest else { return }
        // The bytes are valid for the call.
        let text = unsafe token.extracting(first: count).withUnsafeBufferPointer { unsafe Array($0) }
        let entry = Entry(record, text, header)
        entries.withLock { entries in
            guard !entries.contains(where: { $0.record == record && $0.text == text }) else { return }
            if entries.count == Self.most { entries.removeFirst() }
            entries.append(entry)
        }
    }

    /// Whether a token begins with a text; it is no shorter.
    private static func begins(_ token: UnsafeBufferPointer<UInt8>, with text: [UInt8]) -> Bool {
        // The bytes are valid for the call.
        let token = unsafe token.span
        return token.equals(text.span, in: 0..<text.count)
    }
}
