#!/usr/bin/env bash
# Messages a second, processor time and allocations a message, memory a connection: an echo server behind a policy, beside the
# same server without one and beside SwiftNIO's own frame decoder. Needs Python 3 and a C compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --product echo-server
out=.build/bench-nio
mkdir -p "$out"
"${CC:-cc}" -O2 -Wall -Wextra -o "$out/ws_load" Benchmarks/Peers/ws_load.c
"${CC:-cc}" -O2 -Wall -Wextra -shared -fPIC -o "$out/count_allocations.so" Benchmarks/Peers/count_allocations.c
ulimit -n "$(ulimit -Hn)"
exec python3 Benchmarks/Peers/nio.py .build/release/echo-server "$out/ws_load" "$PWD/$out/count_allocations.so"
