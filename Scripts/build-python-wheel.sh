#!/usr/bin/env bash
# Builds the wheel of Bindings/python into .build/python/dist: the package with libwspolicy.so and its header inside.
# Scripts/build-c-library.sh comes before it.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -f .build/c/libwspolicy.so.1 ] || {
    echo "build it first: make c-library" >&2
    exit 1
}
Scripts/python-environment.sh 'setuptools>=70.1' 'cffi>=1.15'
if ! .venv/bin/python -c 'import os, sysconfig; assert os.path.exists(sysconfig.get_path("include") + "/Python.h")' 2>/dev/null; then
    EXTRA_PACKAGES=python3-dev Scripts/install-dependencies.sh
fi
command -v gcc >/dev/null || EXTRA_PACKAGES=gcc Scripts/install-dependencies.sh

stage=.build/python/stage
dist=.build/python/dist
rm -rf "$stage" "$dist"
mkdir -p "$stage/native" "$dist"
cp -r Bindings/python/{pyproject.toml,setup.py,build_native.py,README.md,src} "$stage"
cp .build/c/libwspolicy.so.1 "$stage/src/wspolicy/"
cp .build/c/wspolicy.h "$stage/native/"
cp .build/c/libwspolicy.so.1 "$stage/native/libwspolicy.so"
.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$dist" "./$stage"

# What a user gets, and nothing of the machine that built it.
.venv/bin/python - "$dist"/*.whl <<'PYTHON'
import sys
import zipfile

names = zipfile.ZipFile(sys.argv[1]).namelist()
for needed in ("wspolicy/libwspolicy.so.1", "wspolicy/_native.abi3.so", "wspolicy/py.typed", "wspolicy/middleware.py"):
    assert needed in names, f"the wheel lacks {needed}"
assert not [name for name in names if "__pycache__" in name or name.startswith("tests")], names
PYTHON
echo "$dist/$(ls "$dist")"
