#!/usr/bin/env bash
# The Autobahn cases of classes 1 to 7, 9 and 10 against WebSocketPolicyNIO, in kosoku's fuzzing client: with every limit out of the way
# each must pass in strict behaviour, with the default limits all but a written list. The reports stand in .build/conformance.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh kosoku==0.1.0
swift build --product echo-server
cases=()
for class in 1 2 3 4 5 6 7 9 10; do cases+=(-i "$class.*"); done

check() {
    local name=$1 report=.build/conformance/$1 line
    shift
    rm -rf "$report"
    mkdir -p "$report"
    coproc SERVER { exec .build/debug/echo-server --policy "Tests/echo-server/$name.policy.yaml"; }
    server=$SERVER_PID
    trap 'kill "$server" 2>/dev/null || true' EXIT
    read -r line <&"${SERVER[0]}"
    .venv/bin/kosoku -o "$report" "${cases[@]}" "ws://${line#listening on }/" >"$report/log.txt" 2>&1 || true
    kill "$server"
    wait "$server" 2>/dev/null || true
    echo "limits: $name"
    .venv/bin/python Tests/echo-server/check_report.py "$report/index.json" "$@"
}

check open
check default Tests/echo-server/refused-by-default.txt
