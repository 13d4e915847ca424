import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// A `RouteRecord`.
    mutating func route(_ pipeline: Pipeline) throws(PlannerError) -> RecordWords {
        typealias Field = RouteRecord
        var record = RecordWords(Field.wordCount)
        record.setText(Field.patternOffset, writer.text(pipeline.pattern?.written ?? ""))
        record[Field.source] = source(pipeline.span)
        var steps: [RecordWords] = []
        for step in pipeline.steps { steps.append(try self.step(step)) }
        record.setList(Field.stepList, writer.list(records: steps))
        record[Field.answers] = answers(pipeline.answers)
        record.setList(Field.headerList, headers(pipeline.responseHeaders))
        if let selectable = pipeline.selectable {
            record.setList(Field.selectableList, writer.list(texts: selectable))
        } else {
            record[Field.selectableCount] = none
        }
        record.setWide(Field.closeWaitLow, UInt64(max(0, pipeline.closeWait.count)))
        for field in Field.messageFields { record[field] = none }
        record[Field.renewingType] = pipeline.traffic?.renewingType.map(UInt32.init) ?? none
        if let traffic = pipeline.traffic {
            try lower(traffic, into: &record)
        } else {
            for field in [
                Field.frameBytesLow, Field.messageBytesLow, Field.fragmentsLow, Field.idleTimeoutLow,
                Field.lifetimeLow, Field.beforeBytesLow, Field.beforeWithinLow, Field.outboundBytesLow,
            ] {
                record.setWide(field, .max)
                record[field + 2] = none
            }
        }
        return record
    }

    private mutating func lower(_ traffic: Pipeline.Traffic, into record: inout RecordWords) throws(PlannerError) {
        typealias Field = RouteRecord
        bound(traffic.frameBytes, Field.frameBytesLow, &record) { $0 }
        bound(traffic.messageBytes, Field.messageBytesLow, &record) { $0 }
        bound(traffic.fragments, Field.fragmentsLow, &record) { $0 }
        bound(traffic.beforeTokenBytes, Field.beforeBytesLow, &record) { $0 }
        bound(traffic.beforeTokenWithin, Field.beforeWithinLow, &record) { $0.count }
        bound(traffic.idleTimeout, Field.idleTimeoutLow, &record) { $0.count }
        bound(traffic.connectionLifetime, Field.lifetimeLow, &record) { $0.count }
        bound(traffic.outboundBytes, Field.outboundBytesLow, &record) { $0 }
        record.setList(Field.controlList, writer.list(traffic.controlFrames.map(UInt32.init)))
        record.setList(Field.messageRateList, writer.list(traffic.messageRates.map(UInt32.init)))
        record.setList(Field.byteRateList, writer.list(traffic.byteRates.map(UInt32.init)))
        record[Field.onExceeded] = traffic.onExceeded == .close ? 0 : 1
        record[Field.onStoreFailure] = traffic.onStoreFailure == .deny ? 0 : 1
        if let check = traffic.client.enforced { record[Field.enforcedMessages] = try messages(check) }
        if let check = traffic.client.observed { record[Field.observedMessages] = try messages(check) }
        if let check = traffic.server.enforced { record[Field.enforcedServerMessages] = try messages(check) }
        if let check = traffic.server.observed { record[Field.observedServerMessages] = try messages(check) }
    }

    /// Fills a bound's three fields: its number and its source.
    mutating func bound<Value>(
        _ bound: Located<Bound<Value>>,
        _ field: Int,
        _ record: inout RecordWords,
        number: (Value) -> Int64
    ) {
        switch bound.value {
        case .unlimited: record.setWide(field, .max)
        case .atMost(let value): record.setWide(field, UInt64(max(0, number(value))))
        }
        record[field + 2] = source(bound.span)
    }

    private mutating func step(_ step: GraphStep) throws(PlannerError) -> RecordWords {
        var record = RecordWords(StepRecord.wordCount)
        let (kind, operand) = try operand(step.check)
        record[StepRecord.kind] = kind.rawValue
        record[StepRecord.mode] = Self.code(step.mode)
        record[StepRecord.operand] = operand
        record[StepRecord.source] = source(step.span)
        return record
    }

    private mutating func operand(_ check: GraphCheck) throws(PlannerError) -> (StepKind, UInt32) {
        switch check {
        case .clients(let check): (.clients, clients(check))
        case .tls: (.tls, none)
        case .hosts(let check): (.hosts, hosts(check))
        case .path: (.path, none)
        case .origins(let check, let refused): (.origins, origins(check, refused: refused))
        case .limit(let index): (.limit, UInt32(index))
        case .subprotocols(let check): (.subprotocols, subprotocols(check))
        case .token(let check, let attempts): (.token, try token(check, attempts: attempts))
        case .identityLimit(let index): (.identityLimit, UInt32(index))
        }
    }
}
