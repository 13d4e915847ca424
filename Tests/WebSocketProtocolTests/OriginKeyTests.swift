import Testing
import WebSocketProtocol

struct OriginKeyTests {
    private static let spellings: [[String]] = [
        ["https://app.example", "https://app.example:443", "HTTPS://APP.example:443"],
        ["http://app.example", "http://app.example:80"],
        ["https://app.example.", "https://app.example.:443"],
        ["https://app.example:8443"],
        ["https://app.example:4"],
        ["https://app.example:44"],
        ["https://app.example:4430"],
        ["https://pp.example"],
        ["https://api.app.example", "https://API.app.example"],
        ["http://[::1]", "http://[0::1]:80", "http://[0:0:0:0:0:0:0:1]"],
        ["http://[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]"],
        ["http://127.0.0.1"],
        ["ws://app.example"],
        ["capacitor://localhost"],
        ["capacitor://localhost:80"],
        ["null"],
        ["file://"],
        ["https://a-host-of-more-than-sixteen-bytes.example", "https://A-HOST-of-more-than-sixteen-bytes.example:443"],
    ]

    @Test func `Spellings of one origin have one key and one hash, others have others`() throws {
        for (index, group) in Self.spellings.enumerated() {
            for (place, other) in Self.spellings.enumerated() {
                for text in group {
                    let bytes = Array(text.utf8)
                    let parts = try #require(OriginParts.parse(bytes))
                    for spelling in other {
                        let origin = try Origin(parsing: spelling)
                        let isSame = index == place
                        #expect(parts.equals(origin.canonicalKey, in: bytes) == isSame, "\(text) and \(spelling)")
                        let isHashSame = parts.hash(in: bytes, seed: 42) == origin.hash(seed: 42)
                        #expect(isHashSame == isSame, "\(text) and \(spelling)")
                    }
                }
            }
        }
    }

    @Test func `A shortened, lengthened or changed key is another`() throws {
        for group in Self.spellings {
            let bytes = Array(group[0].utf8)
            let parts = try #require(OriginParts.parse(bytes))
            let key = try Origin(parsing: group[0]).canonicalKey
            for place in key.indices {
                var changed = key
                changed[place] ^= 1
                var shorter = key
                shorter.remove(at: place)
                var longer = key
                longer.insert(key[place], at: place)
                for wrong in [changed, shorter, longer, Array(key[..<place])] where wrong != key {
                    #expect(!parts.equals(wrong, in: bytes), "\(group[0]): \(wrong.text(0..<wrong.count))")
                }
            }
        }
    }

    @Test func `D03 the scheme counts`() throws {
        let bytes = Array("http://two.example.com".utf8)
        let parts = try #require(OriginParts.parse(bytes))
        let listed = try Origin(parsing: "https://two.example.com")
        #expect(!parts.equals(listed.canonicalKey, in: bytes))
    }
}
