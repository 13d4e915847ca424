/// Dates and times (RFC 3339 §5.6).
enum DateFormat {
    static func isDateTime(_ text: FormatText) -> Bool {
        guard text.count > 11, text[10] | 0x20 == 0x74 else { return false }
        return isDate(text[0..<10]) && isTime(text[11..<text.count])
    }

    /// `YYYY-MM-DD`, a day that its month has.
    static func isDate(_ text: FormatText) -> Bool {
        guard text.count == 10, text[4] == 0x2D, text[7] == 0x2D, let century = twoDigits(text, 0),
            let yearInCentury = twoDigits(text, 2), let month = twoDigits(text, 5), let day = twoDigits(text, 8)
        else { return false }
        let year = 100 * century + yearInCentury
        return (1...12).contains(month) && day >= 1 && day <= days(in: month, of: year)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `HH:MM:SS`, a fraction, and an offset; a leap second ends a day of UTC.
    static func isTime(_ text: FormatText) -> Bool {
        guard text[2] == 0x3A, text[5] == 0x3A, let hour = twoDigits(text, 0), let minute = twoDigits(text, 3),
            let second = twoDigits(text, 6), hour < 24, minute < 60, second <= 60
        else { return false }
        var place = 8
        if text[place] == 0x2E {
            place += 1
            guard FormatByte.isDigit(text[place]) else { return false }
            while FormatByte.isDigit(text[place]) { place += 1 }
        }
        var offset = 0
        switch text[place] {
        case 0x5A, 0x7A: place += 1
        case 0x2B, 0x2D:
            guard text[place + 3] == 0x3A, let hours = twoDigits(text, place + 1),
                let minutes = twoDigits(text, place + 4), hours < 24, minutes < 60
            else { return false }
            offset = (60 * hours + minutes) * (text[place] == 0x2B ? 1 : -1)
            place += 6
        default: return false
        }
        guard place == text.count else { return false }
        let minuteOfDay = (60 * hour + minute - offset + 2 * 1440) % 1440
        return second < 60 || minuteOfDay == 1439
    }

    private static func twoDigits(_ text: FormatText, _ place: Int) -> Int? {
        guard FormatByte.isDigit(text[place]), FormatByte.isDigit(text[place + 1]) else { return nil }
        return 10 * Int(text[place] &- 0x30) + Int(text[place + 1] &- 0x30)
    }
}

/// Durations (RFC 3339, appendix A).
enum DurationFormat {
    static func accepts(_ text: FormatText) -> Bool {
        guard text[0] == 0x50 else { return false }
        var place = 1
        // Weeks stand alone.
        if unit(text, &place) == 0x57 { return place == text.count }
        place = 1
        // Years, months and days follow each other without a gap, and so do hours, minutes and seconds.
        guard let date = run(text, &place, Array3(0x59, 0x4D, 0x44)) else { return false }
        guard place < text.count else { return date }
        guard text[place] == 0x54 else { return false }
        place += 1
        guard let time = run(text, &place, Array3(0x48, 0x4D, 0x53)) else { return false }
        return time && place == text.count
    }

    private struct Array3 {
        let first: UInt8, second: UInt8, third: UInt8

        init(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
            self.first = first
            self.second = second
            self.third = third
        }

        func index(of unit: UInt8) -> Int? {
            unit == first ? 0 : unit == second ? 1 : unit == third ? 2 : nil
        }
    }

    /// Numbers with units in order, each the next one of its list; whether there was any, nil where one is wrong.
    private static func run(_ text: FormatText, _ place: inout Int, _ units: Array3) -> Bool? {
        var last: Int?
        while FormatByte.isDigit(text[place]) {
            guard let index = units.index(of: unit(text, &place)) else { return nil }
            if let last, index != last + 1 { return nil }
            last = index
        }
        return last != nil
    }

    /// The unit behind digits; 0 where there are none.
    private static func unit(_ text: FormatText, _ place: inout Int) -> UInt8 {
        let start = place
        while FormatByte.isDigit(text[place]) { place += 1 }
        guard place > start else { return 0 }
        place += 1
        return text[place - 1]
    }
}
