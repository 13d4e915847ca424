import CLibYAML

/// A position as libyaml counts it; `YAMLMarkSpans` turns it into bytes.
struct YAMLMark {
    let character: Int
}

/// One step of a YAML stream.
struct YAMLEvent {
    enum Content {
        case streamStart, streamEnd
        case documentStart(version: (major: Int, minor: Int)?, hasTagDirectives: Bool, isImplicit: Bool)
        case documentEnd
        case alias(name: String)
        /// The text is a range of the pool that was handed in.
        case scalar(Properties, text: Range<Int>, style: Tree.Style)
        case sequenceStart(Properties, isFlow: Bool)
        case sequenceEnd
        case mappingStart(Properties, isFlow: Bool)
        case mappingEnd
    }

    /// What may stand before a node.
    struct Properties {
        var anchor: String?
        var tag: String?

        var areEmpty: Bool {
            anchor == nil && tag == nil
        }
    }

    let content: Content
    let start: YAMLMark
    let end: YAMLMark
}

/// What libyaml did not understand, in its words.
struct YAMLProblem: Error {
    let problem: String
    let context: String
    let mark: YAMLMark
    let contextMark: YAMLMark
}

/// libyaml's event parser over bytes in memory.
///
/// The only place that touches C memory: every pointer that libyaml hands out is copied before the event is deleted.
@safe
final class YAMLEventParser {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// Begins to read; nil when there is no memory for it.
    init?(_ bytes: ArraySlice<UInt8>) {
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(fromContentsOf: bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            // Nothing was initialised, so there is nothing to delete.
            unsafe parser.deallocate()
            unsafe input.deallocate()
            return nil
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // The input is freed in `deinit`, after the parser that reads it.
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; a scalar's text goes to the end of `text`.
    ///
    /// - Throws: `YAMLProblem` where the bytes are no YAML; nothing may be asked after that.
    func next(text: inout [UInt8]) throws(YAMLProblem) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { unsafe yaml_event_delete(&event) }
        return YAMLEvent(
            content: unsafe content(of: event, text: &text),
            start: YAMLMark(character: Int(unsafe event.start_mark.index)),
            end: YAMLMark(character: Int(unsafe event.end_mark.index))
        )
    }

    private var problem: YAMLProblem {
        let raw = unsafe parser.pointee
        // Both are constant C strings or null.
        let text = unsafe raw.problem.map { unsafe String(cString: $0) }
        let context = unsafe raw.context.map { unsafe String(cString: $0) }
        return YAMLProblem(
            problem: text ?? "",
            context: context ?? "",
            mark: YAMLMark(character: Int(unsafe raw.problem_mark.index)),
            contextMark: YAMLMark(character: Int(unsafe raw.context_mark.index))
        )
    }

    @unsafe private func content(of event: yaml_event_t, text: inout [UInt8]) -> YAMLEvent.Content {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: unsafe documentStart(event)
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias(name: unsafe Self.string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: unsafe scalar(event, text: &text)
        case YAML_SEQUENCE_START_EVENT:
            .sequenceStart(
                unsafe Self.properties(event.data.sequence_start.anchor, event.data.sequence_start.tag),
                isFlow: unsafe event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
            )
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            .mappingStart(
                unsafe Self.properties(event.data.mapping_start.anchor, event.data.mapping_start.tag),
                isFlow: unsafe event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            )
        case YAML_MAPPING_END_EVENT: .mappingEnd
        // A stream's end, and the empty event that libyaml gives out after it.
        default: .streamEnd
        }
    }

    @unsafe private func documentStart(_ event: yaml_event_t) -> YAMLEvent.Content {
        let start = unsafe event.data.document_start
        let version = unsafe start.version_directive.map { directive in
            (major: Int(unsafe directive.pointee.major), minor: Int(unsafe directive.pointee.minor))
        }
        return .documentStart(
            version: version,
            hasTagDirectives: unsafe start.tag_directives.start != start.tag_directives.end,
            isImplicit: unsafe start.implicit != 0
        )
    }

    @unsafe private func scalar(_ event: yaml_event_t, text: inout [UInt8]) -> YAMLEvent.Content {
        let scalar = unsafe event.data.scalar
        let low = text.count
        // `value` points at `length` bytes that live until the event is deleted.
        unsafe text.append(contentsOf: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
        let style: Tree.Style =
            switch unsafe scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        return .scalar(unsafe Self.properties(scalar.anchor, scalar.tag), text: low..<text.count, style: style)
    }

    @unsafe private static func properties(
        _ anchor: UnsafeMutablePointer<yaml_char_t>?,
        _ tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> YAMLEvent.Properties {
        .init(anchor: unsafe string(anchor), tag: unsafe string(tag))
    }

    /// Copies a NUL-terminated string of libyaml's.
    @unsafe private static func string(_ start: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe start.map { unsafe String(cString: $0) }
    }
}
