import PackagePlugin

/// Compiles a target's `*.policy.yaml` whenever it is built.
@main
struct CompilePolicies: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target.sourceModule else { return [] }
        let policies = target.sourceFiles(withSuffix: ".policy.yaml").map(\.url).sorted { $0.path < $1.path }
        guard !policies.isEmpty else { return [] }
        // What a policy extends and what it takes schemas from stands beside it: a change of these builds anew as well.
        let others = ["yaml", "yml", "json"].flatMap { suffix in
            target.sourceFiles(withSuffix: ".\(suffix)").map(\.url)
        }
        let folder = target.directoryURL.path
        let names = policies.map {
            $0.path.hasPrefix(folder + "/") ? String($0.path.dropFirst(folder.count + 1)) : $0.path
        }
        let output = context.pluginWorkDirectoryURL.appending(path: "Policies.swift")
        return [
            .buildCommand(
                displayName:
                    "Compiling \(policies.count == 1 ? policies[0].lastPathComponent : "\(policies.count) policies")",
                executable: try context.tool(named: "wspolicy-compile").url,
                arguments: [output.path, folder] + names,
                inputFiles: policies + others.sorted { $0.path < $1.path },
                outputFiles: [output]
            )
        ]
    }
}
