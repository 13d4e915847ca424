#!/usr/bin/env bash
# Clients of other makers against a SwiftNIO server with a policy, over sockets of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh aiohttp==3.14.5 autobahn==26.10.2 websockets==17.4 wsproto==1.3.2
swift build --product echo-server
.venv/bin/python -m unittest discover -s Tests/echo-server -v "$@"
