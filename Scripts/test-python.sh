#!/usr/bin/env bash
# Installs the wheel into .venv and tests it there: types, the engine, the middleware, and real daphne, uvicorn, hypercorn and granian.
# Scripts/build-python-wheel.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/python-environment.sh 'cffi>=1.15' 'pytest>=8' 'mypy>=1.11' 'PyJWT>=2.8' 'websockets>=14' \
    'daphne>=4.1' 'uvicorn>=0.30' 'wsproto>=1.2' 'hypercorn>=0.17' 'granian>=1.6'
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .build/python/dist/*.whl

# Outside the sources, so that what is tested is what is installed.
unset WSPOLICY_LIBRARY WSPOLICY_HEADER PYTHONPATH
export WSPOLICY_COMMAND=$PWD/.build/c/wspolicy
python=$PWD/.venv/bin/python
"$python" -m mypy --config-file Bindings/python/pyproject.toml Bindings/python/src/wspolicy
cd Bindings/python/tests
"$python" -m pytest -q -p no:cacheprovider --rootdir . .
