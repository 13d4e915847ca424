import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import WebSocketProtocol

/// Asks servers by `https:` alone, each time on a new connection, bounded in time, size and redirects.
struct HTTPSClient: Sendable {
    private static let mostRedirects = 3

    private let context: NIOSSLContext
    private let timeout: TimeAmount
    private let maximumBytes: Int

    /// - Throws: `RemoteError` where the certificates that are to be trusted cannot be read.
    init(_ settings: RemoteSettings) throws(RemoteError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.applicationProtocols = ["http/1.1"]
        do {
            if case .certificates(let pem) = settings.trust {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem))
            }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw RemoteError("the certificates that are to be trusted cannot be read: \(error)")
        }
        timeout = TimeAmount(settings.timeout)
        maximumBytes = settings.maximumBytes
    }

    /// The body of an answer with status 200.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - loop: where it is done.
    /// - Returns: fails with `ExchangeProblem`.
    func answer(to request: HTTPSRequest, on loop: any EventLoop) -> EventLoopFuture<[UInt8]> {
        let promise = loop.makePromise(of: [UInt8].self)
        let deadline = loop.scheduleTask(in: timeout) { promise.fail(ExchangeProblem.tooSlow) }
        promise.futureResult.whenComplete { _ in deadline.cancel() }
        ask(request, redirects: 0, promise)
        return promise.futureResult
    }

    private func ask(_ request: HTTPSRequest, redirects: Int, _ promise: EventLoopPromise<[UInt8]>) {
        let loop = promise.futureResult.eventLoop
        let answer = loop.makePromise(of: HTTPSExchange.Answer.self)
        answer.futureResult.whenComplete { outcome in
            switch outcome {
            case .success(.bytes(let bytes)): promise.succeed(bytes)
            case .success(.redirect(let location)):
                guard redirects < Self.mostRedirects else { return promise.fail(ExchangeProblem.tooManyRedirects) }
                guard let next = try? request.address.resolving(location) else {
                    return promise.fail(ExchangeProblem.wrongRedirect)
                }
                var request = request
                request.address = next
                ask(request, redirects: redirects + 1, promise)
            case .failure(let problem): promise.fail(problem)
            }
        }
        let (context, maximumBytes) = (context, maximumBytes)
        ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                // Whatever ends the question ends the connection, too.
                promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
                return channel.eventLoop.makeCompletedFuture {
                    let address = request.address
                    let tls = try NIOSSLClientHandler(
                        context: context,
                        serverHostname: address.isIPAddress ? nil : address.host
                    )
                    try channel.pipeline.syncOperations.addHandlers([
                        tls, HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder()),
                        HTTPSExchange(request, maximumBytes: maximumBytes, promise: answer),
                    ])
                }
            }
            .connect(host: request.address.host, port: Int(request.address.port))
            .whenFailure { answer.fail(ExchangeProblem($0)) }
    }
}
