#!/usr/bin/env bash
# The browser's client in headless Chromium against the quote server over TLS: an allowed page works, a foreign one is refused.
set -euo pipefail
cd "$(dirname "$0")/.."

EXTRA_PACKAGES="chromium openssl" Scripts/install-dependencies.sh
Scripts/python-environment.sh websockets==17.4
(cd Examples/NIOServer && swift build --product quote-server)
mkdir -p .build/browser
.venv/bin/python Examples/BrowserClient/tests/browser.py Examples/NIOServer/.build/debug/quote-server "$(command -v chromium)" .build/browser
