import NIOCore
import NIOPosix
import SeededNumbers
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyRemote

/// Asking a server that does what it should not.
struct HTTPSClientTests {
    private static func settings(_ change: (inout RemoteSettings) -> Void = { _ in }) -> RemoteSettings {
        var settings = RemoteSettings()
        settings.trust = .certificates(pem: Array(LoopbackCertificates.authority.utf8))
        settings.maximumBytes = 1000
        change(&settings)
        return settings
    }

    private static func ask(
        _ url: String,
        _ settings: RemoteSettings = settings(),
        action: HTTPSRequest.Action = .get
    ) async throws -> String {
        let client = try HTTPSClient(settings)
        let request = HTTPSRequest(address: try HTTPSAddress(parsing: url), action: action, accepts: "application/json")
        let bytes = try await client.answer(to: request, on: MultiThreadedEventLoopGroup.singleton.any()).get()
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func problem(
        _ url: String,
        _ settings: RemoteSettings = settings(),
        action: HTTPSRequest.Action = .get
    ) async -> ExchangeProblem? {
        do {
            _ = try await ask(url, settings, action: action)
            return nil
        } catch {
            return error as? ExchangeProblem ?? .failed("another error: \(error)")
        }
    }

    @Test func `a request says where and what, and nothing else`() async throws {
        let server = try await LoopbackServer { _ in .ok("{}") }
        #expect(try await Self.ask(server.url("/a/b?c=d%20e")) == "{}")
        let head =
            "GET /a/b?c=d%20e HTTP/1.1\r\nHost: localhost:\(server.port)\r\nAccept: application/json\r\n"
            + "Connection: close\r\nUser-Agent: websocket-policy\r\n\r\n"
        #expect(server.requests == [head])
        #expect(try await Self.ask(server.url("/", host: "127.0.0.1")) == "{}")
        try await server.stop()
    }

    @Test func `a form is posted whole`() async throws {
        let server = try await LoopbackServer { .ok($0.hasSuffix("\r\n\r\ntoken=abc") ? "yes" : "no") }
        #expect(try await Self.ask(server.url(), action: .post(form: Array("token=abc".utf8))) == "yes")
        try await server.stop()
    }

    @Test func `an answer may come in chunks, or end with the connection`() async throws {
        let server = try await LoopbackServer { request in
            request.hasPrefix("GET /chunks")
                ? .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                : .text("HTTP/1.0 200 OK\r\n\r\nabcde")
        }
        #expect(try await Self.ask(server.url("/chunks")) == "abcde")
        #expect(try await Self.ask(server.url("/close")) == "abcde")
        try await server.stop()
    }

    @Test(arguments: ["authority of nobody", "another host", "no TLS"])
    func `a server that does not prove who it is is not asked`(_ what: String) async throws {
        let server = try await LoopbackServer(
            certificate: what == "another host" ? LoopbackCertificates.elsewhere : LoopbackCertificates.certificate,
            isPlain: what == "no TLS"
        ) { _ in .ok("{}") }
        let settings = Self.settings {
            if what == "authority of nobody" {
                $0.trust = .certificates(pem: Array(LoopbackCertificates.another.utf8))
            }
        }
        for host in ["localhost", "127.0.0.1"] {
            let problem = await Self.problem(server.url(host: host), settings)
            #expect(problem == .failed("no TLS with a trusted certificate for its name"), "\(host)")
        }
        #expect(server.requests.isEmpty)
        // The system's authorities never signed it.
        let system = Self.settings { $0.trust = .system }
        guard case .failed? = await Self.problem(server.url(), system) else {
            Issue.record("trusted")
            return
        }
        try await server.stop()
    }

    @Test func `an answer is at most as long as it may be, whatever it announces`() async throws {
        let server = try await LoopbackServer { request in
            let body = String(repeating: "a", count: request.hasPrefix("GET /fits") ? 1000 : 1001)
            return switch request.split(separator: " ")[1] {
            case "/announced":
                .text("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n", thenClose: false)
            case "/large": .text("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", thenClose: false)
            case "/chunk":
                .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", thenClose: false)
            case "/endless": .trickle("HTTP/1.1 200 OK\r\n\r\n" + body, every: .milliseconds(1))
            case "/fields":
                .text("HTTP/1.1 200 OK\r\n" + String(repeating: "a: b\r\n", count: 40_000), thenClose: false)
            default: .ok(body)
            }
        }
        #expect(try await Self.ask(server.url("/fits")).utf8.count == 1000)
        for path in ["/over", "/announced", "/large", "/endless"] {
            #expect(await Self.problem(server.url(path)) == .tooLarge(maximum: 1000), "\(path)")
        }
        guard case .failed? = await Self.problem(server.url("/fields")) else {
            Issue.record("240 KB of fields")
            return
        }
        // A chunk that announces everything and brings three bytes: only time ends it.
        let hasty = Self.settings { $0.timeout = .milliseconds(200) }
        #expect(await Self.problem(server.url("/chunk"), hasty) == .tooSlow)
        try await server.stop()
    }

    @Test(arguments: ["silence", "a byte at a time", "head without end"])
    func `an answer that takes too long is none`(_ how: String) async throws {
        let server = try await LoopbackServer { _ in
            switch how {
            case "silence": .silence
            case "a byte at a time": .trickle("H", every: .milliseconds(5))
            default: .text("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", thenClose: false)
            }
        }
        let settings = Self.settings { $0.timeout = .milliseconds(200) }
        let problem = await Self.problem(server.url(), settings)
        // Not HTTP at all is noticed at once.
        #expect(problem == .tooSlow || (how == "a byte at a time" && problem != nil))
        try await server.stop()
    }

    @Test func `a connection that ends early has answered nothing`() async throws {
        let server = try await LoopbackServer { request in
            switch request.split(separator: " ")[1] {
            case "/none": .text("")
            case "/head": .text("HTTP/1.1 200 OK\r\nContent-Le")
            case "/short": .text("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd")
            default: .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            }
        }
        for path in ["/none", "/head", "/short", "/chunks"] {
            #expect(await Self.problem(server.url(path)) != nil, "\(path)")
        }
        try await server.stop()
        // Nobody listens at the first port of all.
        #expect(await Self.problem("https://127.0.0.1:1/") == .failed("nobody answers there"))
    }

    @Test(arguments: [
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 206 Partial\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 999 ?\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "HTTP/1.1 2x0 OK\r\n\r\n{}",
        "GET / HTTP/1.1\r\n\r\n", "\u{0}\u{1}\u{2}", "{}",
    ])
    func `only a whole answer of status 200 as it was asked for is one`(_ answer: String) async throws {
        let server = try await LoopbackServer { _ in .text(answer) }
        #expect(await Self.problem(server.url()) != nil)
        try await server.stop()
    }

    @Test func `redirects are followed by https alone, and not for ever`() async throws {
        let server = try await LoopbackServer { request in
            let path = String(request.split(separator: " ")[1])
            func to(_ place: String, _ status: Int = 302) -> LoopbackServer.Reply {
                .text("HTTP/1.1 \(status) Found\r\nLocation: \(place)\r\nContent-Length: 0\r\n\r\n")
            }
            return switch path {
            case "/1": to("/2", 301)
            case "/2": to("/3", 307)
            case "/3": to("/end", 308)
            case "/0": to("/1", 303)
            case "/loop": to("/loop")
            case "/http": to("http://localhost/end")
            case "/file": to("file:///etc/passwd")
            case "/user": to("https://a:b@localhost/end")
            case "/nothing": .text("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")
            case "/two": .text("HTTP/1.1 302 Found\r\nLocation: /end\r\nLocation: /1\r\nContent-Length: 0\r\n\r\n")
            case "/relative": to("end")
            default: .ok("here")
            }
        }
        #expect(try await Self.ask(server.url("/1")) == "here")
        #expect(await Self.problem(server.url("/0")) == .tooManyRedirects)
        #expect(await Self.problem(server.url("/loop")) == .tooManyRedirects)
        for path in ["/http", "/file", "/user", "/nothing", "/two", "/relative"] {
            #expect(await Self.problem(server.url(path)) == .wrongRedirect, "\(path)")
        }
        // What is posted is for one server.
        #expect(await Self.problem(server.url("/1"), action: .post(form: [])) == .wrongRedirect)
        try await server.stop()
    }

    @Test func `random bytes are no answer and trap nothing`() async throws {
        var random = SeededGenerator(seed: 47)
        for round in 0..<40 {
            var bytes = round.isMultiple(of: 2) ? Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".utf8) : []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                bytes.insert(
                    .random(in: .min ... .max, using: &random),
                    at: .random(in: 0...bytes.count, using: &random)
                )
            }
            let (sent, changed) = (bytes, bytes.count > 60)
            let server = try await LoopbackServer { _ in .bytes(sent, thenClose: true) }
            let problem = await Self.problem(server.url())
            if changed { #expect(problem != .tooSlow) }
            try await server.stop()
        }
    }

    @Test func `certificates that cannot be read are said`() {
        for pem in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            let settings = Self.settings { $0.trust = .certificates(pem: Array(pem.utf8)) }
            let client = try? HTTPSClient(settings)
            // Nobody at all is a list, too; nobody on it signed anything.
            #expect(client == nil || pem.isEmpty)
        }
    }
}
