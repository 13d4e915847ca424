#!/usr/bin/env bash
# Installs the system libraries that the build links, through apt; says so, and does nothing when they are there.
set -euo pipefail

packages=(libyaml-dev libidn2-dev libunistring-dev libpsl-dev libhiredis-dev redis-server pkgconf)
# What one target needs besides.
read -ra extra <<<"${EXTRA_PACKAGES:-}"
packages+=("${extra[@]}")

missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
        missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

command -v apt-get >/dev/null || {
    echo "missing: ${missing[*]}; this is not a Debian system: install their equivalents by hand" >&2
    exit 1
}
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "missing: ${missing[*]}; run as root: apt-get install ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
echo "installing through apt: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
