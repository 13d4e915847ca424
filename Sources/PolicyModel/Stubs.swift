// Stands in for a type that lands with its own part; delete when it is there.
package struct SchemaDocument: Sendable {}
