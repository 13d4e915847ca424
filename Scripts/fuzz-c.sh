#!/usr/bin/env bash
# Random calls through the C interface for so many seconds, each run from a new seed that it prints.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
swift build --build-tests
end=$((SECONDS + seconds))
while [ "$SECONDS" -lt "$end" ]; do
    seed=$(od -An -N6 -tu8 /dev/urandom | tr -d ' ')
    echo "WSPOLICY_C_FUZZ_SEED=$seed"
    WSPOLICY_C_FUZZ_SEED=$seed WSPOLICY_C_FUZZ_ROUNDS=200000 swift test --skip-build --filter HostileCallTests >.build/fuzz-c.log 2>&1 || {
        tail -n 20 .build/fuzz-c.log
        exit 1
    }
done
