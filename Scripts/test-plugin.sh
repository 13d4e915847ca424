#!/usr/bin/env bash
# A program whose policy is compiled when it is built: what it decides, what it links, and how an error in the policy is told.
set -euo pipefail
cd "$(dirname "$0")/.."

# A copy, as deep below the repository as the example: what is broken here is nobody's file.
folder=.build/embedded-policy
rm -rf "$folder/Package.swift" "$folder/Sources"
mkdir -p "$folder"
cp -r Examples/EmbeddedPolicy/{Package.swift,Sources} "$folder"
build() { swift build --package-path "$folder"; }

program=$folder/.build/debug/quotes
check() {
    local said expected='handshake from https://evil.example: 403 originForbidden
handshake from https://app.example: 101, forward, close 4000 schemaMismatch'
    build
    said=$("$program")
    [ "$said" = "$expected" ] || {
        printf 'expected:\n%s\nsaid:\n%s\n' "$expected" "$said" >&2
        exit 1
    }
}
check

# The runtime alone: no library of the compile half, and none of its modules.
libraries=$(ldd "$program")
modules=$(nm -C "$program" 2>/dev/null | grep -cE ' [Tt] .*(PolicyPlanner|PolicyModel|PolicyDocument|yaml_parser|idn2_|NIOCore)' || true)
if grep -qE 'yaml|idn2|unistring|psl' <<<"$libraries" || [ "$modules" -ne 0 ]; then
    echo "the program links more than the runtime:" >&2
    echo "$libraries" >&2
    exit 1
fi
[ "$(nm "$program" | grep -c PolicyRuntime)" -gt 0 ]

# An error stands at its line of the policy, as the compiler's own do, and a policy beside it counts too.
sed -i 's/atMost: 100 per 1s/atMost: many/' "$folder/Sources/quotes/limits.yaml"
if build >"$folder/broken.txt" 2>&1; then
    echo "a policy with an error was compiled" >&2
    exit 1
fi
grep -hE '/Sources/quotes/(\./)?limits\.yaml:8:34: error: ' "$folder/broken.txt" | head -1 | grep . || {
    cat "$folder/broken.txt" >&2
    exit 1
}
cp Examples/EmbeddedPolicy/Sources/quotes/limits.yaml "$folder/Sources/quotes/limits.yaml"
check
echo "the embedded policy decides, links the runtime alone, and tells its errors"
