import PolicyPlan
import Testing

struct PlanHeaderTests {
    private let plan: [UInt8]

    init() throws {
        var small = SmallPlan()
        plan = try small.bytes()
    }

    /// The plan with bytes replaced, and its checksum made right again.
    private func changed(_ offset: Int, to bytes: [UInt8]) -> [UInt8] {
        var plan = plan
        plan.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        PlanChecksum.seal(&plan)
        return plan
    }

    private func error(_ bytes: [UInt8]) -> PlanError? {
        do throws(PlanError) {
            _ = try Plan(verifying: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a plan written by hand verifies`() throws {
        let plan = try Plan(verifying: plan)
        #expect(plan.name == "small")
        #expect(plan.source(0) == PlanSource(path: "policy.yaml", line: 1, column: 1))
        #expect(plan.source(1) == nil)
        #expect(plan.source(none) == nil)
        #expect(plan.vectors == nil)
    }

    @Test func `no bytes are no plan`() {
        #expect(error([]) == PlanError("too short for a plan", at: 0))
    }

    @Test func `a plan whose line ends were changed is no plan`() {
        #expect(error(changed(6, to: [0x0A, 0x0A])) == PlanError("this is no plan", at: 6))
    }

    @Test func `another format, a newer runtime and an unknown feature are refused, each at its place`() {
        #expect(error(changed(8, to: [2, 0, 0, 0])) == PlanError("format 2, this version reads 1", at: 8))
        #expect(error(changed(12, to: [9, 0, 0, 0])) == PlanError("it needs runtime 9, this is 1", at: 12))
        let feature = PlanError("it needs a feature that this version does not have", at: 16)
        #expect(error(changed(20, to: [1])) == feature)
    }

    @Test func `a wrong length and a wrong checksum are refused`() {
        #expect(error(changed(24, to: [1]))?.offset == 24)
        var damaged = plan
        damaged[plan.count - 1] ^= 1
        #expect(error(damaged) == PlanError("the checksum is wrong", at: 32))
    }

    @Test(arguments: [
        (80, [9, 0, 0, 0] as [UInt8], "unknown kind of section"),
        (84, [1], "unknown kind of section"),
        (104, [1, 0, 0, 0], "two sections of one kind"),
        (88, [1], "a section is not aligned"),
        (88, [0], "sections overlap or leave a gap"),
        (94, [1], "a section lies outside of the plan"),
        (103, [0x80], "a section lies outside of the plan"),
        (72, [200, 0, 0, 0], "too many sections"),
        (72, [3, 0, 0, 0], "sections overlap or leave a gap"),
    ])
    func `a damaged table of sections is refused`(offset: Int, bytes: [UInt8], reason: String) {
        #expect(error(changed(offset, to: bytes))?.reason == reason)
    }

    @Test func `a policy record outside of the words is refused`() {
        #expect(error(changed(76, to: [0xFF, 0xFF, 0xFF, 0xFF]))?.reason == "policy: outside of the words")
    }

    @Test func `the checksum covers every byte but itself`() {
        let checksum = PlanChecksum.of(plan)
        for index in plan.indices {
            var changed = plan
            changed[index] ^= 0x10
            let isItself = (32..<40).contains(index)
            #expect((PlanChecksum.of(changed) == checksum) == isItself, "byte \(index)")
        }
        #expect(PlanChecksum.of(plan + [0]) != checksum)
    }
}
