extension YAMLReader {
    /// What a scalar's tag makes of it; one that does not fit is reported and forgotten.
    mutating func scalarTag(
        _ tag: String?,
        at place: Range<Int>?,
        text: Range<Int>,
        span: Span
    ) -> Tree.CoreTag {
        guard let place else { return .none }
        guard let tag else { return .string }
        guard let core = YAMLTag.scalar(tag) else {
            report(tag, at: place)
            return .none
        }
        // A `!!str` is a string whatever it holds.
        guard core != .string else { return core }
        let resolved = CoreSchema.resolve(String(decoding: builder.text[text], as: UTF8.self))
        guard core.fits(resolved) else {
            builder.diagnostics.error(
                "tag-mismatch",
                .tagMismatch(YAMLTag.short(tag)),
                at: span,
                labels: [.init("the tag", at: builder.span(place))],
                help: "leave the tag out, or correct the value"
            )
            return .none
        }
        return core
    }

    /// Reports a collection's tag that does not fit.
    mutating func checkCollectionTag(_ tag: String?, at place: Range<Int>?, kind: Node.Kind) {
        guard let tag, let place else { return }
        if YAMLTag.collection(tag) != kind { report(tag, at: place) }
    }

    private mutating func report(_ tag: String, at place: Range<Int>) {
        if YAMLTag.isCore(tag) {
            builder.diagnostics.error(
                "tag-mismatch",
                .tagMismatch(YAMLTag.short(tag)),
                at: builder.span(place),
                help: "leave the tag out"
            )
        } else {
            builder.diagnostics.error(
                "custom-tag",
                .customTag(YAMLTag.short(tag)),
                at: builder.span(place),
                help: "leave it out; known are `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq` and `!!map`"
            )
        }
    }

    /// Reports directives other than `%YAML 1.2`; `start` is the first one's place.
    mutating func checkDirectives(start: Int, version: (major: Int, minor: Int)?, hasTagDirectives: Bool) {
        let line = file.lines.line(holding: start)
        let span =
            file.rangeOfLine(line).map { builder.span($0.lowerBound, $0.upperBound) } ?? builder.span(start, start)
        if let version, version != (1, 2) {
            builder.diagnostics.error(
                "yaml-directive",
                .version(version.major, version.minor),
                at: span,
                help: "remove the line; documents are read as YAML 1.2"
            )
        }
        if hasTagDirectives {
            builder.diagnostics.error("yaml-directive", .tagDirective, at: span, help: "remove the line")
        }
    }
}

extension Diagnostic.Message {
    fileprivate static func tagMismatch(_ tag: String) -> Self { .init("the value is not what its tag `\(tag)` says") }
    fileprivate static func customTag(_ tag: String) -> Self { .init("the tag `\(tag)` means nothing here") }
    fileprivate static var tagDirective: Self { .init("a `%TAG` directive means nothing here") }
    fileprivate static func version(_ major: Int, _ minor: Int) -> Self {
        .init("the document asks to be read as YAML \(major).\(minor)")
    }
}
