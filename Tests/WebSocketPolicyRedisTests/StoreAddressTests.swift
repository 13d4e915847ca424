import Testing
import WebSocketPolicyRedis

struct StoreAddressTests {
    private static let secret = Array("sixteen bytes !!".utf8)

    @Test(arguments: [
        ("redis://redis.internal", "redis.internal", 6379, 0), ("redis://127.0.0.1:6380", "127.0.0.1", 6380, 0),
        ("redis://[::1]", "::1", 6379, 0), ("redis://[fd00::7]:1/15", "fd00::7", 1, 15),
        ("redis://host:65535/0", "host", 65535, 0),
    ])
    func `an address is host, port and database`(_ text: String, _ host: String, _ port: Int, _ database: Int) throws {
        let options = try StoreOptions(address: text, secret: Self.secret)
        #expect(options.host == host && options.port == port && options.database == database)
        #expect(options.secret == Self.secret)
    }

    @Test(arguments: [
        ("", "redis://"), ("redis.internal:6379", "redis://"), ("rediss://host", "redis://"),
        ("http://host", "redis://"),
        ("redis://", "host"), ("redis://:6379", "host"), ("redis:///1", "host"), ("redis://a b", "host"),
        ("redis://[::1", "host"), ("redis://[::1]6379", "port"), ("redis://host:", "port"), ("redis://host:0", "port"),
        ("redis://host:65536", "port"), ("redis://host:+1", "port"), ("redis://host/", "database"),
        ("redis://host/a", "database"), ("redis://host/-1", "database"), ("redis://host?x=1", "host"),
        ("redis://:secret@host", "password"), ("redis://user@host", "password"),
    ])
    func `what is wrong with an address is said, and a password is not repeated`(_ text: String, _ word: String) {
        let error = #expect(throws: StoreError.self) { try StoreOptions(address: text, secret: Self.secret) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("secret@") != true)
    }
}
