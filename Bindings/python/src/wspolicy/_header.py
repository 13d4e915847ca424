"""What of wspolicy.h cffi reads. Imports nothing of this package: the build of its extension needs it too."""

from __future__ import annotations

import re

CALL = """
typedef struct {
    wsp_connection *connection;
    wsp_decision decision;
    int32_t is_server;
} wspolicy_call;
"""
"""A connection with its last decision and whose message that was about: one argument where the library takes three."""


def declarations(header: str) -> str:
    """The header without preprocessor lines, comments and what is meant for C++."""
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
