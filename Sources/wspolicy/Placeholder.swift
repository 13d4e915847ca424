import ArgumentParser

@main struct WSPolicyCommand: ParsableCommand {}
