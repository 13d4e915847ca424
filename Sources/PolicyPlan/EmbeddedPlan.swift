extension Plan {
    /// The plan that a build wrote into a program, for the code that the build-tool plugin writes.
    ///
    /// Each byte stands as the character of that number, so that a program holds the plan as one constant, which costs a
    /// compiler nothing; an array's elements would be checked one by one.
    ///
    /// - Parameter characters: the plan, verified when it was written, by the same version as this.
    public convenience init(embedded characters: StaticString) {
        do throws(PlanError) {
            try self.init(verifying: Self.bytes(of: characters.description.utf8))
        } catch {
            preconditionFailure("the program holds a plan that was not written for it: \(error)")
        }
    }

    /// The bytes whose characters stand in a text; those above 0xFF, which no plan has, stand for nothing.
    package static func bytes(of characters: String.UTF8View) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count)
        for unit in characters {
            switch unit {
            case 0..<0x80: bytes.append(unit)
            // The characters from 0x80 to 0xFF have two bytes: C2 and the same, or C3 and the same less 0x40.
            case 0xC2: bytes.append(0)
            case 0xC3: bytes.append(0x40)
            default: if let last = bytes.popLast() { bytes.append(last | unit) }
            }
        }
        return bytes
    }

    /// The contents of a Swift string literal whose characters stand for bytes.
    package static func literal(of bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 0: text += "\\0"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: text += String(UnicodeScalar(byte))
            default: text += "\\u{" + String(byte, radix: 16, uppercase: true) + "}"
            }
        }
        return text
    }
}
