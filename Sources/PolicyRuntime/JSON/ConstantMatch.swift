import PolicyPlan

/// Compares arrays and objects of a message with listed values, by value: `1.0` equals `1`, members have no order.
///
/// The message is known to be well-formed where it is compared. Nothing is allocated; an object costs its members times the
/// constant's.
struct ConstantMatch {
    typealias Layout = ProgramLayout.Constant

    let program: RecordPointer

    /// Whether the container at `place` equals one of the values of a node.
    func isListed(_ place: BytePointer, _ values: RecordPointer) -> Bool {
        (0..<Int(values.word(0))).contains { isEqual(place, program + values.word(8 &+ 4 &* $0)) }
    }

    private func isEqual(_ place: BytePointer, _ constant: RecordPointer) -> Bool {
        switch place.byte {
        case 0x22:
            guard constant.word(Layout.kind) == Layout.string else { return false }
            return JSONSkim.isEqual(
                place + 1,
                JSONSkim.string(at: place) + -1,
                toText: Int(constant.word(Layout.reference)) &+ 1,
                Int(constant.word(Layout.count)),
                in: program
            )
        case 0x7B: return constant.word(Layout.kind) == Layout.object && isEqualObject(place, constant)
        case 0x5B: return constant.word(Layout.kind) == Layout.array && isEqualArray(place, constant)
        case 0x74: return constant.word(Layout.kind) == Layout.true
        case 0x66: return constant.word(Layout.kind) == Layout.false
        case 0x6E: return constant.word(Layout.kind) == Layout.null
        default:
            guard constant.word(Layout.kind) == Layout.number else { return false }
            return NumberText(at: place).compare(to: program + constant.word(Layout.reference)) == 0
        }
    }

    private func isEqualArray(_ bracket: BytePointer, _ constant: RecordPointer) -> Bool {
        let count = Int(constant.word(Layout.count))
        let items = program + constant.word(Layout.reference)
        var place = BlankScan.skip(bracket + 1)
        guard place.byte != 0x5D else { return count == 0 }
        for index in 0..<count {
            guard isEqual(place, program + items.word(4 &* index)) else { return false }
            place = BlankScan.skip(JSONSkim.value(at: place))
            guard place.byte == 0x2C else { return index == count &- 1 }
            place = BlankScan.skip(place + 1)
        }
        return false
    }

    private func isEqualObject(_ brace: BytePointer, _ constant: RecordPointer) -> Bool {
        let count = Int(constant.word(Layout.count))
        // Each member of the message is one of the constant …
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let name = place + 1
            let end = JSONSkim.string(at: place) + -1
            place = BlankScan.skip(BlankScan.skip(end + 1) + 1)
            let value = place
            let isThere = (0..<count).contains { index in
                isName(name, end, member(index, of: constant))
                    && isEqual(value, program + member(index, of: constant).word(8))
            }
            guard isThere else { return false }
            place = BlankScan.skip(JSONSkim.value(at: place))
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        // … and each of the constant stands in the message.
        return (0..<count).allSatisfy { index in
            JSONSkim.member(of: brace) { isName($0, $1, member(index, of: constant)) } != nil
        }
    }

    private func member(_ index: Int, of constant: RecordPointer) -> RecordPointer {
        program + constant.word(Layout.reference) + index &* Layout.memberSize
    }

    private func isName(_ start: BytePointer, _ end: BytePointer, _ member: RecordPointer) -> Bool {
        JSONSkim.isEqual(start, end, toText: Int(member.word(0)) &+ 1, Int(member.word(4)), in: program)
    }
}
