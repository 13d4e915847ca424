#!/usr/bin/env bash
# The quote servers of Examples/NIOServer, on SwiftNIO and on Hummingbird's core, met by a real client.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh websockets==17.4
(cd Examples/NIOServer && swift build)
.venv/bin/python Examples/NIOServer/tests/test_servers.py -v "$@"
