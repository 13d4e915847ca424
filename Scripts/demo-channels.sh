#!/usr/bin/env bash
# FinanceHub as a Django Channels project behind its policy, on http://localhost:8000 until Ctrl-C.
# Scripts/build-python-wheel.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh 'cffi>=1.15' 'channels>=4.1' 'daphne>=4.1'
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .build/python/dist/*.whl

plan=$PWD/.build/python/financehub-local.wsplan
.build/c/wspolicy compile Examples/DjangoChannels/local.yaml -o "$plan" >/dev/null
# A key for this demo alone; a real one comes from wherever secrets live.
export FINANCEHUB_JWT_KEY=financehub-demo-key-for-one-machine-only
export FINANCEHUB_PLAN=$plan PYTHONPATH=$PWD/Examples/DjangoChannels
cat <<'TEXT'
FinanceHub is on http://localhost:8000, its counters on http://localhost:8000/metrics; decisions appear below.
While it runs, change Examples/DjangoChannels/local.yaml and compile it anew, it is taken within a second:
    .build/c/wspolicy compile Examples/DjangoChannels/local.yaml -o .build/python/financehub-local.wsplan
TEXT
cd Examples/DjangoChannels
exec ../../.venv/bin/python -m daphne -v 0 -b 127.0.0.1 -p 8000 --websocket-max-message-size 4194304 \
    --websocket-max-frame-size 4194304 financehub.asgi:application
