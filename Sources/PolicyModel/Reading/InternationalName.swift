import CLibIDN2

/// Host names in Unicode as the A-labels that clients send (UTS #46, non-transitional), by libidn2.
///
/// The only file that imports `CLibIDN2`.
enum InternationalName {
    /// The name in ASCII; nil where it has no such form, and for a name that is ASCII already.
    static func aLabels(_ name: String) -> String? {
        guard name.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
        var output: UnsafeMutablePointer<CChar>?
        let flags = Int32(IDN2_NONTRANSITIONAL.rawValue) | Int32(IDN2_NFC_INPUT.rawValue)
        // `output` is a C string of the library's when it returns success, freed below.
        let status = unsafe idn2_to_ascii_8z(name, &output, flags)
        guard status == Int32(IDN2_OK.rawValue), let found = unsafe output else { return nil }
        defer { unsafe idn2_free(found) }
        return unsafe String(cString: found)
    }
}
