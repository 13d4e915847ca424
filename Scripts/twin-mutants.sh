#!/usr/bin/env bash
# Breaks ten checks of the runtime, one at a time, in a copy of the tree; the twin must find each.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"

# Name, file, the exact text that is broken, what stands in its place.
mutants=(
    'an origin matches with any port' Sources/PolicyRuntime/Tables/OriginLookup.swift
    'self.port = port.map(UInt32.init) ?? OriginSlot.portNone' 'self.port = port.map { $0 == 8443 ? 443 : UInt32($0) } ?? OriginSlot.portNone'
    'one label stands for several' Sources/PolicyRuntime/Tables/OriginLookup.swift
    'kind == OriginSlot.Kind.oneLabel && isOneLabel' 'kind == OriginSlot.Kind.oneLabel && (isOneLabel || !isOneLabel)'
    'an address block ends one too late' Sources/PolicyRuntime/Tables/AddressLookup.swift
    'if plan.word(list &+ 2 &* middle) <= bits' 'if plan.word(list &+ 2 &* middle) < bits'
    'an exact window is closed' Sources/PolicyRuntime/Limits/WindowRing.swift
    'while used > 0, now >= period, moments[base + Int(head)] <= now &- period' 'while used > 0, now >= period, moments[base + Int(head)] < now &- period'
    'a rate tolerates one more' Sources/PolicyRuntime/Limits/RateCell.swift
    'let tolerance = UInt128(burst) &* UInt128(period)' 'let tolerance = UInt128(burst &+ 1) &* UInt128(period)'
    'a count is not given back' Sources/PolicyRuntime/Limits/LimitCells.swift
    'counts[place] &-= 1' 'counts[place] &-= 0'
    'a message may have one byte more' Sources/PolicyRuntime/Messages/ConnectionGuard.swift
    'if received > limit || header.payloadLength > limit &- received { return messageTooLarge() }' 'if received > limit || header.payloadLength > limit &- received &+ 1 { return messageTooLarge() }'
    'a message may have one fragment more' Sources/PolicyRuntime/Messages/ConnectionGuard.swift
    'if fragments > plan.wide(record + RouteRecord.fragmentsLow)' 'if fragments > plan.wide(record + RouteRecord.fragmentsLow) &+ 1'
    'a second token is overlooked' Sources/PolicyRuntime/Handshake/TokenPlaces.swift
    'if token != nil {' 'if token != nil, bytes.isEmpty {'
    'the audience is not looked at' Sources/WebSocketPolicyJWT/ClaimsCheck.swift
    'guard isMeant else' 'guard isMeant || !isMeant else'
)

cd "$copy"
swift build --build-tests >build.log 2>&1 || { tail -20 build.log; exit 1; }
survivors=0
for ((index = 0; index < ${#mutants[@]}; index += 4)); do
    name=${mutants[index]} file=${mutants[index + 1]} from=${mutants[index + 2]} to=${mutants[index + 3]}
    cp "$file" original
    FROM="$from" TO="$to" FILE="$file" python3 - <<'PY'
import os, sys
path, old, new = os.environ["FILE"], os.environ["FROM"], os.environ["TO"]
text = open(path).read()
if text.count(old) != 1:
    sys.exit(f"{path}: the text to break stands {text.count(old)} times: {old}")
open(path, "w").write(text.replace(old, new))
PY
    if ! swift build --build-tests >build.log 2>&1; then
        echo "does not build: $name"
        grep -m 3 'error:' build.log
        survivors=$((survivors + 1))
    elif TWIN_SEED=1 swift test --skip-build --filter TwinTests.TwinTests >test.log 2>&1; then
        echo "survives: $name"
        survivors=$((survivors + 1))
    else
        echo "found: $name ($(grep -m 1 -o 'seed [0-9]*: .*' test.log || echo 'no seed'))"
    fi
    cp original "$file"
done
[ "$survivors" -eq 0 ] || { echo "$survivors not found"; exit 1; }
echo "all found"
