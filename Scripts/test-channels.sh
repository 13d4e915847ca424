#!/usr/bin/env bash
# The Channels example under real daphne and uvicorn: the same clients get through without the policy, and do not with it.
# Scripts/build-python-wheel.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh 'cffi>=1.15' 'pytest>=8' 'PyJWT>=2.8' 'websockets>=14' 'channels>=4.1' 'daphne>=4.1' 'uvicorn>=0.30'
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .build/python/dist/*.whl

unset WSPOLICY_LIBRARY WSPOLICY_HEADER PYTHONPATH
export WSPOLICY_COMMAND=$PWD/.build/c/wspolicy
"$WSPOLICY_COMMAND" lint Examples/DjangoChannels
python=$PWD/.venv/bin/python
cd Examples/DjangoChannels/tests
"$python" -m pytest -q -p no:cacheprovider --rootdir . .
