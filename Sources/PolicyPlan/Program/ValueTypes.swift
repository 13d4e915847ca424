/// A set of JSON value types, as a node of a content program stores it.
@usableFromInline package struct ValueTypes: OptionSet, Sendable, Hashable {
    @usableFromInline package let rawValue: UInt8

    @inlinable package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    @inlinable package static var null: ValueTypes { ValueTypes(rawValue: 1) }
    @inlinable package static var `false`: ValueTypes { ValueTypes(rawValue: 2) }
    @inlinable package static var `true`: ValueTypes { ValueTypes(rawValue: 4) }
    @inlinable package static var number: ValueTypes { ValueTypes(rawValue: 8) }
    @inlinable package static var string: ValueTypes { ValueTypes(rawValue: 16) }
    @inlinable package static var array: ValueTypes { ValueTypes(rawValue: 32) }
    @inlinable package static var object: ValueTypes { ValueTypes(rawValue: 64) }

    @inlinable package static var boolean: ValueTypes { ValueTypes(rawValue: 6) }
    @inlinable package static var all: ValueTypes { ValueTypes(rawValue: 127) }
}
