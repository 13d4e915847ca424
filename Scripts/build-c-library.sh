#!/usr/bin/env bash
# Builds libwspolicy.so with everything of Swift inside, so that it needs libc, libm, libstdc++ and libgcc alone, and the
# command `wspolicy` beside it, into .build/c. Fails where the library shows other symbols than Scripts/exported-symbols.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

flags=(
    -c release -Xswiftc -static-stdlib
    -Xlinker "--version-script=$PWD/Scripts/libwspolicy.map" -Xlinker -soname=libwspolicy.so.1 -Xlinker -s
)
swift build "${flags[@]}" --product WebSocketPolicyC
swift build "${flags[@]}" --product wspolicy

mkdir -p .build/c
cp .build/release/libWebSocketPolicyC.so .build/c/libwspolicy.so.1
cp .build/release/wspolicy .build/c/wspolicy
cp Sources/CWebSocketPolicy/wspolicy.h .build/c/wspolicy.h
ln -sf libwspolicy.so.1 .build/c/libwspolicy.so

if ! diff <(nm -D --defined-only --extern-only .build/c/libwspolicy.so.1 | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort) \
    Scripts/exported-symbols.txt; then
    echo "libwspolicy.so.1 shows other symbols than Scripts/exported-symbols.txt says (> is the list)" >&2
    exit 1
fi
readelf -d .build/c/libwspolicy.so.1 | grep -q 'SONAME.*\[libwspolicy.so.1\]' || {
    echo "libwspolicy.so.1 calls itself otherwise" >&2
    exit 1
}
