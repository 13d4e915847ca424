"""libwspolicy by cffi, as wspolicy.h describes it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, Optional

from cffi import FFI

from ._header import CALL, declarations


class PolicyError(Exception):
    """A plan, a key or a call that cannot be; nothing was decided."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def _load() -> tuple[Any, Any]:
    """The library through the extension that a wheel has, or, for work on the library itself, by the names of its files."""
    library, header = os.environ.get("WSPOLICY_LIBRARY"), os.environ.get("WSPOLICY_HEADER")
    if library is None or header is None:
        from . import _native  # type: ignore[attr-defined, unused-ignore]

        return _native.ffi, _native.lib
    ffi = FFI()
    ffi.cdef(declarations(Path(header).read_text(encoding="utf-8")) + CALL)
    return ffi, ffi.dlopen(library)


ffi, lib = _load()

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
