import PolicyDocument
import WebSocketProtocol

/// A handshake taken apart by plain means: lines of names and values, a path, a query.
struct RequestText {
    /// Field lines in order; names in lower case.
    let lines: [(name: String, value: [UInt8])]
    let method: [UInt8]
    let version: [UInt8]
    let path: [UInt8]
    /// nil where the target has none.
    let query: [UInt8]?
    /// Of an absolute target.
    let targetHost: (host: HostText, scheme: String)?
    /// Whether the target has a form that a handshake may have.
    let isTargetWellFormed: Bool
    let hasMalformedName: Bool
    let isSecure: Bool
    let peer: AddressBytes?
    let byteCount: Int

    init(_ request: HandshakeRequest) {
        var lines: [(name: String, value: [UInt8])] = []
        var hasMalformedName = false
        for field in request.fields {
            let name = Array(request.bytes[field.name])
            if !ByteText.isToken(name) { hasMalformedName = true }
            lines.append(
                (
                    String(decoding: ByteText.lowercased(name), as: UTF8.self),
                    ByteText.trimmed(Array(request.bytes[field.value]))
                )
            )
        }
        self.lines = lines
        self.hasMalformedName = hasMalformedName
        method = Array(request.bytes[request.method])
        version = Array(request.bytes[request.version])
        isSecure = request.isSecure
        peer = request.peer.map { AddressBytes($0.address) }
        byteCount = request.bytes.count

        let target = Array(request.bytes[request.target])
        let question = target.firstIndex(of: UInt8(ascii: "?"))
        let front = Array(target[..<(question ?? target.count)])
        query = question.map { Array(target[($0 + 1)...]) }
        let isPrintable = !target.isEmpty && target.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
        if front.first == UInt8(ascii: "/") {
            path = front
            targetHost = nil
            isTargetWellFormed = isPrintable
        } else if let colon = front.firstIndex(of: UInt8(ascii: ":")),
            front[colon...].starts(with: Array("://".utf8)),
            case let scheme = String(decoding: ByteText.lowercased(Array(front[..<colon])), as: UTF8.self),
            HostText.standardPort(scheme) != nil,
            case let rest = Array(front[(colon + 3)...]),
            case let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count,
            let host = HostText(Array(rest[..<slash]))
        {
            path = Array(rest[slash...])
            targetHost = (host, scheme)
            isTargetWellFormed = isPrintable
        } else {
            path = []
            targetHost = nil
            isTargetWellFormed = false
        }
    }

    /// The values of the lines of that name, in lower case.
    func values(_ name: String) -> [[UInt8]] {
        lines.filter { $0.name == name }.map(\.value)
    }

    /// The elements of a comma-separated field over all its lines, empty ones left out.
    func elements(_ name: String) -> [[UInt8]] {
        values(name).flatMap { ByteText.split($0, at: ",") }.map(ByteText.trimmed).filter { !$0.isEmpty }
    }

    /// The Host field; nil unless there is exactly one that can be read.
    var host: HostText? {
        let values = values("host")
        return values.count == 1 ? HostText(values[0]) : nil
    }
}

/// RFC 6455 §4.2.1 as a list of questions.
enum HandshakeForm {
    /// The status that a malformed handshake is refused with: 400, or 426 where only the version is another; nil where
    /// nothing is wrong.
    static func refusalStatus(_ request: RequestText) -> Int? {
        guard !request.hasMalformedName, isFreeOfControls(request), request.method == Array("GET".utf8),
            isVersionHighEnough(request.version), request.isTargetWellFormed, let host = request.host,
            agrees(request, host), request.values("origin").count <= 1, hasNoBody(request),
            isUpgrade(request), isKey(request.values("sec-websocket-key"))
        else { return 400 }
        let versions = request.values("sec-websocket-version")
        guard versions.count == 1, !versions[0].isEmpty, versions[0].allSatisfy(ByteText.isDigit) else { return 400 }
        return versions[0] == Array("13".utf8) ? nil : 426
    }

    private static func isFreeOfControls(_ request: RequestText) -> Bool {
        request.lines.allSatisfy { line in
            line.value.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
        }
    }

    private static func isVersionHighEnough(_ version: [UInt8]) -> Bool {
        guard version.count == 8, version.starts(with: Array("HTTP/".utf8)), version[6] == UInt8(ascii: "."),
            ByteText.isDigit(version[5]), ByteText.isDigit(version[7])
        else { return false }
        let number = Int(version[5] - 0x30) * 10 + Int(version[7] - 0x30)
        return number >= 11
    }

    private static func agrees(_ request: RequestText, _ host: HostText) -> Bool {
        guard let (target, scheme) = request.targetHost else { return true }
        let standard = HostText.standardPort(scheme)
        return target.name == host.name && (target.port ?? standard) == (host.port ?? standard)
    }

    private static func hasNoBody(_ request: RequestText) -> Bool {
        let lengths = request.values("content-length")
        return request.values("transfer-encoding").isEmpty && (lengths.isEmpty || lengths == [Array("0".utf8)])
    }

    private static func isUpgrade(_ request: RequestText) -> Bool {
        let upgrades = request.elements("upgrade").map(ByteText.lowercased)
        let options = request.elements("connection").map(ByteText.lowercased)
        return !upgrades.isEmpty && upgrades.allSatisfy { $0 == Array("websocket".utf8) }
            && options.contains(Array("upgrade".utf8))
    }

    /// Sixteen bytes in base64 are 22 characters and two equals signs.
    private static func isKey(_ values: [[UInt8]]) -> Bool {
        guard values.count == 1, values[0].count == 24 else { return false }
        return values[0].prefix(22).allSatisfy {
            ByteText.isLetter($0) || ByteText.isDigit($0) || ByteText.isOne(of: "+/", $0)
        } && values[0].suffix(2).elementsEqual("==".utf8)
    }
}
