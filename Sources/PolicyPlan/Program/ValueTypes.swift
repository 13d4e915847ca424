/// A set of JSON value types, as a node of a content program stores it.
package struct ValueTypes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let null = ValueTypes(rawValue: 1)
    package static let `false` = ValueTypes(rawValue: 2)
    package static let `true` = ValueTypes(rawValue: 4)
    package static let number = ValueTypes(rawValue: 8)
    package static let string = ValueTypes(rawValue: 16)
    package static let array = ValueTypes(rawValue: 32)
    package static let object = ValueTypes(rawValue: 64)

    package static let boolean: ValueTypes = [.true, .false]
    package static let all = ValueTypes(rawValue: 127)
}
