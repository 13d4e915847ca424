/// The drafts of JSON Schema that are read, oldest first.
package enum SchemaDraft: Int, Sendable, Comparable, CaseIterable {
    case draft4 = 4
    case draft6 = 6
    case draft7 = 7
    case draft2019 = 2019
    case draft2020 = 2020

    package static func < (left: SchemaDraft, right: SchemaDraft) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The draft whose metaschema has this address, with or without an empty fragment.
    init?(metaschema address: String) {
        let known: [String: SchemaDraft] = [
            "http://json-schema.org/draft-04/schema": .draft4,
            "http://json-schema.org/draft-06/schema": .draft6,
            "http://json-schema.org/draft-07/schema": .draft7,
            "https://json-schema.org/draft/2019-09/schema": .draft2019,
            "https://json-schema.org/draft/2020-12/schema": .draft2020,
        ]
        let plain = address.hasSuffix("#") ? String(address.dropLast()) : address
        guard let draft = known[plain] else { return nil }
        self = draft
    }

    /// What `$schema` says for it.
    package var metaschema: String {
        switch self {
        case .draft4: "http://json-schema.org/draft-04/schema#"
        case .draft6: "http://json-schema.org/draft-06/schema#"
        case .draft7: "http://json-schema.org/draft-07/schema#"
        case .draft2019: "https://json-schema.org/draft/2019-09/schema"
        case .draft2020: "https://json-schema.org/draft/2020-12/schema"
        }
    }
}

/// By which rules one schema resource is read.
package struct SchemaDialect: Sendable, Hashable {
    package var draft: SchemaDraft
    /// False where a metaschema leaves the vocabulary of assertions out: types, bounds and lengths are then remarks.
    package var hasAssertions = true
    /// Whether it is the dialect of AsyncAPI documents: draft 7, with remarks of its own.
    package var isAsyncAPI = false

    package init(_ draft: SchemaDraft) {
        self.draft = draft
    }

    /// Schemas inside of AsyncAPI documents.
    static var asyncAPI: SchemaDialect {
        var dialect = SchemaDialect(.draft7)
        dialect.isAsyncAPI = true
        return dialect
    }

    /// Keywords that say nothing about a value.
    var remarks: Set<String> {
        isAsyncAPI ? ["discriminator", "externalDocs", "deprecated"] : []
    }
}
