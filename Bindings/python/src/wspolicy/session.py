"""One connection between an ASGI server and the application behind the policy."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING, Any, Optional

from .engine import Connection, Decision, Kind
from .handshake import Scope
from .refusal import Event, Receive, Send, close_event, response_headers, send_close

if TYPE_CHECKING:
    from .middleware import WebSocketPolicyMiddleware

# Plain numbers: they are compared with what the library returns for every message.
_FORWARD = int(Kind.FORWARD)
_WARN = int(Kind.WARN)
_CLOSE = int(Kind.CLOSE)
_WAIT = int(Kind.WAIT)
_AUTHENTICATED = int(Kind.AUTHENTICATED)
_CLOSED = int(Kind.CLOSED)

_INTERNAL_ERROR = 1011


class Disconnected(OSError):
    """An application sends on a connection that is no more; one that never receives learns of the end by it."""


def payload(event: Event) -> Optional[tuple[bytes, bool]]:
    """The bytes of a message and whether it is text; None for what is neither, or both."""
    text, data = event.get("text"), event.get("bytes")
    if isinstance(text, str) and data is None:
        # A lone surrogate is no UTF-8; the policy refuses it as such.
        return text.encode("utf-8", "surrogatepass"), True
    if data is not None and text is None:
        return bytes(data), False
    return None


class Session:
    """An accepted connection: what the application receives and sends goes through here."""

    def __init__(
        self, owner: WebSocketPolicyMiddleware, connection: Connection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._owner = owner
        self._connection = connection
        self._scope = scope
        self._inner_receive = receive
        self._inner_send = send
        self._timer: Optional[asyncio.TimerHandle] = None
        self._close_task: Optional[asyncio.Task[None]] = None
        self._waiting: Optional[asyncio.Task[Any]] = None
        self._end: Optional[Event] = None
        """What the application is told once the policy has closed the connection."""
        self._is_over = False
        """Nothing more is decided: the peer went, or either side closed."""
        self._is_gone = False
        """The peer went, or did not answer a close in time."""
        self._held: deque[tuple[Event, int]] = deque()
        """What the application sent before the client said who it is, and its bytes."""
        self._held_bytes = 0
        self._order: Optional[asyncio.Lock] = None
        """Keeps what is sent behind what was held back; None where nothing ever was."""
        self._release_task: Optional[asyncio.Task[None]] = None
        self.identity: dict[str, Any] = {"policy": owner.engine.name, "route": connection.route}
        self._identify()

    def _identify(self) -> None:
        claims = self._connection.claims
        self.identity["subject"] = self._connection.subject
        self.identity["claims"] = json.loads(claims) if claims is not None else None

    def _note(self, event: str) -> None:
        self._owner.note(self._connection, self._scope, event)

    # Deadlines

    def _start_timer(self) -> None:
        if self._is_over:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        left = self._connection.next_deadline(self._owner.now())
        if left is None:
            return
        # At most a minute: whoever passes time in is looked at again.
        self._timer = asyncio.get_running_loop().call_later(min(left + 0.001, 60.0), self._due)

    def _due(self) -> None:
        self._timer = None
        if self._is_over:
            return
        self._owner.look_for_changes()
        if self._connection.tick(self._owner.now()) == _CLOSE:
            self._note("deadline")
            self._close_task = asyncio.ensure_future(self._close(self._connection.decision))
        else:
            self._start_timer()

    # What the client sends

    async def receive(self) -> Event:
        """The next event that the policy lets pass."""
        connection = self._connection
        while True:
            event = await self._next()
            if event["type"] == "websocket.disconnect":
                self._is_gone = True
                self.end()
                return self._end or event
            if event["type"] != "websocket.receive":
                return event
            if self._is_over:
                # Closed by either side: what still comes is read and forgotten.
                continue
            message = payload(event)
            if message is None:
                await self._close_with(_INTERNAL_ERROR, "")
                continue
            kind = connection.receive(message[0], message[1], self._owner.now())
            if kind == _FORWARD and not connection.raw.observed:
                self._owner.counts["forward", "-"] += 1
                if self._held:
                    self._release_later()
                if self._owner.decision_log.level == "all":
                    self._note("message")
                return event
            self._note("message")
            if self._held and kind not in (_CLOSE, _CLOSED):
                self._release_later()
            if kind in (_FORWARD, _WARN):
                return event
            if kind == _AUTHENTICATED:
                self._identify()
                # A token's end may come sooner than what was waited for.
                self._start_timer()
            elif kind == _CLOSE:
                await self._close(connection.decision)
            elif kind == _CLOSED:
                await self._close_with(_INTERNAL_ERROR, "")

    async def _next(self) -> Event:
        """The server's next event; a disconnect where the peer of a closed connection does not go."""
        gone: Event = self._end or {"type": "websocket.disconnect", "code": 1006}
        if self._is_gone:
            return gone
        self._waiting = asyncio.current_task()
        try:
            return await self._inner_receive()
        except asyncio.CancelledError:
            # Cancelled by `_cut`, or by whoever runs the application.
            uncancel = getattr(self._waiting, "uncancel", None)
            if not self._is_gone or (uncancel is not None and uncancel() > 0):
                raise
            return self._end or gone
        finally:
            self._waiting = None

    # What the application sends

    async def send(self, event: Event) -> None:
        """Sends an event that the policy lets pass; nothing after the policy has closed the connection."""
        kind = event["type"]
        if self._is_gone:
            raise Disconnected("the connection is closed")
        if self._end is not None:
            return
        if kind == "websocket.send" and not self._is_over:
            await self._send_message(event)
            return
        if kind == "websocket.accept":
            event = self._accepting(event)
        elif kind == "websocket.close":
            if self._held:
                await self._release()
            if self._end is not None:
                return
            self.end()
        await self._inner_send(event)
        if kind == "websocket.accept":
            self._start_timer()

    def _accepting(self, event: Event) -> Event:
        accepted = dict(event)
        accepted["headers"] = list(event.get("headers") or ()) + response_headers(self._connection, self._scope)
        if self._connection.subprotocol is not None:
            accepted["subprotocol"] = self._connection.subprotocol
        return accepted

    async def _send_message(self, event: Event) -> None:
        if self._order is None:
            await self._perform(self._decide(event), event)
            return
        async with self._order:
            await self._send_held()
            if self._is_gone:
                raise Disconnected("the connection is closed")
            if not self._is_over:
                await self._perform(self._decide(event), event)

    def _decide(self, event: Event) -> int:
        message = payload(event)
        if message is None:
            raise ValueError("a message has exactly one of text and bytes")
        return self._connection.send(message[0], message[1], self._owner.now())

    async def _perform(self, kind: int, event: Event) -> None:
        if kind == _FORWARD and not self._connection.raw.observed:
            await self._inner_send(event)
            return
        if kind == _WAIT:
            if self._order is None:
                self._order = asyncio.Lock()
            message = payload(event)
            size = 64 + (len(message[0]) if message is not None else 0)
            self._held.append((event, size))
            self._held_bytes += size
            if self._connection.queued(self._held_bytes, self._owner.now()) != _CLOSE:
                return
            kind = _CLOSE
        self._note("server message")
        if kind in (_FORWARD, _WARN):
            await self._inner_send(event)
        elif kind == _CLOSE:
            await self._close(self._connection.decision)

    def _release_later(self) -> None:
        """Sends what was held back; in a task, so that whoever stops waiting for a message stops nothing else."""
        if self._release_task is None or self._release_task.done():
            self._release_task = asyncio.ensure_future(self._release())

    async def _release(self) -> None:
        if self._order is None:
            return
        try:
            async with self._order:
                await self._send_held()
        except OSError:
            # The peer is gone; the server says so to whoever receives.
            pass

    async def _send_held(self) -> None:
        """Sends what was held back, in its order, unless the client has still to say who it is."""
        while self._held and not self._is_over:
            event, size = self._held[0]
            kind = self._decide(event)
            if kind == _WAIT:
                return
            self._held.popleft()
            self._held_bytes -= size
            await self._perform(kind, event)

    # Ends

    async def _close(self, decision: Decision) -> None:
        close = close_event(self._owner.server, decision)
        await self._close_with(close["code"], close["reason"], decision.close_wait)

    async def _close_with(self, code: int, reason: str, wait: float = 1.0) -> None:
        """Closes the connection by the policy; the application is told by a disconnect, at the latest after `wait`."""
        if self._is_over:
            return
        self.end()
        self._end = {"type": "websocket.disconnect", "code": code, "reason": reason}
        self._timer = asyncio.get_running_loop().call_later(wait, self._cut)
        await send_close(self._inner_send, {"type": "websocket.close", "code": code, "reason": reason}, wait)

    def _cut(self) -> None:
        """The peer does not answer the close: the application ends, and with it the server's socket."""
        self._is_gone = True
        if self._waiting is not None:
            self._waiting.cancel()

    def end(self) -> None:
        """Nothing more is decided: the timer stops, what was counted is given back."""
        self._is_over = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._held.clear()
        self._connection.close()

    def finish(self) -> None:
        """The application is done."""
        self._is_gone = True
        self.end()
