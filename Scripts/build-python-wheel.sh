#!/usr/bin/env bash
# Builds the wheel of Bindings/python into .build/python/dist: the package with libwspolicy.so and its header inside.
# Scripts/build-c-library.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -f .build/c/libwspolicy.so.1 ] || {
    echo "build it first: make c-library" >&2
    exit 1
}
Scripts/python-environment.sh 'setuptools>=70.1'

stage=.build/python/stage
dist=.build/python/dist
rm -rf "$stage" "$dist"
mkdir -p "$stage" "$dist"
cp -r Bindings/python/pyproject.toml Bindings/python/setup.py Bindings/python/README.md Bindings/python/src "$stage"
cp .build/c/libwspolicy.so.1 .build/c/wspolicy.h "$stage/src/wspolicy/"
.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$dist" "./$stage"

# What a user gets, and nothing of the machine that built it.
.venv/bin/python - "$dist"/*.whl <<'PYTHON'
import sys
import zipfile

names = zipfile.ZipFile(sys.argv[1]).namelist()
for needed in ("wspolicy/libwspolicy.so.1", "wspolicy/wspolicy.h", "wspolicy/py.typed", "wspolicy/middleware.py"):
    assert needed in names, f"the wheel lacks {needed}"
assert not [name for name in names if "__pycache__" in name or name.startswith("tests")], names
PYTHON
echo "$dist/$(ls "$dist")"
