#!/usr/bin/env bash
# Builds what times messages beside other people's programs, and prints where it is.
set -euo pipefail
cd "$(dirname "$0")/.."

export WSPOLICY_BENCH_MESSAGES=1
build=(swift build -c release --scratch-path .build/bench-messages)
"${build[@]}" --product message-peers >&2
echo "$PWD/.build/bench-messages/release/message-peers"
