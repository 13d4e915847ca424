import Crypto
import PolicyRuntime
import Testing

@testable import WebSocketPolicyRedis

struct StoreNamesTests {
    private static func code(_ text: String, _ secret: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: secret)).prefix(16))
    }

    private static func digits(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test(arguments: [16, 63, 64, 65, 200])
    func `keys and names are half of an HMAC with the secret, whatever its length`(_ length: Int) {
        let secret = (0..<length).map { UInt8($0) }
        let names = StoreNames(prefix: "p", secret: secret)
        let key = "p:{\(Self.digits(Self.code("a limit", secret)))}"
        #expect(String(decoding: names.key(Array("a limit".utf8)), as: UTF8.self) == key)
        let list = "p:{\(Self.digits(Self.code("revoked\nquotes", secret)))}"
        let keys = names.listKeys(of: "quotes").map { String(decoding: $0, as: UTF8.self) }
        #expect(keys == [list + ":changes", list + ":ends"])
        for text in ["", "42", String(repeating: "long ", count: 40)] {
            let naming = names.naming(of: "quotes")
            let subject = String(decoding: StoreNames.text(naming(.subject, Array(text.utf8))), as: UTF8.self)
            #expect(subject == Self.digits(Self.code("revoked\nquotes\nsubject\n" + text, secret)))
            let id = String(decoding: StoreNames.text(naming(.tokenID, Array(text.utf8))), as: UTF8.self)
            #expect(id == Self.digits(Self.code("revoked\nquotes\nid\n" + text, secret)))
        }
    }
}
