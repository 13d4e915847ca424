"""An ASGI server in this process: events go in, what is sent is kept, and time is given."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from wspolicy import Moment

START = 1_780_000_000


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> Moment:
        nanoseconds = int(self.seconds * 1e9)
        return Moment(10**12 + nanoseconds, START * 10**9 + nanoseconds)


def scope(
    *,
    target: str = "/ws",
    origin: Optional[str] = "https://app.example",
    client: Any = ("203.0.113.7", 50112),
    headers: Any = (),
    scheme: str = "wss",
    extensions: bool = True,
    **more: Any,
) -> dict[str, Any]:
    """A scope as a server makes it."""
    path, _, query = target.partition("?")
    fields = [
        (b"host", b"api.example"),
        (b"upgrade", b"websocket"),
        (b"connection", b"Upgrade"),
        (b"sec-websocket-version", b"13"),
        (b"sec-websocket-key", b"AAAAAAAAAAAAAAAAAAAAAA=="),
    ]
    if origin is not None:
        fields.append((b"origin", origin.encode("latin-1")))
    return {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": fields + list(headers),
        "client": client,
        "scheme": scheme,
        "subprotocols": [],
        "extensions": {"websocket.http.response": {}} if extensions else {},
        **more,
    }


class Wire:
    """One connection of the fake server."""

    def __init__(self, application: Any, given: dict[str, Any]) -> None:
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.answers_close = True
        self.fails = False
        self.gate: Optional[asyncio.Event] = None
        """What messages of the server wait for before they are sent."""
        self.task = asyncio.ensure_future(application(given, self._incoming.get, self._send))
        self.put({"type": "websocket.connect"})

    def put(self, event: dict[str, Any]) -> None:
        """An event of the client."""
        self._incoming.put_nowait(event)

    async def _send(self, event: Any) -> None:
        if self.fails:
            raise ConnectionResetError("the peer is gone")
        if self.gate is not None and event["type"] == "websocket.send":
            await self.gate.wait()
        self.sent.append(dict(event))
        if event["type"] == "websocket.close" and self.answers_close:
            self.put({"type": "websocket.disconnect", "code": event["code"]})

    async def settle(self) -> None:
        """Lets everything run that can without time passing."""
        for _ in range(30):
            await asyncio.sleep(0)

    async def text(self, text: str) -> None:
        """The client sends a text message."""
        self.put({"type": "websocket.receive", "text": text})
        await self.settle()

    async def leave(self, code: int = 1001) -> None:
        """The client goes."""
        self.put({"type": "websocket.disconnect", "code": code})
        await asyncio.wait_for(self.task, 5)

    @property
    def texts(self) -> list[Any]:
        """Text messages that were sent."""
        return [event.get("text") for event in self.sent if event["type"] == "websocket.send"]

    @property
    def closes(self) -> list[int]:
        """Codes of the closes that were sent."""
        return [event["code"] for event in self.sent if event["type"] == "websocket.close"]

    @property
    def status(self) -> Optional[int]:
        """The HTTP status of a refusal."""
        starts = [event["status"] for event in self.sent if event["type"] == "websocket.http.response.start"]
        return starts[0] if starts else None


class Application:
    """Accepts, keeps what it gets and sends it back."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.scopes: list[dict[str, Any]] = []

    async def __call__(self, given: Any, receive: Any, send: Any) -> None:
        self.scopes.append(given)
        while True:
            event = dict(await receive())
            self.events.append(event)
            if event["type"] == "websocket.connect":
                await send({"type": "websocket.accept"})
            elif event["type"] == "websocket.receive":
                await send({**event, "type": "websocket.send"})
            else:
                return

    @property
    def texts(self) -> list[Any]:
        """Messages that arrived."""
        return [event.get("text") for event in self.events if event["type"] == "websocket.receive"]
