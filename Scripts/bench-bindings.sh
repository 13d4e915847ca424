#!/usr/bin/env bash
# One message decision by Swift's call, through wspolicy.h and from Python by cffi: the same plan and the same message.
# Scripts/build-python-wheel.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$PWD/.build/bindings
rm -rf "$scratch" && mkdir -p "$scratch"
(cd Benchmarks && swift build -c release --product decision-counter)
tools=Benchmarks/.build/release
"$(Scripts/build-benchmarks.sh message-peers)/message-peers" dump "$scratch"
# As DecisionCases has it.
cat >"$scratch/policy.yaml" <<'YAML'
wspolicy: 1
name: message
origins: { allow: [https://app.example] }
limits: { messageSize: 2MiB, idleTimeout: unlimited }
messages:
  schema: { $ref: ./FinanceHub.schema.json }
YAML
.build/c/wspolicy compile "$scratch/policy.yaml" -o "$scratch/message.wsplan" >/dev/null
"${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -I.build/c Benchmarks/Peers/c_calls.c -L.build/c -lwspolicy \
    -Wl,-rpath,"$PWD/.build/c" -o "$scratch/c_calls"
# The distribution's Python where there is one: it is what servers run, and is built with its profile, which version managers leave out.
python=/usr/bin/python3
"$python" -c 'import ensurepip, venv' 2>/dev/null || python=.venv/bin/python
"$python" -m venv "$scratch/venv"
python=$scratch/venv/bin/python
"$python" -m pip install --quiet --disable-pip-version-check 'cffi>=1.15'
"$python" -m pip install --quiet --disable-pip-version-check --no-deps .build/python/dist/*.whl

# Swift's call: the difference of two run lengths in CPU time, so that the start of the process is in neither.
swift_call() {
    local TIMEFORMAT=%U short long
    short=$({ time "$tools/decision-counter" 'message, FinanceHub' 2000000; } 2>&1)
    long=$({ time "$tools/decision-counter" 'message, FinanceHub' 12000000; } 2>&1)
    awk -v short="$short" -v long="$long" 'BEGIN { printf "swift call %.1f\n", (long - short) * 100 }'
}
# Three times in turn, since other work on the machine comes and goes; the smallest of each is the least disturbed.
for _ in 1 2 3; do
    swift_call
    "$scratch/c_calls" "$scratch/message.wsplan" "$scratch/FinanceHub.json"
    "$python" Benchmarks/Peers/python_calls.py "$scratch/message.wsplan" "$scratch/FinanceHub.json"
done | awk -v python="$("$python" -c 'import platform; print(platform.python_version())')" '
    { name = $1 " " $2; if (!(name in best) || $3 < best[name]) best[name] = $3 }
    END {
        print "nanoseconds a message of 109 bytes"
        printf "Swift, engine in the process    %6.1f\n", best["swift call"]
        printf "C, moment given                 %6.1f   %+.1f\n", best["c moment"], best["c moment"] - best["swift call"]
        printf "C, 64 messages in a call        %6.1f   %+.1f\n", best["c batch"], best["c batch"] - best["swift call"]
        printf "C, the system'"'"'s clocks           %6.1f\n", best["c clock"]
        printf "Python, the system'"'"'s clocks      %6.1f   (Python %s)\n", best["python single"], python
    }'
