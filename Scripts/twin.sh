#!/usr/bin/env bash
# The engine against the reference evaluator with fresh seeds for some seconds: Scripts/twin.sh SECONDS
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
TWIN_SECONDS="$seconds" swift test --filter TwinTests.TwinTests
