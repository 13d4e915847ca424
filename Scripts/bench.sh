#!/usr/bin/env bash
# Nanoseconds and allocations a decision. With BENCH=full the benchmark package's own tables, which take minutes.
set -euo pipefail
cd "$(dirname "$0")/../Benchmarks"

if [ "${BENCH:-}" = full ]; then
    swift package benchmark
else
    swift build -c release --product decision-counter
    .build/release/decision-counter
fi
