import Testing
import WebSocketProtocol

struct BearerCredentialTests {
    private func read(_ value: String) -> (BearerCredential, String) {
        let bytes = Array(value)
        let credential = BearerCredential(bytes.span, in: 0..<bytes.count)
        guard case .token(let range) = credential else { return (credential, "") }
        return (credential, bytes.text(range))
    }

    @Test(arguments: [
        ("Bearer T", "T"),
        // D21: the scheme in any case, several spaces.
        ("bEaReR  T", "T"),
        ("BEARER abc.def-ghi_jkl~mno+/==", "abc.def-ghi_jkl~mno+/=="),
    ])
    func `A bearer token is found`(value: String, token: String) {
        #expect(read(value).1 == token)
    }

    @Test(arguments: ["Bearer", "bearer "])
    func `A bearer without a token is empty`(value: String) {
        #expect(read(value).0 == .empty)
    }

    @Test(arguments: ["", "Basic T", "Beare", "BearerT", "Bearers T", "Token Bearer T", "T"])
    func `D21 another scheme is none`(value: String) {
        #expect(read(value).0 == .otherScheme)
    }

    @Test(arguments: [
        "Bearer a b", "Bearer a,b", "Bearer =", "Bearer a=b", "Bearer \"a\"", "Bearer\tT", "Bearer é", "Bearer:T",
    ])
    func `What is no token68 is malformed`(value: String) {
        #expect(read(value).0 == .malformed)
    }
}
