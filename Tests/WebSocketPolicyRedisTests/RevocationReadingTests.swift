import PolicyRuntime
import Testing

@testable import WebSocketPolicyRedis

/// What an instance asks the store about who is revoked, answer by answer.
struct RevocationReadingTests {
    private static let moment = Moment(ticks: 1_000, unixNanoseconds: 1_780_000_000_000_000_000)

    private static func name(_ number: UInt64) -> RevocationName { RevocationName(high: 0, low: number) }

    private static func change(_ number: UInt64, _ version: UInt64, isRevoked: Bool = true) -> RevocationChange {
        RevocationChange(name: name(number), version: version, end: .max, isRevoked: isRevoked)
    }

    /// A list, and how it is read.
    private struct Reader {
        let list = SharedRevocations { _, text in RevocationName(high: 0, low: UInt64(text.first ?? 0)) }
        var reading: RevocationReading

        init(most: Int = 100) { reading = RevocationReading(most: most) }

        /// To a process that does not say which it is, unless one is given.
        mutating func connects(to process: [UInt8]? = nil) { reading.connected(list, to: process) }

        mutating func hears(_ page: RevocationPage?) -> RevocationReading.Step {
            reading.received(page, list, at: moment, knownFor: 50)
        }

        func holds(_ number: UInt64) -> Bool {
            list.holds(RevocationNames(id: nil, subject: name(number)), at: moment.unixNanoseconds)
        }

        func reach(at ticks: UInt64 = 1_000) -> SharedRevocations.Reach { list.reach(at: ticks) }
    }

    @Test func `a whole list is read page by page, and is known at its end`() {
        var reader = Reader()
        reader.connects()
        #expect(reader.reading.due() == .ask(after: 0))
        // Nobody asks twice at once.
        #expect(reader.reading.due() == .rest)
        let first = RevocationPage(
            last: 9,
            count: 3,
            hasMore: true,
            cursor: 6,
            changes: [Self.change(1, 5), Self.change(2, 6)]
        )
        #expect(reader.hears(first) == .ask(after: 6))
        #expect(reader.reach() == .away)
        #expect(reader.hears(RevocationPage(last: 9, count: 3, changes: [Self.change(3, 9)])) == .rest)
        #expect(reader.reach() == .current)
        #expect(reader.reach(at: 1_049) == .current)
        #expect(reader.reach(at: 1_050) == .away)
        #expect(reader.list.entryCount == 3)
        #expect(reader.reading.due() == .ask(after: 9))
    }

    @Test func `an empty list is known too`() {
        var reader = Reader()
        reader.connects()
        #expect(reader.reading.due() == .ask(after: 0))
        #expect(reader.hears(RevocationPage(last: 0, count: 0)) == .rest)
        #expect(reader.reach() == .current)
    }

    @Test func `changes are added and lifted, and no answer changes nothing`() {
        var reader = Reader()
        reader.connects()
        _ = reader.reading.due()
        _ = reader.hears(RevocationPage(last: 5, count: 1, changes: [Self.change(1, 5)]))
        _ = reader.reading.due()
        #expect(reader.hears(nil) == .rest)
        #expect(reader.holds(1))
        #expect(reader.reading.due() == .ask(after: 5))
        let changes = [Self.change(1, 6, isRevoked: false), Self.change(2, 7)]
        #expect(reader.hears(RevocationPage(last: 7, count: 2, changes: changes)) == .rest)
        #expect(!reader.holds(1) && reader.holds(2))
    }

    @Test func `a store that lost its list gets it back`() {
        var reader = Reader()
        reader.connects()
        _ = reader.reading.due()
        _ = reader.hears(RevocationPage(last: 6, count: 2, changes: [Self.change(1, 5), Self.change(2, 6)]))
        for last: UInt64 in [0, 5] {
            #expect(reader.reading.due() == .ask(after: 6))
            // It knows of fewer changes than it did.
            #expect(reader.hears(RevocationPage(last: last, count: 0)) == .ask(after: 0))
            let step = reader.hears(RevocationPage(last: last, count: 0))
            guard case .keep(let entries) = step else {
                Issue.record("\(step)")
                return
            }
            #expect(Set(entries.map(\.version)) == [5, 6])
            #expect(reader.holds(1) && reader.holds(2))
            #expect(reader.reach() == .current)
            // Until they are written nothing else is asked.
            #expect(reader.reading.due() == .rest)
            reader.reading.kept(true, reader.list)
            #expect(reader.reading.due() == .ask(after: last))
            // What was written comes back with newer numbers.
            _ = reader.hears(RevocationPage(last: 6, count: 2, changes: [Self.change(1, 5), Self.change(2, 6)]))
        }
    }

    @Test func `from another process all is read, though the numbers are higher`() {
        var reader = Reader()
        reader.connects()
        _ = reader.reading.due()
        _ = reader.hears(RevocationPage(last: 6, count: 2, changes: [Self.change(1, 5), Self.change(2, 6)]))
        // Another server took over that had not heard of the second, and has a third.
        reader.connects()
        #expect(reader.reading.due() == .ask(after: 0))
        let page = RevocationPage(last: 8, count: 2, changes: [Self.change(1, 5), Self.change(3, 8)])
        #expect(reader.hears(page) == .keep([Self.change(2, 6)]))
        #expect(reader.holds(1) && reader.holds(2) && reader.holds(3))
        // A store that did not take it is asked again, from the beginning.
        reader.reading.kept(false, reader.list)
        #expect(reader.reading.due() == .ask(after: 0))
    }

    @Test func `a new connection to the same process goes on where it was, in the middle of a list too`() {
        var reader = Reader()
        reader.connects(to: [1])
        _ = reader.reading.due()
        let first = RevocationPage(last: 9, count: 2, hasMore: true, cursor: 5, changes: [Self.change(1, 5)])
        #expect(reader.hears(first) == .ask(after: 5))
        #expect(reader.hears(nil) == .rest)
        reader.connects(to: [1])
        #expect(reader.reading.due() == .ask(after: 5))
        #expect(reader.hears(RevocationPage(last: 9, count: 2, changes: [Self.change(2, 9)])) == .rest)
        #expect(reader.reach() == .current)
        reader.connects(to: [1])
        #expect(reader.reading.due() == .ask(after: 9))
        reader.connects(to: [2])
        #expect(reader.reading.due() == .ask(after: 0))
        #expect(
            reader.hears(RevocationPage(last: 9, count: 1, changes: [Self.change(1, 5)])) == .keep([Self.change(2, 9)])
        )
        // Nobody knows which one this is.
        reader.connects()
        reader.connects()
        #expect(reader.reading.due() == .ask(after: 0))
    }

    @Test func `a process is told by its answer`() {
        let text = "# Server\r\nredis_version:7.0.0\r\nrun_id:0b7c63f07a52\r\ntcp_port:1\r\n"
        #expect(StoreConnection.process(in: .text(Array(text.utf8))) == Array("0b7c63f07a52".utf8))
        for reply in [nil, .null, .text([]), .text(Array("run_id:\r\n".utf8)), .error("NOPERM")] as [Reply?] {
            #expect(StoreConnection.process(in: reply) == nil)
        }
    }

    @Test func `a list with one entry more than the bound is given up, and taken when there are fewer`() {
        var reader = Reader(most: 2)
        reader.connects()
        _ = reader.reading.due()
        let two = [Self.change(1, 5), Self.change(2, 6)]
        #expect(reader.hears(RevocationPage(last: 6, count: 2, changes: two)) == .rest)
        #expect(reader.reach() == .current)
        _ = reader.reading.due()
        #expect(reader.hears(RevocationPage(last: 7, count: 3, changes: [Self.change(3, 7)])) == .rest)
        #expect(reader.reach() == .tooMany)
        #expect(reader.holds(1) && reader.holds(2) && !reader.holds(3))
        // Only whether there are fewer is asked.
        #expect(reader.reading.due() == .ask(after: 7))
        #expect(reader.hears(RevocationPage(last: 7, count: 3)) == .rest)
        #expect(reader.reading.due() == .ask(after: 7))
        #expect(reader.hears(RevocationPage(last: 8, count: 2)) == .ask(after: 0))
        let rest = [Self.change(1, 5), Self.change(3, 7), Self.change(2, 8, isRevoked: false)]
        #expect(reader.hears(RevocationPage(last: 8, count: 2, changes: rest)) == .rest)
        #expect(reader.reach() == .current)
        #expect(reader.holds(1) && !reader.holds(2) && reader.holds(3))
    }

    private static let entry = Reply.text(Array("+0123456789abcdef0123456789abcdef".utf8))

    @Test func `a page is read from the store's reply`() throws {
        let lifted = Reply.text(Array("-00000000000000000000000000000001".utf8))
        let page = try #require(
            RevocationPage(
                .list([
                    .number(9), .number(2), .number(1), .number(8), Self.entry, .number(7), .number(1_500), lifted,
                    .number(8), .number(0),
                ])
            )
        )
        #expect(page.last == 9 && page.count == 2 && page.hasMore && page.cursor == 8)
        #expect(page.changes.map(\.end) == [1_500_000_000, .max])
        #expect(page.changes.map(\.isRevoked) == [true, false])
        #expect(page.changes[0].name == RevocationName(high: 0x0123_4567_89AB_CDEF, low: 0x0123_4567_89AB_CDEF))
        #expect(page.changes[1].name == RevocationName(high: 0, low: 1))
        #expect(StoreNames.text(page.changes[0].name) == Array("0123456789abcdef0123456789abcdef".utf8))
    }

    @Test(
        arguments: [
            nil, .null, .number(0), .error("ERR"), .list([]), .list([.number(1), .number(1), .number(0)]),
            .list([.number(-1), .number(0), .number(0), .number(0)]),
            .list([.number(1), .number(1), .number(0), .text([0x31])]),
            .list([.number(1), .number(1), .number(0), .number(1), entry]),
            .list([.number(1), .number(1), .number(0), .number(1), entry, .number(1)]),
            .list([.number(1), .number(1), .number(0), .number(1), entry, .number(-1), .number(0)]),
            .list([.number(1), .number(1), .number(0), .number(1), .text(Array("+0123".utf8)), .number(1), .number(0)]),
            .list([
                .number(1), .number(1), .number(0), .number(1), .text(Array("?0123456789abcdef0123456789abcdef".utf8)),
                .number(1), .number(0),
            ]),
            .list([
                .number(1), .number(1), .number(0), .number(1), .text(Array("+0123456789ABCDEF0123456789abcdef".utf8)),
                .number(1), .number(0),
            ]),
        ] as [Reply?]
    )
    func `what is no page is none`(_ reply: Reply?) {
        #expect(RevocationPage(reply) == nil)
    }

    @Test func `ends are rounded to milliseconds, and none is an end`() {
        #expect(RevocationPage.milliseconds(.max) == 0)
        #expect(RevocationPage.milliseconds(1_999_999) == 1)
        #expect(RevocationPage.milliseconds(0) == 1)
        #expect(RevocationPage.milliseconds(seconds: nil) == 0)
        #expect(RevocationPage.milliseconds(seconds: 0) == 1)
        #expect(RevocationPage.milliseconds(seconds: -5) == 1)
        #expect(RevocationPage.milliseconds(seconds: 5) == 5_000)
        #expect(RevocationPage.milliseconds(seconds: .max) < 1 << 53)
    }
}
