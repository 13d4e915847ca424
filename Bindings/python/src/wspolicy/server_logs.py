"""Keeps tokens out of what a server logs by itself."""

from __future__ import annotations

import logging


class HiddenQuery(logging.Filter):
    """Cuts the query from Uvicorn's lines about WebSockets, which show it whole, whatever its access log is set to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every line pass; the second argument of such a one is the path with its query."""
        if "WebSocket %s" in str(record.msg) and isinstance(record.args, tuple) and len(record.args) > 1:
            path, mark, _ = str(record.args[1]).partition("?")
            record.args = (record.args[0], path + mark, *record.args[2:])
        return True


_filter = HiddenQuery()


def hide_queries() -> None:
    """From here on; a second call adds nothing."""
    logging.getLogger("uvicorn.error").addFilter(_filter)
