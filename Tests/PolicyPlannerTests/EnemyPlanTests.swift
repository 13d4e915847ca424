import PolicyPlan
import PolicyPlanner
import SeededNumbers
import Testing

/// Bytes that are no plan, or no longer: each is refused or runs, none traps or hangs.
struct EnemyPlanTests {
    /// With sources and vectors.
    private let whole: [UInt8]
    /// Without them: everything in it decides something.
    private let plan: [UInt8]

    init() throws {
        var fixture = PolicyFixture()
        let policy = fixture.everything()
        whole = try Planner.plan(policy, sources: fixture.sources, sourceDigest: [UInt8](repeating: 7, count: 32))
        plan = try Plan(verifying: whole).stripped()
    }

    /// Loads bytes and looks at everything that a plan made of them leads to.
    private func isRefused(_ bytes: [UInt8]) -> Bool {
        guard let plan = try? Plan(verifying: bytes) else { return true }
        _ = PlanListing.text(of: plan)
        if let section = plan.vectors { _ = try? PlanVector.vectors(of: section) }
        return false
    }

    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        PlanChecksum.seal(&bytes)
        return bytes
    }

    @Test func `the plan itself is not refused`() {
        #expect(!isRefused(plan))
        #expect(!isRefused(whole))
        #expect(sealed(plan) == plan)
    }

    @Test func `whether who is revoked is shared is one of two words`() throws {
        let view = try Plan(verifying: plan).view
        let route = view.index(view.policy + PolicyRecord.routeList)
        let steps = view.index(route + RouteRecord.stepList)
        let step = try #require(
            (0..<view.index(route + RouteRecord.stepCount)).map { steps + $0 * StepRecord.wordCount }.first {
                view.word($0 + StepRecord.kind) == StepKind.token.rawValue
            }
        )
        let place = view.index(step + StepRecord.operand) + TokenRecord.revokedShared
        #expect(view.word(place) == 1)
        let start = try #require(Self.start(ofWords: plan))
        for (word, reason) in [(0, nil), (1, nil), (2, "share of who is refused"), (0xFF, "share of who is refused")]
            as [(UInt8, String?)]
        {
            var changed = plan
            changed[start + 4 * place] = word
            do throws(PlanError) {
                _ = try Plan(verifying: sealed(changed))
                #expect(reason == nil)
            } catch {
                #expect(error.reason.contains(reason ?? "nothing"), "\(error.reason)")
            }
        }
    }

    /// Where the section of words begins.
    private static func start(ofWords plan: [UInt8]) -> Int? {
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reversed().reduce(0) { $0 << 8 | Int(plan[offset + $1]) }
        }
        return (0..<number(72, 4)).map { PlanHeader.byteCount + $0 * PlanHeader.sectionEntryByteCount }
            .first { number($0, 4) == Int(PlanSection.words.rawValue) }.map { number($0 + 8, 8) }
    }

    @Test func `a change of any byte is noticed`() {
        for index in plan.indices {
            var changed = plan
            changed[index] ^= UInt8(1 << (index % 8))
            #expect((try? Plan(verifying: changed)) == nil, "byte \(index)")
        }
    }

    @Test func `a change of any byte under a right checksum is refused or harmless`() {
        var refused = 0
        for index in plan.indices {
            for change in [0x01, 0xFF] as [UInt8] {
                var changed = plan
                changed[index] ^= change
                if isRefused(sealed(changed)) { refused += 1 }
            }
        }
        #expect(refused > plan.count * 2 / 3)
    }

    @Test func `every truncation is refused, with its checksum or a right one`() {
        for count in 0..<plan.count {
            let cut = Array(plan.prefix(count))
            #expect((try? Plan(verifying: cut)) == nil)
            #expect((try? Plan(verifying: sealed(cut))) == nil)
        }
        #expect((try? Plan(verifying: plan + [0])) == nil)
    }

    @Test func `words that are hostile numbers are refused or harmless`() {
        let hostile: [UInt32] = [0, 1, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1000_0000]
        for index in stride(from: 0, to: plan.count - 3, by: 4) {
            for number in hostile {
                var changed = plan
                for byte in 0..<4 { changed[index + byte] = UInt8(truncatingIfNeeded: number >> UInt32(8 * byte)) }
                _ = isRefused(sealed(changed))
            }
        }
    }

    @Test func `random bytes are no plan`() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let count = Int.random(in: 0...400, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect((try? Plan(verifying: bytes)) == nil)
            #expect((try? Plan(verifying: sealed(PlanHeader.magic + bytes))) == nil)
        }
    }

    @Test func `many changes at once are refused or harmless`() {
        var generator = SeededGenerator(seed: 12)
        for round in 0..<3_000 {
            let plan = round % 3 == 0 ? whole : plan
            var changed = plan
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: PlanHeader.byteCount..<plan.count, using: &generator)
                changed[index] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                // Words are often copied from elsewhere, so that indices lead to another record.
                let from = Int.random(in: 0..<(plan.count / 4), using: &generator) * 4
                let to = Int.random(in: (PlanHeader.byteCount / 4)..<(plan.count / 4), using: &generator) * 4
                for byte in 0..<4 { changed[to + byte] = changed[from + byte] }
            }
            _ = isRefused(sealed(changed))
        }
    }
}
