#!/usr/bin/env bash
# Checks of the content of messages, and whole decisions on them, beside bare parses of the same bytes by yyjson and simdjson, in one process.
# The peers are built in Benchmarks/.peers: simdjson from Debian, yyjson's C source from its Python source distribution.
set -euo pipefail
cd "$(dirname "$0")/../Benchmarks"

scratch=.peers
library=$scratch/libpeers.so
if [ ! -e "$library" ]; then
    mkdir -p "$scratch"
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    for package in libsimdjson-dev g++ python3-pip; do
        dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    done
    if [ ! -e "$scratch/yyjson.c" ]; then
        python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$scratch" yyjson
        tar -xzf "$scratch"/yyjson-*.tar.gz -C "$scratch" --strip-components=2 --wildcards '*/yyjson/yyjson.c' '*/yyjson/yyjson.h'
    fi
    gcc -O3 -DNDEBUG -fPIC -c "$scratch/yyjson.c" -o "$scratch/yyjson.o"
    g++ -std=c++17 -O3 -DNDEBUG -fPIC -shared -I"$scratch" Peers/peers.cpp "$scratch/yyjson.o" -o "$library" -lsimdjson
fi
tool=$(../Scripts/build-benchmarks.sh message-peers)/message-peers
"$tool" parsers "$library"
