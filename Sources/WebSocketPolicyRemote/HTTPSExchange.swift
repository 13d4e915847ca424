import NIOCore
import NIOHTTP1

/// One request and its answer on a connection of their own, bounded in size.
///
/// The answer is only taken whole: a connection that ends before it has answered nothing.
final class HTTPSExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    enum Answer: Sendable, Equatable {
        case bytes([UInt8])
        /// Another address to ask, as the server wrote it.
        case redirect(String)
    }

    private let request: HTTPSRequest
    private let maximumBytes: Int
    private let promise: EventLoopPromise<Answer>
    private var bytes: [UInt8] = []
    private var hasHead = false

    init(_ request: HTTPSRequest, maximumBytes: Int, promise: EventLoopPromise<Answer>) {
        self.request = request
        self.maximumBytes = maximumBytes
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if case .post(let form) = request.action {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: form)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): take(head, context)
        case .body(let part):
            guard part.readableBytes <= maximumBytes - bytes.count else {
                return finish(.failure(ExchangeProblem.tooLarge(maximum: maximumBytes)), context)
            }
            bytes.append(contentsOf: part.readableBytesView)
        case .end: finish(.success(.bytes(bytes)), context)
        }
    }

    private func take(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
        hasHead = true
        let status = head.status.code
        if [301, 302, 303, 307, 308].contains(status) {
            let places = head.headers["Location"]
            guard request.followsRedirects, places.count == 1 else {
                return finish(.failure(ExchangeProblem.wrongRedirect), context)
            }
            return finish(.success(.redirect(places[0])), context)
        }
        guard status == 200 else { return finish(.failure(ExchangeProblem.status(status)), context) }
        guard head.headers["Content-Encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
            return finish(.failure(ExchangeProblem.encoded), context)
        }
        // A length beyond all numbers is one that is too long.
        let fits = head.headers["Content-Length"].allSatisfy {
            UInt64($0).map { $0 <= UInt64(max(0, maximumBytes)) } ?? false
        }
        if !fits { finish(.failure(ExchangeProblem.tooLarge(maximum: maximumBytes)), context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let problem = hasHead ? ExchangeProblem.cutShort : ExchangeProblem(error)
        finish(.failure(problem), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(ExchangeProblem.cutShort), context)
        context.fireChannelInactive()
    }

    /// The first outcome counts; what comes behind it is left unread.
    private func finish(_ outcome: Result<Answer, any Error>, _ context: ChannelHandlerContext) {
        promise.completeWith(outcome)
        context.close(promise: nil)
    }
}
