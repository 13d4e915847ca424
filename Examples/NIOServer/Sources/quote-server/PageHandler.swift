import Foundation
import NIOCore
import NIOHTTP1

/// Serves the files of one folder to GET requests, so that a browser has a page to open the connection from.
final class PageHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let folder: String
    private var head: HTTPRequestHead?

    private init(folder: String) {
        self.folder = folder
    }

    /// Adds SwiftNIO's HTTP server and the pages behind it.
    static func add(to channel: any Channel, folder: String) throws {
        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
        try channel.pipeline.syncOperations.addHandler(PageHandler(folder: folder))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            answer(head, context)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let name = head.uri.split(separator: "?").first.map { $0 == "/" ? "index.html" : String($0.dropFirst()) } ?? ""
        // One folder, no way out of it.
        let isPlain =
            !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
            && !name.hasPrefix(".")
        let page = isPlain && head.method == .GET ? FileManager.default.contents(atPath: folder + "/" + name) : nil
        var headers = HTTPHeaders([("Content-Length", "\(page?.count ?? 0)"), ("Connection", "close")])
        headers.add(name: "Content-Type", value: Self.type(of: name))
        let status: HTTPResponseStatus = page == nil ? .notFound : .ok
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
        if let page { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: page)))), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    private static func type(of name: String) -> String {
        if name.hasSuffix(".html") { return "text/html; charset=utf-8" }
        if name.hasSuffix(".js") { return "text/javascript; charset=utf-8" }
        if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
        return "application/octet-stream"
    }
}
