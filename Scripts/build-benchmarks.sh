#!/usr/bin/env bash
# Builds programs that time parts of the package beside other people's, and prints the folder that they are in.
# Scripts/build-benchmarks.sh PROGRAM…
set -euo pipefail
cd "$(dirname "$0")/.."

export WSPOLICY_BENCHMARKS=1
for program in "$@"; do
    swift build -c release --scratch-path .build/benchmarks --product "$program" >&2
done
echo "$PWD/.build/benchmarks/release"
