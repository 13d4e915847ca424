"""A real client against lws_server: each line of the policy, both ways."""

import asyncio
import socket
import subprocess
import sys

import websockets
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

GOOD = '{"type":"subscribe","symbol":"ACME"}'


async def refused_status(uri: str, origin: str | None) -> int | None:
    """The HTTP status of a refusal; None where the handshake is accepted."""
    try:
        async with connect(uri, origin=origin):
            return None
    except InvalidStatus as refusal:
        return refusal.response.status_code


async def close_code(uri: str, *messages: str | bytes, fragments: bool = False) -> tuple[int, str]:
    """What the server closes with after these messages, and the reason it gives."""
    async with connect(uri, origin="https://app.example") as client:
        try:
            for message in messages:
                await client.send(list(message) if fragments else message)
            while True:
                await asyncio.wait_for(client.recv(), 5)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code, closed.rcvd.reason


async def check(uri: str) -> None:
    async with connect(uri, origin="https://app.example") as client:
        await client.send(GOOD)
        assert await asyncio.wait_for(client.recv(), 5) == GOOD
        await client.send(list(GOOD))
        assert await asyncio.wait_for(client.recv(), 5) == GOOD, "fragments make the same message"
    assert await refused_status(uri, "https://evil.example") == 403
    assert await refused_status(uri, "null") == 403
    assert await refused_status(uri, None) == 403
    assert await close_code(uri, '{"type":"subscribe","admin":true}') == (4000, "message not as agreed")
    assert await close_code(uri, b"{}") == (1003, "kind of message not accepted")
    assert await close_code(uri, '{"type":"subscribe","symbol":"' + "x" * 5000 + '"}') == (4008, "message too large")
    assert await close_code(uri, '{"type"', fragments=True) == (4000, "malformed JSON")
    assert await close_code(uri, *[GOOD] * 101) == (4029, "too many messages")
    # Six handshakes of this minute were accepted; after the tenth the policy refuses by a close code.
    for _ in range(4):
        assert await refused_status(uri, "https://app.example") is None
    assert await close_code(uri) == (4029, "too many new connections")


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.argv[1], sys.argv[2], str(port)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None and server.stdout.readline().startswith("listening")
        asyncio.run(check(f"ws://127.0.0.1:{port}/ws"))
    finally:
        server.terminate()
        status = server.wait(10)
    assert status == 0, f"the server ended with {status}"
    print(f"lws_server: as written (websockets {websockets.__version__})")


main()
