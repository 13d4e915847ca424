"""Real servers and a real client: what each server delivers of what the policy decides."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import urllib.request
from typing import Any, Optional, Union

import pytest
from running import SERVERS, Running
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

ORIGIN = "https://app.example"
POLICY = """
wspolicy: 1
name: quotes
target: asgi
transport: { tls: optional }
origins: { allow: [https://app.example] }
subprotocols: { allow: [quotes.v2, quotes.v1] }
limits:
  messageSize: 4KiB
  connections: [{ per: clientAddress, concurrent: 3 }]
  messages: [{ per: connection, atMost: 20 per 1m }]
  idleTimeout: 4s
messages:
  discriminator: /type
  types:
    subscribe: { schema: { type: object, properties: { symbol: { type: string, maxLength: 12 } } } }
    bye: {}
    whoami: {}
    noise: { onViolation: drop, schema: { type: object, required: [symbol] } }
closeCodes: { binaryForbidden: 4003 }
responseHeaders: { X-Frame-Options: DENY }
"""
GOOD = '{"type":"subscribe","symbol":"ACME"}'
# What each server is known not to deliver.
NO_STATUSES = {"daphne"}
NO_REASONS = {"daphne"}
NO_FIELDS = {"daphne", "granian"}

Outcome = Union[int, tuple[int, str], str]


async def refused(uri: str, origin: Optional[str] = ORIGIN, **options: Any) -> Optional[InvalidStatus]:
    try:
        async with connect(uri, origin=origin, **options):
            return None
    except InvalidStatus as refusal:
        return refusal


async def closed_by(uri: str, *messages: Union[str, bytes], fragments: bool = False) -> tuple[int, str]:
    """The close code and the reason after these messages."""
    async with connect(uri, origin=ORIGIN) as client:
        try:
            for message in messages:
                await client.send(list(message) if fragments else message)  # type: ignore[arg-type]
            while True:
                await asyncio.wait_for(client.recv(), 10)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None, closed
            return closed.rcvd.code, closed.rcvd.reason


def report(server: Running) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=5) as answer:
        told: dict[str, Any] = json.loads(answer.read())
        return told


def until(server: Running, connections: int) -> None:
    """The server has noticed that clients went."""
    for _ in range(100):
        if report(server)["connections"] == connections:
            return
        time.sleep(0.05)
    raise AssertionError(report(server))


@pytest.mark.parametrize("name", SERVERS)
def test_what_the_policy_admits_reaches_the_application(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1")

    async def talk() -> None:
        async with connect(server.uri + "/ws?a=%20b", origin=ORIGIN, subprotocols=["quotes.v1"]) as client:
            assert client.subprotocol == "quotes.v1"
            if name not in NO_FIELDS:
                assert client.response is not None and client.response.headers["X-Frame-Options"] == "DENY"
            await client.send(GOOD)
            assert await asyncio.wait_for(client.recv(), 5) == GOOD
            await client.send(list(GOOD))
            assert await asyncio.wait_for(client.recv(), 5) == GOOD
            await client.send('{"type":"noise"}')
            await client.send('{"type":"whoami"}')
            identity = json.loads(await asyncio.wait_for(client.recv(), 5))
            assert identity == {"policy": "quotes", "route": None, "subject": None, "claims": None}
        assert await closed_by(server.uri, '{"type":"bye"}') == (3001, "" if name in NO_REASONS else "bye")

    asyncio.run(talk())
    until(server, 0)
    told = report(server)
    assert told["seen"] == [GOOD, GOOD, '{"type":"whoami"}', '{"type":"bye"}']
    assert told["metrics"]["forward"] == {"-": 4}
    assert told["metrics"]["drop"] == {"schemaMismatch": 1}


@pytest.mark.parametrize("name", SERVERS)
def test_a_query_is_in_no_log_of_the_server(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1")
    assert asyncio.run(refused(server.uri + "/ws?token=S3CRET&x=1")) is None
    assert asyncio.run(refused(server.uri + "/ws?user%5Ftoken=S3CRET", "https://evil.example")) is not None
    until(server, 0)
    assert "originForbidden" in server.log.read_text()
    assert "S3CRET" not in server.log.read_text()


@pytest.mark.parametrize("name", SERVERS)
def test_refusals_are_told_before_the_upgrade(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1")

    async def talk() -> None:
        for origin in ("https://evil.example", "null", "", None):
            # The client sends no empty field of its own.
            fields = [("Origin", "")] if origin == "" else []
            refusal = await refused(server.uri, origin or None, additional_headers=fields)
            assert refusal is not None, origin
            if name == "daphne" and origin == "":
                # Autobahn's own answer, before the application is asked.
                assert refusal.response.status_code == 400
                continue
            assert refusal.response.status_code == 403
            if name not in NO_STATUSES:
                assert refusal.response.headers["X-Frame-Options"] == "DENY"
                expected = b"origin missing" if origin is None else b"origin not allowed"
                assert refusal.response.body == expected
        twice = await refused(server.uri, ORIGIN, additional_headers=[("Origin", ORIGIN)])
        assert twice is not None and twice.response.status_code == (403 if name in NO_STATUSES else 400)
        other = await refused(server.uri, ORIGIN, subprotocols=["quotes.v9"])
        assert other is not None and other.response.status_code == (403 if name in NO_STATUSES else 400)
        # Three connections at once are allowed, the fourth is not; what was refused does not count.
        held = [await connect(server.uri, origin=ORIGIN) for _ in range(3)]
        many = await refused(server.uri)
        assert many is not None and many.response.status_code == (403 if name in NO_STATUSES else 503)
        assert name in NO_STATUSES or many.response.headers["Retry-After"]
        for each in held:
            await each.close()

    asyncio.run(talk())
    until(server, 0)
    assert asyncio.run(refused(server.uri)) is None
    assert report(server)["seen"] == []
    assert report(server)["metrics"]["refuse"]["connectionCount"] == 1


@pytest.mark.parametrize("name", SERVERS)
def test_closes_have_their_code_and_the_message_does_not_arrive(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1")

    def told(code: int, reason: str) -> tuple[int, str]:
        return code, "" if name in NO_REASONS else reason

    async def talk() -> None:
        uri = server.uri
        assert await closed_by(uri, '{"type":"other"}') == told(4000, "unknown message type")
        assert await closed_by(uri, '{"type":"subscribe","symbol":1}') == told(4000, "message not as agreed")
        assert await closed_by(uri, '{"type"', fragments=True) == told(4000, "malformed JSON")
        assert await closed_by(uri, GOOD.encode()) == told(4003, "kind of message not accepted")
        assert await closed_by(uri, '"' + "x" * 4095 + '"') == told(4008, "message too large")
        assert await closed_by(uri, '{"type":"bye","type":"bye"}') == told(4000, "duplicate key")
        assert await closed_by(uri, *[GOOD] * 21) == told(4029, "too many messages")
        started = time.monotonic()
        assert await closed_by(uri) == told(4408, "idle for too long")
        assert 3.5 < time.monotonic() - started

    asyncio.run(talk())
    until(server, 0)
    told_by_http = report(server)
    assert told_by_http["seen"] == [GOOD] * 20
    closes = told_by_http["metrics"]["close"]
    assert closes["schemaMismatch"] == 1 and closes["binaryForbidden"] == 1 and closes["idleTimeout"] == 1


UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{origin}\r\n"
)


def read_to_end(client: socket.socket) -> bytes:
    data = b""
    while True:
        try:
            part = client.recv(65536)
        except ConnectionResetError:
            return data
        if not part:
            return data
        data += part


@pytest.mark.parametrize("name", SERVERS)
def test_nothing_that_follows_a_refused_handshake_is_answered(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1")
    request = UPGRADE.format(origin="Origin: https://evil.example\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
        client.sendall(request.encode())
        answer = client.recv(65536)
        assert answer.startswith(b"HTTP/1.1 403")
        # A masked text frame and a request: neither may be read as what a proxy in front would take them for.
        try:
            client.sendall(b"\x81\x82\x00\x00\x00\x00{}" + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        except OSError:
            pass
        client.settimeout(5)
        # The server ends the connection, and soon.
        rest = read_to_end(client)
    assert b"200" not in (answer + rest).split(b"\r\n\r\n", 1)[1]
    assert report(server)["seen"] == []


@pytest.mark.parametrize("name", SERVERS)
def test_a_client_that_vanishes_or_never_answers_is_forgotten(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1")
    request = UPGRADE.format(origin=f"Origin: {ORIGIN}\r\n").encode()
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            client.sendall(request)
            assert client.recv(65536).startswith(b"HTTP/1.1 101")
    until(server, 0)
    silent = []
    for _ in range(3):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        silent.append(client)
        client.sendall(request)
        assert client.recv(65536).startswith(b"HTTP/1.1 101")
        # `{}` has no type: the policy closes, and this client never answers the close.
        client.sendall(b"\x81\x82\x00\x00\x00\x00{}")
    # Its slots are free again though its sockets still stand.
    until(server, 0)
    assert asyncio.run(refused(server.uri)) is None
    for client in silent:
        client.close()


@pytest.mark.parametrize("name", SERVERS)
def test_without_the_policy_the_same_clients_get_through(name: str, serve: Any) -> None:
    server = serve(name)

    async def talk() -> None:
        for origin in ("https://evil.example", "null", None):
            assert await refused(server.uri, origin) is None
        async with connect(server.uri, origin=ORIGIN) as client:
            for message in ('{"type":"other"}', '{"type"', '"' + "x" * 4095 + '"', b"\x00\xff"):
                await client.send(message)
                assert await asyncio.wait_for(client.recv(), 5) == message

    asyncio.run(talk())


@pytest.mark.parametrize("name", ["daphne", "granian"])
def test_a_server_that_cannot_deliver_a_demand_does_not_start(name: str, compiled: Any, serve: Any) -> None:
    policy = str(compiled(POLICY.replace("binaryForbidden: 4003", "binaryForbidden: 1003")))
    if name == "granian":
        # Its workers end one after the other; what is asked for is the fields of `responseHeaders` alone.
        with pytest.raises(RuntimeError, match="sends no fields with an accepted handshake"):
            serve(name, PLAN=policy)
    else:
        with pytest.raises(RuntimeError) as told:
            serve(name, PLAN=policy)
        for part in ("403 alone", "badHandshake", "no fields", "binaryForbidden (1003)"):
            assert part in str(told.value) or part == "badHandshake", part
    assert asyncio.run(refused(serve(name, PLAN=policy, ALLOW_PARTIAL="1").uri)) is None


@pytest.mark.parametrize("name", ["uvicorn", "hypercorn"])
def test_servers_that_deliver_everything_start_without_more(name: str, compiled: Any, serve: Any) -> None:
    assert asyncio.run(refused(serve(name, PLAN=str(compiled(POLICY))).uri)) is None


@pytest.mark.parametrize("name", ["uvicorn", "daphne"])
def test_a_newer_plan_is_taken_while_the_server_runs(name: str, compiled: Any, serve: Any) -> None:
    server = serve(name, PLAN=str(compiled(POLICY)), ALLOW_PARTIAL="1", RELOAD_EVERY="0.05")

    async def talk() -> None:
        async with connect(server.uri, origin=ORIGIN) as old:
            compiled(POLICY.replace("https://app.example", "https://new.example"))
            await asyncio.sleep(0.1)
            assert await refused(server.uri, ORIGIN) is not None
            assert await refused(server.uri, "https://new.example") is None
            await old.send(GOOD)
            assert await asyncio.wait_for(old.recv(), 5) == GOOD

    asyncio.run(talk())
