import Testing
import WebSocketProtocol

struct SubprotocolOffersTests {
    private func offers(_ lines: [String]) -> [String] {
        let request = HandshakeRequest.fields(lines.map { ("Sec-WebSocket-Protocol", $0) })
        var offers = SubprotocolOffers()
        var found: [String] = []
        while let offer = offers.next(in: request) {
            found.append(request.text(offer.name) + (offer.isToken ? "" : "!"))
        }
        return found
    }

    @Test(arguments: [["p1,p2"], ["p1", "p2"], ["p1 , p2 ,"], [",p1", "", " , p2"]])
    func `D24 commas and lines are the same list`(lines: [String]) {
        #expect(offers(lines) == ["p1", "p2"])
    }

    @Test func `D25 names keep their case, and one that is no token is marked`() {
        #expect(offers(["Feed1, feed1"]) == ["Feed1", "feed1"])
        #expect(
            offers(["seed/3.1, ok, a b, \"q\", bearer.e30.e30"]) == [
                "seed/3.1!", "ok", "a b!", "\"q\"!", "bearer.e30.e30",
            ]
        )
    }

    @Test func `Without a line there are no offers`() {
        #expect(offers([]) == [])
        #expect(offers([""]) == [])
    }
}
