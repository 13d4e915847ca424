public import ArgumentParser

/// What both servers are told: the policy, and where to listen.
public struct ServerArguments: ParsableArguments {
    /// The policy's path.
    @Option(help: "The policy file; it is read again on SIGHUP.")
    public var policy: String
    /// A name or an address of this machine.
    @Option(help: "The address to listen on.")
    public var host = "127.0.0.1"
    /// 0 takes a free one.
    @Option(help: "The port to listen on; 0 takes a free one, which is printed.")
    public var port = 8080

    /// The arguments as they are declared.
    public init() {}
}
