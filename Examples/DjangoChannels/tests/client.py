"""A client of FinanceHub as a proxy hands it on, and what came of it on the wire."""

import asyncio
import itertools
import json
import time

import jwt
from conftest import KEY
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

ORIGIN = "https://financehub.app"
GOOD = json.dumps({"type": "ping", "payload": None, "timestamp": 1})

_numbers = itertools.count(1)


def token(user=42, seconds=3600.0, key=KEY, algorithm="HS256"):
    return jwt.encode({"user_id": user, "exp": time.time() + seconds}, key, algorithm=algorithm)


def an_address():
    """An address that no test has used, so that no test is counted with another."""
    number = next(_numbers)
    return f"198.18.{number // 250}.{number % 250 + 1}"


def client(server, *, query=None, origin=ORIGIN, address=None, proto="https", headers=()):
    """A connection as it comes from the proxy; `async with` opens it."""
    fields = [("X-Forwarded-For", address or an_address()), *headers]
    if proto is not None:
        fields.append(("X-Forwarded-Proto", proto))
    query = f"token={token()}" if query is None else query
    return connect(f"{server.uri}?{query}", origin=origin, additional_headers=fields, max_size=None, compression=None)


async def outcome(server, *messages, **options):
    """What a client sees: `refused STATUS`, `closed CODE`, or `open` when the last message is answered."""
    try:
        async with client(server, **options) as socket:
            try:
                for message in messages or (GOOD,):
                    await socket.send(message)
                for _ in messages or (GOOD,):
                    await asyncio.wait_for(socket.recv(), 10)
                return "open"
            except ConnectionClosed as end:
                return f"closed {end.rcvd.code}" if end.rcvd is not None else "closed"
    except InvalidStatus as refusal:
        return f"refused {refusal.response.status_code}"
    except ConnectionClosed as end:
        return f"closed {end.rcvd.code}" if end.rcvd is not None else "closed"


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 60))
