import CLibPSL

/// The public suffix list, by libpsl: names under which anybody may register a site.
///
/// The only file that imports `CLibPSL`.
enum PublicSuffixes {
    /// Whether the name is a public suffix itself: `com`, `co.uk`, `github.io`.
    static func holds(_ name: String) -> Bool {
        // The built-in list is a constant of the library's, never freed.
        guard let list = unsafe psl_builtin() else { return false }
        // `name` is a C string for the time of the call.
        return unsafe psl_is_public_suffix2(list, name, Int32(PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE)) != 0
    }
}
