/// The four blanks of JSON between its tokens.
enum BlankScan {
    /// The first byte from `place` on that is no blank.
    @inline(__always)
    static func skip(_ place: BytePointer) -> BytePointer {
        place.byte > 0x20 ? place : skipSlowly(place)
    }

    /// The first byte behind `mark`, which stands at `place` or behind blanks, that is no blank; nil where it does not stand there.
    @inline(__always)
    static func behind(_ mark: UInt8, at place: BytePointer) -> BytePointer? {
        if place.byte == mark { return skip(place + 1) }
        let found = skip(place)
        return found.byte == mark ? skip(found + 1) : nil
    }

    @inline(never)
    private static func skipSlowly(_ start: BytePointer) -> BytePointer {
        var place = start
        // One blank is the common case.
        if place.byte == 0x20 {
            place = place + 1
            if place.byte > 0x20 { return place }
        }
        while true {
            let block = place.block
            let stop =
                (block .!= Lanes.all(0x20)) .& (block .!= Lanes.all(0x0A)) .& (block .!= Lanes.all(0x0D))
                .& (block .!= Lanes.all(0x09))
            let index = stop.firstIndex
            guard index == 16 else { return place + index }
            place = place + 16
        }
    }
}
