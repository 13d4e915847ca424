"""One face for the WebSocket clients of several makers, so that every test runs with each of them."""

import asyncio
import dataclasses
import logging
import re
import urllib.parse

import aiohttp
import websockets.asyncio.client
import websockets.exceptions
import wsproto
import wsproto.events as events
from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

# Refusals are what the tests are about, not what a log should hold.
logging.disable(logging.ERROR)

ORIGIN = "https://app.example"


@dataclasses.dataclass
class Refused(Exception):
    """The handshake was answered by something else than 101."""

    status: int


class WebSocketsClient:
    """PyPI's websockets."""

    name = "websockets"

    async def open(self, url: str, origin: str | None, subprotocols: list[str]) -> None:
        try:
            self.socket = await websockets.asyncio.client.connect(
                url, origin=origin, subprotocols=subprotocols or None, proxy=None, max_size=None
            )
        except websockets.exceptions.InvalidStatus as error:
            raise Refused(error.response.status_code) from None
        self.subprotocol = self.socket.subprotocol

    async def send(self, message: str | bytes) -> None:
        await self.socket.send(message)

    async def send_fragments(self, fragments: list[str]) -> None:
        await self.socket.send(fragments)

    async def receive(self) -> str | bytes:
        return await self.socket.recv()

    async def ping(self) -> None:
        await (await self.socket.ping())

    async def close(self, code: int, reason: str) -> int | None:
        await self.socket.close(code, reason)
        return self.socket.protocol.close_rcvd and self.socket.protocol.close_rcvd.code

    async def closed(self) -> tuple[int | None, str]:
        try:
            async for _ in self.socket:
                pass
        except websockets.exceptions.ConnectionClosed:
            pass
        return self.socket.close_code, self.socket.close_reason or ""


class AiohttpClient:
    """PyPI's aiohttp."""

    name = "aiohttp"

    async def open(self, url: str, origin: str | None, subprotocols: list[str]) -> None:
        self.session = aiohttp.ClientSession()
        try:
            self.socket = await self.session.ws_connect(url, origin=origin, protocols=subprotocols, max_msg_size=0)
        except aiohttp.WSServerHandshakeError as error:
            await self.session.close()
            raise Refused(error.status) from None
        self.subprotocol = self.socket.protocol

    async def send(self, message: str | bytes) -> None:
        await (self.socket.send_str(message) if isinstance(message, str) else self.socket.send_bytes(message))

    async def send_fragments(self, fragments: list[str]) -> None:
        await self.socket.send_str("".join(fragments))

    async def receive(self) -> str | bytes:
        return (await self.socket.receive()).data

    async def ping(self) -> None:
        await self.socket.ping()

    async def close(self, code: int, reason: str) -> int | None:
        await self.socket.close(code=code, message=reason.encode())
        await self.session.close()
        return self.socket.close_code

    async def closed(self) -> tuple[int | None, str]:
        message = await self.socket.receive()
        await self.session.close()
        return self.socket.close_code, message.extra or ""


class WsprotoClient:
    """PyPI's wsproto over a socket of asyncio."""

    name = "wsproto"

    async def open(self, url: str, origin: str | None, subprotocols: list[str]) -> None:
        parts = urllib.parse.urlsplit(url)
        self.reader, self.writer = await asyncio.open_connection(parts.hostname, parts.port)
        self.protocol = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        headers = [(b"origin", origin.encode())] if origin else []
        request = events.Request(
            host=parts.netloc, target=target, subprotocols=subprotocols, extra_headers=headers
        )
        self.pending: list[events.Event] = []
        await self._send(request)
        event = await self._next()
        if isinstance(event, events.RejectConnection):
            self.writer.close()
            raise Refused(event.status_code)
        assert isinstance(event, events.AcceptConnection), event
        self.subprotocol = event.subprotocol

    async def _send(self, event: events.Event) -> None:
        self.writer.write(self.protocol.send(event))
        await self.writer.drain()

    async def _next(self) -> events.Event:
        while not self.pending:
            data = await self.reader.read(65536)
            self.protocol.receive_data(data or None)
            self.pending += self.protocol.events()
        return self.pending.pop(0)

    async def send(self, message: str | bytes) -> None:
        await self._send(events.Message(data=message))

    async def send_fragments(self, fragments: list[str]) -> None:
        for index, fragment in enumerate(fragments):
            await self._send(events.TextMessage(data=fragment, message_finished=index == len(fragments) - 1))

    async def receive(self) -> str | bytes:
        parts = []
        while True:
            event = await self._next()
            if isinstance(event, events.Ping):
                await self._send(event.response())
                continue
            assert isinstance(event, events.Message), event
            parts.append(event.data)
            if event.message_finished:
                return type(event.data)().join(parts)

    async def ping(self) -> None:
        await self._send(events.Ping(payload=b"here"))
        event = await self._next()
        assert isinstance(event, events.Pong) and bytes(event.payload) == b"here", event

    async def close(self, code: int, reason: str) -> int | None:
        await self._send(events.CloseConnection(code=code, reason=reason))
        event = await self._next()
        assert isinstance(event, events.CloseConnection), event
        self.writer.close()
        return event.code

    async def closed(self) -> tuple[int | None, str]:
        while True:
            event = await self._next()
            if isinstance(event, events.CloseConnection):
                if self.protocol.state is wsproto.connection.ConnectionState.REMOTE_CLOSING:
                    await self._send(event.response())
                self.writer.close()
                return event.code, event.reason or ""


class AutobahnClient:
    """PyPI's autobahn."""

    name = "autobahn"

    class Protocol(WebSocketClientProtocol):
        def onConnect(self, response) -> None:
            self.factory.opened.set_result(response.protocol)

        def onMessage(self, payload: bytes, isBinary: bool) -> None:
            self.factory.messages.put_nowait(payload if isBinary else payload.decode())

        def onPong(self, payload: bytes) -> None:
            self.factory.pongs.put_nowait(payload)

        def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
            if not self.factory.opened.done():
                # The status stands only in the reason's text.
                status = re.search(r"\[(\d{3})\]", reason or "")
                self.factory.opened.set_exception(Refused(int(status[1]) if status else 0))
            self.factory.ended.set_result((self.remoteCloseCode, self.remoteCloseReason or ""))

    async def open(self, url: str, origin: str | None, subprotocols: list[str]) -> None:
        loop = asyncio.get_running_loop()
        self.factory = WebSocketClientFactory(url, origin=origin, protocols=subprotocols)
        self.factory.protocol = self.Protocol
        self.factory.opened = loop.create_future()
        self.factory.ended = loop.create_future()
        self.factory.messages = asyncio.Queue()
        self.factory.pongs = asyncio.Queue()
        parts = urllib.parse.urlsplit(url)
        _, self.protocol = await loop.create_connection(self.factory, parts.hostname, parts.port)
        self.subprotocol = await self.factory.opened

    async def send(self, message: str | bytes) -> None:
        await asyncio.sleep(0)
        binary = isinstance(message, bytes)
        self.protocol.sendMessage(message if binary else message.encode(), isBinary=binary)

    async def send_fragments(self, fragments: list[str]) -> None:
        self.protocol.beginMessage()
        for fragment in fragments:
            self.protocol.sendMessageFrame(fragment.encode())
        self.protocol.endMessage()

    async def receive(self) -> str | bytes:
        return await self.factory.messages.get()

    async def ping(self) -> None:
        self.protocol.sendPing(b"here")
        assert await self.factory.pongs.get() == b"here"

    async def close(self, code: int, reason: str) -> int | None:
        self.protocol.sendClose(code, reason)
        return (await self.factory.ended)[0]

    async def closed(self) -> tuple[int | None, str]:
        return await self.factory.ended


CLIENTS = [WebSocketsClient, AiohttpClient, WsprotoClient, AutobahnClient]
