import PolicyPlan
import Testing
import WebSocketProtocol

/// One field wrong at a time: the reason says which.
struct RecordWalkTests {
    private func reason(_ edit: (inout SmallPlan) -> Void) throws -> String? {
        var plan = SmallPlan()
        edit(&plan)
        let bytes = try plan.bytes()
        do throws(PlanError) {
            _ = try Plan(verifying: bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func `the plan without a change is right`() throws {
        #expect(try reason { _ in } == nil)
    }

    @Test(
        arguments: [
            (PolicyRecord.target, 4, "unknown target"),
            (PolicyRecord.addressSource, 3, "unknown source of client addresses"),
            (PolicyRecord.nameLength, 0x7FFF_FFFF, "name: outside of the bytes"),
            (PolicyRecord.trustedCount, 0xFFFF_FFFF, "trusted proxies: outside of the words"),
            (PolicyRecord.routeCount, 0, "no route"),
            (PolicyRecord.routeCount, 0x0800_0000, "routes: outside of the words"),
            (PolicyRecord.limitCount, 0, "limits of a route: no such limit"),
            (PolicyRecord.pathRoot, 0x7000_0000, "node of the paths: outside of the words"),
            (PolicyRecord.defaultSource, 1, "a source that is not there"),
            (PolicyRecord.unrouted, 0xFFFF_FFF0, "route: outside of the words"),
        ] as [(Int, UInt32, String)]
    )
    func `a wrong field of the policy is refused`(field: Int, value: UInt32, expected: String) throws {
        #expect(try reason { $0.editPolicy = { $0[field] = value } } == expected)
    }

    @Test(
        arguments: [
            (LimitRecord.mode, 2, "unknown mode"),
            (LimitRecord.per, 6, "unknown kind of key"),
            (LimitRecord.per, 5, "a limit per claim without a claim"),
            (LimitRecord.v4Bits, 33, "unknown prefix length"),
            (LimitRecord.v6Bits, 129, "unknown prefix length"),
            (LimitRecord.quantity, 3, "unknown kind of limit"),
            (LimitRecord.quantity, 2, "limits of a route: a limit of another kind"),
            (LimitRecord.countLow, 0, "a limit's count is out of range"),
            (LimitRecord.countHigh, 0x0020_0000, "a limit's count is out of range"),
            (LimitRecord.periodHigh, 0x8000_0000, "a limit's period is out of range"),
            (LimitRecord.burstLow, 0, "a limit's burst is out of range"),
            (LimitRecord.tableSize, 0, "a limit's table is out of range"),
            (LimitRecord.tableSize, 0x0100_0001, "a limit's table is out of range"),
            (LimitRecord.source, 9, "a source that is not there"),
        ] as [(Int, UInt32, String)]
    )
    func `a wrong field of a limit is refused`(field: Int, value: UInt32, expected: String) throws {
        #expect(try reason { $0.editLimit = { $0[field] = value } } == expected)
    }

    @Test func `an exact window remembers no more than it may`() throws {
        let edit: (inout SmallPlan, UInt64) -> Void = { plan, count in
            plan.editLimit = {
                $0[LimitRecord.quantity] = 1
                $0.setWide(LimitRecord.countLow, count)
            }
        }
        #expect(try reason { edit(&$0, PlanLimits.windowCount) } == nil)
        #expect(try reason { edit(&$0, PlanLimits.windowCount + 1) } == "a limit's count is out of range")
    }

    @Test(
        arguments: [
            (StepRecord.kind, 0, "unknown kind of step"),
            (StepRecord.kind, 10, "unknown kind of step"),
            (StepRecord.mode, 2, "unknown mode"),
            (StepRecord.operand, 0x00FF_FFFF, "client lists: outside of the words"),
            (StepRecord.source, 1, "a source that is not there"),
        ] as [(Int, UInt32, String)]
    )
    func `a wrong field of a step is refused`(field: Int, value: UInt32, expected: String) throws {
        #expect(try reason { $0.editStep = { $0[field] = value } } == expected)
    }

    @Test func `a limit that needs a token stands in a step of its own kind`() throws {
        let edit: (inout SmallPlan, StepKind, UInt32) -> Void = { plan, kind, per in
            plan.editStep = {
                $0[StepRecord.kind] = kind.rawValue
                $0[StepRecord.operand] = 0
            }
            plan.editLimit = { $0[LimitRecord.per] = per }
        }
        #expect(try reason { edit(&$0, .limit, 1) } == nil)
        #expect(try reason { edit(&$0, .identityLimit, 2) } == nil)
        #expect(try reason { edit(&$0, .limit, 2) } == "step: a limit of another kind")
        #expect(try reason { edit(&$0, .identityLimit, 1) } == "step: a limit of another kind")
    }

    @Test(
        arguments: [
            (AnswerRecord.delivery, 2, "unknown delivery"),
            (AnswerRecord.status, 200, "a status that refuses nothing"),
            (AnswerRecord.closeCode, 1005, "a close code that must not be sent"),
            (AnswerRecord.closeCode, 1010, "a close code that must not be sent"),
            (AnswerRecord.closeCode, 5000, "a close code that must not be sent"),
            (AnswerRecord.reasonLength, 124, "a reason over 123 bytes"),
        ] as [(Int, UInt32, String)]
    )
    func `each violation has an answer that can be sent`(field: Int, value: UInt32, expected: String) throws {
        let text = String(repeating: "a", count: 200)
        for violation in [Violation.badHandshake, .policyChanged] {
            let reason = try reason { plan in
                _ = plan.writer.text(text)
                plan.editAnswer = { answer, of in
                    guard of == violation else { return }
                    answer[AnswerRecord.reasonOffset] = 0
                    answer[field] = value
                }
            }
            #expect(reason == expected)
        }
    }

    @Test func `a reason is UTF-8`() throws {
        let reason = try reason { plan in
            let text = plan.writer.text([0x61, 0xC3])
            plan.editAnswer = { answer, _ in answer.setText(AnswerRecord.reasonOffset, text) }
        }
        #expect(reason == "a reason that is not UTF-8")
    }

    @Test(
        arguments: [
            ([1, none], [0, 0, 0, 0, none], "IPv4 intervals do not begin at zero"),
            ([], [0, 0, 0, 0, none], "IPv4 intervals do not begin at zero"),
            ([0, none, 5, 0, 5, none], [0, 0, 0, 0, none], "IPv4 intervals are not in order"),
            ([0, none, 5, 7], [0, 0, 0, 0, none], "a source that is not there"),
            ([0, none], [0, 0, 0, 1, none], "IPv6 intervals do not begin at zero"),
            ([0, none], [0, 0, 0, 0, none, 0, 1, 0, 0, 0, 0, 0, 9, 9, none], "IPv6 intervals are not in order"),
        ] as [([UInt32], [UInt32], String)]
    )
    func `address tables ascend from zero`(v4: [UInt32], v6: [UInt32], expected: String) throws {
        let reason = try reason {
            $0.v4 = v4
            $0.v6 = v6
        }
        #expect(reason == expected)
    }

    @Test(arguments: [
        ("X", "a\r\nSet-Cookie: x", "a control character in a response header"),
        ("X: y", "a", "a control character in a response header"),
        ("X\0", "a", "a control character in a response header"),
        ("", "a", "a response header without name"),
    ])
    func `a response header cannot begin another`(name: String, value: String, expected: String) throws {
        #expect(try reason { $0.header = (name, value) } == expected)
    }

    @Test func `message rates count over time`() throws {
        let reason = try reason { $0.editRoute = { $0[RouteRecord.controlList + 1] = 0xFFFF } }
        #expect(reason == "limits of a route: outside of the words" || reason == "limits of a route: no such limit")
    }
}
