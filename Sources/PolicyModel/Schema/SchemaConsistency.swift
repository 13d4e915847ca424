import PolicyDocument

/// Finds keywords of one schema that contradict each other.
extension SchemaReading {
    mutating func checkConsistency(of schema: SchemaNode) {
        checkOrder(schema.minLength, .minLength, schema.maxLength, .maxLength)
        checkOrder(schema.minItems, .minItems, schema.maxItems, .maxItems)
        checkOrder(schema.minProperties, .minProperties, schema.maxProperties, .maxProperties)
        checkBounds(schema.minimum, .minimum, schema.maximum, .maximum, mayBeEqual: true)
        checkBounds(schema.exclusiveMinimum, .exclusiveMinimum, schema.maximum, .maximum, mayBeEqual: false)
        checkBounds(schema.minimum, .minimum, schema.exclusiveMaximum, .exclusiveMaximum, mayBeEqual: false)
        checkBounds(
            schema.exclusiveMinimum,
            .exclusiveMinimum,
            schema.exclusiveMaximum,
            .exclusiveMaximum,
            mayBeEqual: false
        )
        checkRequired(of: schema)
        checkListedTypes(of: schema)
    }

    private mutating func checkOrder(
        _ low: Located<Int>?,
        _ lowKeyword: SchemaKeyword,
        _ high: Located<Int>?,
        _ highKeyword: SchemaKeyword
    ) {
        guard let low, let high, low.value > high.value else { return }
        reportOrder(lowKeyword, low.span, highKeyword, high.span)
    }

    private mutating func checkBounds(
        _ low: Located<ExactNumber>?,
        _ lowKeyword: SchemaKeyword,
        _ high: Located<ExactNumber>?,
        _ highKeyword: SchemaKeyword,
        mayBeEqual: Bool
    ) {
        guard let low, let high, mayBeEqual ? low.value > high.value : low.value >= high.value else { return }
        reportOrder(lowKeyword, low.span, highKeyword, high.span)
    }

    private mutating func reportOrder(_ low: SchemaKeyword, _ lowSpan: Span, _ high: SchemaKeyword, _ highSpan: Span) {
        diagnostics.error(
            "schema-contradiction",
            SchemaWording.nothingBetween(low, high),
            at: lowSpan,
            labels: [.init("`\(high.rawValue)` is here", at: highSpan)]
        )
    }

    private mutating func checkRequired(of schema: SchemaNode) {
        guard let required = schema.required else { return }
        let properties = schema.properties?.value ?? []
        for name in required.value {
            if let property = properties.first(where: { $0.name.value == name.value }) {
                guard nodes[property.schema].boolean == false else { continue }
                diagnostics.error(
                    "schema-contradiction",
                    SchemaWording.requiredIsDenied(name.value.text),
                    at: name.span,
                    labels: [.init("no value is allowed here", at: property.name.span)]
                )
            } else if let additional = schema.additionalProperties, nodes[additional.value].boolean == false {
                let near = NearestName.of(name.value.text, among: properties.map(\.name.value.text))
                diagnostics.error(
                    "schema-contradiction",
                    SchemaWording.requiredIsDenied(name.value.text),
                    at: name.span,
                    labels: [.init("other members are refused here", at: additional.span)],
                    help: near.map { "did you mean `\($0)`?" } ?? "add it to `properties`"
                )
            }
        }
    }

    private mutating func checkListedTypes(of schema: SchemaNode) {
        guard let types = schema.types else { return }
        let words = types.value.map(\.value)
        var values = schema.enumeration?.value ?? []
        if let constant = schema.constant { values.append(constant) }
        for value in values where !words.contains(where: { $0.allows(value.value) }) {
            diagnostics.error(
                "schema-contradiction",
                SchemaWording.typeExcludes,
                at: value.span,
                labels: [.init("the type is here", at: types.span)],
                help: value.value.type == .string ? nil : "put it in quotes where a string is meant"
            )
        }
    }
}

extension SchemaType {
    fileprivate func allows(_ value: JSONConstant) -> Bool {
        if self == .integer, case .number(let number) = value { return number.isInteger }
        return self == value.type
    }
}
