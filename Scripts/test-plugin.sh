#!/usr/bin/env bash
# A program whose policy is compiled when it is built: what it decides, what it links, and how an error in the policy is told.
set -euo pipefail
cd "$(dirname "$0")/../Examples/EmbeddedPolicy"

swift build
program=.build/debug/quotes
said=$("$program")
expected='handshake from https://evil.example: 403 originForbidden
handshake from https://app.example: 101, forward, close 4000 schemaMismatch'
if [ "$said" != "$expected" ]; then
    printf 'expected:\n%s\nsaid:\n%s\n' "$expected" "$said" >&2
    exit 1
fi

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
folder=Sources/quotes
restore() { mv -f "$folder/limits.yaml.kept" "$folder/limits.yaml"; }
cp "$folder/limits.yaml" "$folder/limits.yaml.kept"
trap restore EXIT
sed -i 's/atMost: 100 per 1s/atMost: many/' "$folder/limits.yaml"
if swift build >.build/broken.txt 2>&1; then
    echo "a policy with an error was compiled" >&2
    exit 1
fi
grep -qE "^.*/Sources/quotes/\./?limits\.yaml:8:34: error: |^.*/Sources/quotes/limits\.yaml:8:34: error: " .build/broken.txt || {
    cat .build/broken.txt >&2
    exit 1
}
grep -hE 'limits\.yaml:8' .build/broken.txt | head -1
restore
trap - EXIT
swift build >/dev/null
echo "the embedded policy decides, links the runtime alone, and tells its errors"
