import PolicyDocument

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `wspolicy-compile SWIFT-FILE FOLDER POLICY…`: what the build-tool plugin runs.
///
/// Policies are named below the folder, so that the same sources give the same plans wherever they lie. Writes a Swift file with a plan for each policy. A policy with an error writes nothing and is told as a compiler tells its
/// errors, `path:line:column: error: …`. Exit status: 0 written, 1 an error in a policy, 2 wrong use or an unwritable file.
@main
struct WSPolicyCompile {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard let output = arguments.first, arguments.count > 2, !output.hasPrefix("-") else {
            complain("usage: wspolicy-compile SWIFT-FILE FOLDER POLICY…")
            exit(2)
        }
        let folder = arguments[arguments.startIndex + 1]
        guard unsafe chdir(folder) == 0 else {
            complain("\(folder): error: the folder cannot be entered")
            exit(2)
        }
        var policies: [CompiledPolicy] = []
        var problems: [String] = []
        for path in arguments.dropFirst(2) {
            do throws(PolicyProblems) { policies.append(try CompiledPolicy(path: path)) } catch {
                problems += error.lines
            }
        }
        problems += CompiledPolicy.collisions(of: policies)
        guard problems.isEmpty else {
            // Where the policy lies, so that an editor finds it.
            for line in problems { complain(line.hasPrefix("/") ? line : "\(folder)/\(line)") }
            exit(1)
        }
        guard save(AccessorFile.text(of: policies), to: output) else {
            complain("\(output): error: the file cannot be written")
            exit(2)
        }
    }

    private static func complain(_ line: String) {
        var text = line + "\n"
        _ = text.withUTF8 { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func save(_ text: String, to path: String) -> Bool {
        guard let file = unsafe fopen(path, "w") else { return false }
        let count = unsafe fwrite(text, 1, text.utf8.count, file)
        return unsafe fclose(file) == 0 && count == text.utf8.count
    }
}
