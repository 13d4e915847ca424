"""Decisions as JSON lines, without secrets."""

from __future__ import annotations

import json
import logging
from typing import Any, Callable, Iterable, Optional

LEVELS = ("denied", "all", "none")


class DecisionLog:
    """Writes decisions as JSON objects, one a line.

    No query, no token, no payload is ever written. `redact` names further members whose values are replaced, for example
    `client` or `subject`.
    """

    def __init__(
        self,
        level: str = "denied",
        redact: Iterable[str] = (),
        write: Optional[Callable[[str], None]] = None,
    ) -> None:
        if level not in LEVELS:
            raise ValueError(f"a decision log's level is one of {', '.join(LEVELS)}")
        self.level = level
        self.redacted = frozenset(redact)
        self._write = write or logging.getLogger("wspolicy.decisions").info

    def wants(self, is_denial: bool) -> bool:
        """Whether such a decision is written; asked first, so that what is not written costs nothing."""
        return self.level == "all" or (self.level == "denied" and is_denial)

    def write(self, members: dict[str, Any]) -> None:
        """Writes one decision; members without a value are left out."""
        shown = {
            name: "[redacted]" if name in self.redacted else value
            for name, value in members.items()
            if value not in (None, (), "")
        }
        self._write(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))
