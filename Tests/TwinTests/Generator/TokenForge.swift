import Crypto
import Foundation
import ReferenceEvaluator

/// Makes tokens: right ones, and ones that are wrong in one way.
struct TokenForge {
    static let secrets: [String: [UInt8]] = [
        "env:KEY": Array("the key of the twin, thirty-two bytes".utf8),
        "env:OLD_KEY": Array("the older key, which may still verify".utf8),
    ]

    /// Who is revoked, by file: subjects and ids of tokens.
    static func revocations(_ random: inout SeededRandom) -> [String: Set<[UInt8]>] {
        var lists: [String: Set<[UInt8]>] = [:]
        for path in ["revoked.txt", "more.txt"] {
            let names = ["42", "ann", "bob", "7", "t1", "t2", "t3"].filter { _ in random.chance(12) }
            lists[path] = Set(names.map { Array($0.utf8) })
        }
        return lists
    }

    /// Who is revoked on all instances, some of them no more, and how much of that is known.
    static func sharedList(_ random: inout SeededRandom) -> SharedList {
        var list = SharedList()
        for name in ["42", "ann", "bob", "7"] where random.chance(12) {
            list.subjects[Array(name.utf8)] = random.chance(80) ? .max : 1
        }
        for name in ["t1", "t2", "t3", "ann"] where random.chance(12) {
            list.ids[Array(name.utf8)] = random.chance(80) ? .max : 1
        }
        list.isKnown = random.chance(80)
        list.isTooLong = random.chance(5)
        return list
    }

    /// A token for some subject at a moment, seconds since 1970.
    static func token(_ random: inout SeededRandom, at seconds: Int64) -> String {
        var claims = [
            "\"user_id\":\(random.pick(["42", "\"ann\"", "7"]))", "\"sub\":\"\(random.pick(["ann", "bob"]))\"",
            "\"tenant\":\(random.pick(["\"a\"", "\"b\"", "3", "true"]))", "\"iss\":\"https://auth.example\"",
            "\"iat\":\(seconds)", "\"role\":\"\(random.pick(["trader", "trader", "guest"]))\"",
        ]
        if random.chance(60) { claims.append("\"jti\":\(random.pick(["\"t1\"", "\"t2\"", "\"t3\"", "1"]))") }
        var expiry = seconds + Int64(random.pick([5, 60, 600, 3600, 7200]))
        if random.chance(40) {
            claims.append("\"aud\":\(random.pick(["\"realtime\"", "[\"x\",\"batch\"]", "\"other\""]))")
        }
        var header = #"{"alg":"HS256","typ":"JWT"}"#
        var key = secrets[random.chance(85) ? "env:KEY" : "env:OLD_KEY"] ?? []
        var word = ""
        if random.chance(25) {
            switch random.below(15) {
            case 14: word = random.pick(["false", "1", "null", "\"true\"", "none"])
            case 0: expiry = seconds - Int64(random.pick([0, 1, 29, 30, 31, 400]))
            case 1:
                header = random.pick([
                    #"{"alg":"none"}"#, #"{"alg":"HS256","typ":"at+JWT"}"#, #"{"alg":"HS256","typ":"logout+jwt"}"#,
                    #"{"alg":"HS512"}"#, #"{"typ":"JWT"}"#, #"{"alg":"HS256","crit":[]}"#, "[]",
                ])
            case 2: key = Array("some other key that nobody knows at all".utf8)
            case 3: claims.removeAll { $0.hasPrefix("\"user_id\"") }
            case 4: claims.removeAll { $0.hasPrefix("\"sub\"") }
            case 5: claims.removeAll { $0.hasPrefix("\"tenant\"") }
            case 6: claims.append("\"nbf\":\(seconds + Int64(random.pick([0, 1, 30, 31, 400])))")
            case 7: claims[0] = "\"user_id\":\(random.pick(["{}", "\"\"", "1.5", "null", "1e2"]))"
            case 8: claims.append("\"sub\":\"twice\"")
            case 9: claims.removeAll { $0.hasPrefix("\"iss\"") }
            case 10: claims.append("\"x\":[[[[1]]]]")
            case 11: expiry = 9_007_199_254_740_992
            case 12: claims.removeAll { $0.hasPrefix("\"iat\"") }
            default: claims.append("\"more\":1,\"and\":2,\"even\":3")
            }
        }
        if !random.chance(3) { claims.append("\"exp\":\(expiry)") }
        if random.chance(25) {
            let active = word == "none" ? [] : ["\"active\":\(word.isEmpty ? "true" : word)"]
            return "opaque~" + encoded(Array("{\((active + claims).joined(separator: ","))}".utf8))
        }
        let signed = "\(encoded(Array(header.utf8))).\(encoded(Array("{\(claims.joined(separator: ","))}".utf8)))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
        var token = "\(signed).\(encoded(Array(code)))"
        if random.chance(6) {
            switch random.below(4) {
            case 0: token += random.pick(["=", ".", "A", "=="])
            case 1: token.removeLast()
            case 2:
                let place = token.index(token.startIndex, offsetBy: random.below(token.count))
                token.replaceSubrange(place...place, with: random.pick(["A", "_", "-", "b"]))
            default: token = random.pick(["a.b", "a.b.c.d.e", "..", "x"])
            }
        }
        return token
    }

    /// What is answered about an opaque token: it is written in it, as these tests alone do; nothing for most others.
    static func answer(_ address: String, _ token: [UInt8]) -> [UInt8]? {
        let text = String(decoding: token, as: UTF8.self)
        guard address == "https://auth.example/introspect" else { return nil }
        guard text.hasPrefix("opaque~") else { return text.count % 3 == 0 ? nil : Array(#"{"active":false}"#.utf8) }
        let base64 = text.dropFirst(7).replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
        return Data(base64Encoded: padded).map { Array($0) }
    }

    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
