import NIOHTTP1
import WebSocketProtocol

/// What a server is asked.
struct HTTPSRequest: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        /// Redirects are followed, a few of them.
        case get
        /// `application/x-www-form-urlencoded`; redirects are not followed, as they would carry it elsewhere.
        case post(form: [UInt8])
    }

    var address: HTTPSAddress
    var action: Action = .get
    /// What is taken as an answer.
    var accepts: String
    /// The value of an Authorization field; nil for none.
    var authorization: String?

    var followsRedirects: Bool { action == .get }

    /// The head as it is sent.
    var head: HTTPRequestHead {
        var fields = HTTPHeaders()
        fields.add(name: "Host", value: address.authority)
        fields.add(name: "Accept", value: accepts)
        fields.add(name: "Connection", value: "close")
        fields.add(name: "User-Agent", value: "websocket-policy")
        if let authorization { fields.add(name: "Authorization", value: authorization) }
        switch action {
        case .get: return HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target, headers: fields)
        case .post(let form):
            fields.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            fields.add(name: "Content-Length", value: "\(form.count)")
            return HTTPRequestHead(version: .http1_1, method: .POST, uri: address.target, headers: fields)
        }
    }
}
