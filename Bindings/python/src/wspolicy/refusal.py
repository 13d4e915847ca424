"""How a client is told that its handshake is refused."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, MutableMapping

from .engine import Connection, Decision, Header
from .handshake import Scope
from .servers import Server, code_for

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

log = logging.getLogger("wspolicy")


def response_headers(connection: Connection, scope: Scope) -> list[Header]:
    """The policy's fields. HTTP/2 and HTTP/3 have no Connection field; by HTTP/1 a refusal's ends what a client may pipeline."""
    has_connection = str(scope.get("http_version", "1.1")).startswith("1")
    fields = [(name.lower(), value) for name, value in connection.headers]
    return [(name, value) for name, value in fields if has_connection or name != b"connection"]


def close_event(server: Server, decision: Decision) -> Event:
    """The close that a decision asks for, as this server can send it."""
    return {
        "type": "websocket.close",
        "code": code_for(server, decision.close_code),
        "reason": decision.reason or "",
    }


async def send_close(send: Send, event: Event, seconds: float) -> None:
    """Sends a close; a server that waits for the peer's answer waits no longer than this."""
    task = asyncio.ensure_future(send(event))
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.cancel()
        return
    problem = task.exception()
    if problem is not None:
        # The peer is gone already: nothing more can be told.
        log.debug("a close could not be sent: %r", problem)


class Refusal:
    """Tells a client that its handshake is refused."""

    def __init__(self, server: Server, connection: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        self._server = server
        self._connection = connection
        self._scope = scope
        self._receive = receive
        self._send = send

    async def deliver(self, by_close: bool) -> None:
        """By an HTTP status, or after the upgrade by a close code."""
        if (await self._receive())["type"] != "websocket.connect":
            return
        if by_close:
            await self._by_close()
        else:
            await self._by_http()

    async def _by_http(self) -> None:
        decision = self._connection.admission
        if "websocket.http.response" not in (self._scope.get("extensions") or {}):
            # The server makes 403 of it.
            await self._send({"type": "websocket.close", "code": 1000})
            return
        body = (decision.reason or "").encode()
        headers = response_headers(self._connection, self._scope)
        headers += [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        status = decision.status or 403
        await self._send({"type": "websocket.http.response.start", "status": status, "headers": headers})
        await self._send({"type": "websocket.http.response.body", "body": body, "more_body": False})

    async def _by_close(self) -> None:
        decision = self._connection.admission
        fields = [pair for pair in response_headers(self._connection, self._scope) if pair[0] != b"connection"]
        event: Event = {"type": "websocket.accept", "headers": fields}
        if self._connection.subprotocol is not None:
            event["subprotocol"] = self._connection.subprotocol
        await self._send(event)
        await send_close(self._send, close_event(self._server, decision), decision.close_wait)
        try:
            await asyncio.wait_for(self._gone(), decision.close_wait)
        except asyncio.TimeoutError:
            pass

    async def _gone(self) -> None:
        # What the client sends meanwhile is read and forgotten.
        while (await self._receive())["type"] != "websocket.disconnect":
            pass
