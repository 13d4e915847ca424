#!/usr/bin/env bash
# Installs libwspolicy, its header and its pkg-config file under a prefix; Scripts/build-c-library.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${1:?usage: install-c-library.sh PREFIX}
destination=${DESTDIR:-}$prefix
[ -f .build/c/libwspolicy.so.1 ] || {
    echo "build it first: make c-library" >&2
    exit 1
}
install -d "$destination/lib/pkgconfig" "$destination/include"
install -m 755 .build/c/libwspolicy.so.1 "$destination/lib/libwspolicy.so.1"
ln -sf libwspolicy.so.1 "$destination/lib/libwspolicy.so"
install -m 644 Sources/CWebSocketPolicy/wspolicy.h "$destination/include/wspolicy.h"
sed "s|@PREFIX@|$prefix|" Scripts/wspolicy.pc.in >"$destination/lib/pkgconfig/wspolicy.pc"
chmod 644 "$destination/lib/pkgconfig/wspolicy.pc"

# So that the loader finds it at once, where the prefix is one of its folders.
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" -eq 0 ] && command -v ldconfig >/dev/null; then ldconfig; fi
