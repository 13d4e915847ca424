import Foundation

/// Parsers of a shared library; see Peers/peers.cpp.
struct ParserPeers {
    struct Parser {
        fileprivate let parse: @convention(c) (UnsafePointer<CChar>, Int) -> Int32

        /// Whether the first `count` bytes are a JSON text; 64 more are readable behind them.
        func accepts(_ bytes: [UInt8], _ count: Int) -> Bool {
            bytes.withUnsafeBytes { buffer in
                guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return false }
                return parse(start, count) == 0
            }
        }
    }

    let parsers: [Parser]
    let versions: String

    /// nil where the library, or a function of it, is not there.
    init?(path: String) {
        guard let library = dlopen(path, RTLD_NOW) else { return nil }
        var parsers: [Parser] = []
        for name in ["peer_yyjson", "peer_simdjson_dom", "peer_simdjson_ondemand"] {
            guard let symbol = dlsym(library, name) else { return nil }
            typealias Parse = @convention(c) (UnsafePointer<CChar>, Int) -> Int32
            parsers.append(Parser(parse: unsafeBitCast(symbol, to: Parse.self)))
        }
        guard let symbol = dlsym(library, "peer_versions") else { return nil }
        typealias Versions = @convention(c) () -> UnsafePointer<CChar>
        versions = String(cString: unsafeBitCast(symbol, to: Versions.self)())
        self.parsers = parsers
    }
}
