"""The extension between cffi and libwspolicy: its calls cost a fifth of those that cffi makes without one."""

import runpy
from pathlib import Path

from cffi import FFI

_HERE = Path(__file__).resolve().parent
_NATIVE = _HERE / "native"
"""wspolicy.h and libwspolicy.so, put there by Scripts/build-python-wheel.sh."""

declarations = runpy.run_path(str(_HERE / "src/wspolicy/_header.py"))["declarations"]

builder = FFI()
builder.cdef(declarations((_NATIVE / "wspolicy.h").read_text(encoding="utf-8")))
builder.set_source(
    "wspolicy._native",
    '#include "wspolicy.h"',
    include_dirs=[str(_NATIVE)],
    library_dirs=[str(_NATIVE)],
    libraries=["wspolicy"],
    # The library stands beside the extension.
    extra_link_args=["-Wl,-rpath,$ORIGIN"],
)
