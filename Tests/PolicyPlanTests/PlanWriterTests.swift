import PolicyPlan
import Testing

struct PlanWriterTests {
    @Test func `equal texts, runs and lists are written once`() {
        var writer = PlanWriter()
        #expect(writer.text("a") == writer.text("a"))
        #expect(writer.text("a") != writer.text("b"))
        #expect(writer.run([1, 2]) == writer.run([1, 2]))
        #expect(writer.list([1, 2]).index == writer.run([1, 2]))
        #expect(writer.list(texts: ["a", "b"]) == writer.list(texts: ["a", "b"]))
        #expect(writer.list([]).count == 0)
    }

    @Test func `a record that is placed stands behind everything else`() {
        var writer = PlanWriter()
        var record = RecordWords(2)
        record[0] = 7
        let first = writer.record(record)
        #expect(writer.record(record) == first)
        #expect(writer.place(record) > first)
    }

    @Test func `a table holds half as many entries as slots at most, and each is found by its hash`() {
        for count in [0, 1, 2, 3, 100, 1000] {
            let hashes = (0..<count).map { TextHash.of("name\($0)".utf8) }
            let places = HashSlots(hashes).places
            #expect(places.count >= 2 * count && places.count & (places.count - 1) == 0)
            #expect(places.contains { $0 == nil })
            for (entry, hash) in hashes.enumerated() {
                var slot = Int(hash) & (places.count - 1)
                while let found = places[slot], found != entry { slot = (slot + 1) & (places.count - 1) }
                #expect(places[slot] == entry)
            }
        }
    }

    @Test func `files of the sources stand in the order of their paths`() throws {
        var first = SmallPlan()
        _ = first.writer.sources.index(path: "b.yaml", line: 2, column: 3)
        let source = first.writer.sources.index(path: "a.yaml", line: 4, column: 5)
        first.writer.sources.silence(rule: "wildcard-origin", reason: "a demo", entry: source)
        let plan = try Plan(verifying: first.bytes())
        #expect(plan.sourcePaths == ["a.yaml", "b.yaml", "policy.yaml"])
        #expect(plan.source(source)?.description == "a.yaml:4:5")
        let place = PlanSource(path: "a.yaml", line: 4, column: 5)
        #expect(
            plan.suppressions == [PlanSuppression(rule: "wildcard-origin", reason: "a demo", source: place)]
        )
        #expect(try Plan(verifying: plan.stripped()).suppressions.isEmpty)
    }

    @Test func `the scheme of most origins has its hash written down`() {
        var hash = TextHash.seed
        for byte in "https".utf8 { hash = TextHash.adding(byte, to: hash) }
        #expect(OriginHash.https == hash)
    }
}
