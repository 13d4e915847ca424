#!/usr/bin/env bash
# Whole decisions on messages beside validators that a person can install: pydantic, msgspec, jsonschema-rs and fastjsonschema
# behind orjson, and Foundation's JSONDecoder; on the same bytes, in one run. And a handshake with a token beside PyJWT.
set -euo pipefail
cd "$(dirname "$0")/../Benchmarks"

scratch=.peers
mkdir -p "$scratch/messages"
python=$scratch/venv/bin/python
if [ ! -x "$python" ]; then
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        as_root=()
        [ "$(id -u)" -eq 0 ] || as_root=(sudo)
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    fi
    python3 -m venv "$scratch/venv"
fi
"$python" -m pip install --quiet --disable-pip-version-check pydantic msgspec orjson jsonschema-rs fastjsonschema PyJWT
tool=$(../Scripts/build-benchmarks.sh message-peers)/message-peers
"$tool" dump "$scratch/messages"
"$python" Peers/validators.py "$scratch/messages" >"$scratch/times.tsv"
"$tool" validators "$scratch/times.tsv"
