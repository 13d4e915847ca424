import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why something that a policy names elsewhere cannot be had; says its address, and nothing of what it answered.
public struct RemoteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence for whoever runs the server.
    public let description: String

    /// An error that says this.
    package init(_ description: String) {
        self.description = description
    }
}

/// Why an exchange gave no answer, as the end of a sentence that begins with the address.
enum ExchangeProblem: Error, Equatable {
    case tooSlow
    case tooLarge(maximum: Int)
    case status(UInt)
    case encoded
    case cutShort
    /// A redirect without a place, to one that is not `https:`, or where none is followed.
    case wrongRedirect
    case tooManyRedirects
    case failed(String)

    /// What went wrong below HTTP, in words: texts of libraries may hold where they were built.
    init(_ error: any Error) {
        switch error {
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self = .failed("no TLS with a trusted certificate for its name")
        case is NIOConnectionError, is IOError, is ChannelError: self = .failed("nobody answers there")
        case is HTTPParserError: self = .failed("it does not speak HTTP")
        default: self = .failed("the connection failed")
        }
    }

    var text: String {
        switch self {
        case .tooSlow: "does not answer in time"
        case .tooLarge(let maximum): "answers with more than \(maximum) bytes"
        case .status(let code): "answers with status \(code)"
        case .encoded: "answers in an encoding that was not asked for"
        case .cutShort: "closes before its answer ends"
        case .wrongRedirect: "leads to where is not followed: only `https://` is"
        case .tooManyRedirects: "leads from one address to the next"
        case .failed(let reason): "cannot be asked: \(reason)"
        }
    }
}
