"""libwspolicy by cffi, as wspolicy.h describes it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Callable, Optional

from cffi import FFI

_FOLDER = Path(__file__).parent


class PolicyError(Exception):
    """A plan, a key or a call that cannot be; nothing was decided."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def _declarations(header: str) -> str:
    """What of the header cffi reads: no preprocessor lines, and nothing that is meant for C++."""
    lines = []
    in_cplusplus = False
    for line in header.splitlines():
        if line.startswith("#ifdef __cplusplus"):
            in_cplusplus = True
        elif line.startswith("#endif"):
            in_cplusplus = False
        elif not line.startswith("#") and not in_cplusplus:
            lines.append(line)
    return re.sub(r"/\*.*?\*/", "", "\n".join(lines), flags=re.DOTALL)


def _file(name: str, variable: str) -> Path:
    """A file of this package; the variable names another one, for work on the library itself."""
    return Path(os.environ.get(variable) or _FOLDER / name)


ffi: Any = FFI()
ffi.cdef(_declarations(_file("wspolicy.h", "WSPOLICY_HEADER").read_text(encoding="utf-8")))
lib: Any = ffi.dlopen(str(_file("libwspolicy.so.1", "WSPOLICY_LIBRARY")))

_NONE = int(lib.WSP_NONE)


def text(ask: Callable[[Any, int], int]) -> Optional[str]:
    """A text of the library: asked for with room for most, and once more where that was too little."""
    capacity = 512
    while True:
        buffer = ffi.new("char[]", capacity)
        length = int(ask(buffer, capacity))
        if length == _NONE:
            return None
        if length < 0:
            raise PolicyError(length, "the call is wrong")
        if length < capacity:
            return bytes(ffi.buffer(buffer, length)).decode("utf-8", "replace")
        capacity = length + 1
