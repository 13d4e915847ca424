/// Why a content program cannot be run.
package struct ProgramDamage: Error, Equatable, CustomStringConvertible {
    /// What is wrong, in lower case, without final period.
    package let reason: String
    /// The record that is wrong: bytes from the section's start.
    package let offset: Int

    package init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String {
        "content program, byte \(offset): \(reason)"
    }
}
