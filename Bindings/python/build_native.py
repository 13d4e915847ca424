"""The extension between cffi and libwspolicy: its calls cost a fifth of those that cffi makes without one."""

import runpy
from pathlib import Path

from cffi import FFI

_HERE = Path(__file__).resolve().parent
_NATIVE = _HERE / "native"
"""wspolicy.h and libwspolicy.so, put there by Scripts/build-python-wheel.sh."""

header = runpy.run_path(str(_HERE / "src/wspolicy/_header.py"))

# A function for each kind of message: every argument that cffi turns into one of C costs a twentieth of a decision.
_CALLS = [(f"{side}_{kind}", side, number) for side in ("receive", "send") for number, kind in ((1, "text"), (2, "binary"))]
_SIGNATURE = "int32_t wspolicy_{}_now(wspolicy_call *call, const uint8_t *data, size_t length)"


def _body(side: str, opcode: int) -> str:
    return f"""{{
    call->is_server = {int(side == "send")};
    return wsp_{side}(call->connection, {opcode}, data, length, NULL, &call->decision);
}}
"""


builder = FFI()
builder.cdef(
    header["declarations"]((_NATIVE / "wspolicy.h").read_text(encoding="utf-8"))
    + header["CALL"]
    + "".join(_SIGNATURE.format(name) + ";\n" for name, _, _ in _CALLS)
)
builder.set_source(
    "wspolicy._native",
    '#include "wspolicy.h"\n'
    + header["CALL"]
    + "".join("static " + _SIGNATURE.format(name) + _body(side, opcode) for name, side, opcode in _CALLS),
    include_dirs=[str(_NATIVE)],
    library_dirs=[str(_NATIVE)],
    libraries=["wspolicy"],
    # The library stands beside the extension.
    extra_link_args=["-Wl,-rpath,$ORIGIN"],
)
