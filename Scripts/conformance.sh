#!/usr/bin/env bash
# The Autobahn cases of classes 1 to 7, 9 and 10 against WebSocketPolicyNIO, in kosoku's fuzzing client: each must pass in
# strict behaviour. The report stands in .build/conformance/index.html.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh kosoku==0.1.0
swift build --product echo-server
report=.build/conformance
rm -rf "$report"
mkdir -p "$report"

coproc SERVER { exec .build/debug/echo-server --policy Tests/echo-server/open.policy.yaml; }
server=$SERVER_PID
trap 'kill "$server" 2>/dev/null || true' EXIT
read -r line <&"${SERVER[0]}"
address=ws://${line#listening on }

cases=()
for class in 1 2 3 4 5 6 7 9 10; do cases+=(-i "$class.*"); done
.venv/bin/kosoku -o "$report" "${cases[@]}" "$address/" >"$report/log.txt" || true
.venv/bin/python Tests/echo-server/check_report.py "$report/index.json"
