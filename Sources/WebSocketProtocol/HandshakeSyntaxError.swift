/// Why bytes are not the head of an HTTP/1.1 request.
public struct HandshakeSyntaxError: Error, Hashable, Sendable {
    /// What is wrong; further codes may come.
    public struct Code: Hashable, Sendable {
        /// The code's name, as `bareLineFeed`.
        public let name: String

        /// The bytes end before the empty line that ends the head; more may make it whole.
        public static let incomplete = Code(name: "incomplete")
        /// The request line is not `method SP target SP HTTP/digit.digit`.
        public static let malformedRequestLine = Code(name: "malformedRequestLine")
        /// A line feed without a carriage return before it.
        public static let bareLineFeed = Code(name: "bareLineFeed")
        /// A carriage return without a line feed behind it.
        public static let bareCarriageReturn = Code(name: "bareCarriageReturn")
        /// A line that begins with a blank: a folded value, or a blank before the first field.
        public static let foldedLine = Code(name: "foldedLine")
        /// A field name that is no token, a blank before the colon among them, or a line without a colon.
        public static let malformedFieldName = Code(name: "malformedFieldName")
        /// A control character in a value.
        public static let controlCharacter = Code(name: "controlCharacter")
    }

    /// What is wrong.
    public let code: Code
    /// The byte at which it was noticed, from zero.
    public let offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension HandshakeSyntaxError: CustomStringConvertible {
    /// The code and the offset.
    public var description: String { "\(code.name) at byte \(offset)" }
}
