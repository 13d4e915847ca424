/// Paths in policies, which are relative to the file that names them.
package enum RelativePath {
    /// `path` as seen from the folder of `file`; an absolute path is left alone.
    package static func resolved(_ path: String, against file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return normalized(path) }
        return normalized(file[...slash] + path)
    }

    /// Without `.` and, where something stands before it, without `..`.
    package static func normalized(_ path: some StringProtocol) -> String {
        var parts: [Substring] = []
        for part in String(path).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part[...])
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
