"""Clients of other makers meet a SwiftNIO server with a policy, over sockets."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import time
import unittest

from clients import CLIENTS, ORIGIN, Refused
from server import KEY, Server


def token(subject: str = "ann", lifetime: int = 600, key: str = KEY) -> str:
    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    claims = json.dumps({"sub": subject, "exp": int(time.time()) + lifetime}).encode()
    signed = encoded(b'{"alg":"HS256"}') + "." + encoded(claims)
    return signed + "." + encoded(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())


class ClientTests(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.server = Server()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.stop()

    def url(self, query: str | None = None) -> str:
        query = f"?token={token()}" if query is None else query
        return f"ws://{self.server.host}:{self.server.port}/quotes{query}"

    async def opened(self, make, url: str | None = None, subprotocols: list[str] | None = None):
        client = make()
        await client.open(url or self.url(), ORIGIN, subprotocols or [])
        return client

    async def each(self, body) -> None:
        for make in CLIENTS:
            with self.subTest(client=make.name):
                await asyncio.wait_for(body(make), 20)

    async def test_messages_come_back_whole(self) -> None:
        async def body(make) -> None:
            client = await self.opened(make)
            for message in ['{"type":"subscribe"}', '{"type":"order","symbol":"é€😀"}']:
                await client.send(message)
                self.assertEqual(await client.receive(), message)
            await client.ping()
            fragments = ['{"type":', '"subscribe"', "", "}"]
            await client.send_fragments(fragments)
            self.assertEqual(await client.receive(), "".join(fragments))
            self.assertEqual(await client.close(4321, "done"), 4321)

        await self.each(body)

    async def test_bytes_and_large_messages_come_back_where_the_policy_allows_them(self) -> None:
        server = Server("open.policy.yaml")
        self.addCleanup(server.stop)

        async def body(make) -> None:
            client = await self.opened(make, f"ws://{server.host}:{server.port}/")
            for message in [b"", b"\x00\xff", bytes(range(256)) * 4096, "x" * 125, "x" * 126, "é" * 40_000]:
                await client.send(message)
                self.assertEqual(await client.receive(), message)
            await client.close(1000, "")

        await self.each(body)

    async def test_the_servers_preference_among_the_offered_subprotocols(self) -> None:
        async def body(make) -> None:
            client = await self.opened(make, subprotocols=["quotes.v1", "other", "quotes.v2"])
            self.assertEqual(client.subprotocol, "quotes.v2")
            await client.close(1000, "")

        await self.each(body)

    async def test_a_foreign_or_missing_origin_is_a_status(self) -> None:
        async def body(make) -> None:
            for origin in ["https://evil.example", "https://app.example.evil.example", None]:
                with self.assertRaises(Refused) as refused:
                    await make().open(self.url(), origin, [])
                self.assertEqual(refused.exception.status, 403)

        await self.each(body)

    async def test_a_token_of_another_key_is_a_status_and_a_missing_one_a_close_code(self) -> None:
        async def body(make) -> None:
            with self.assertRaises(Refused) as refused:
                await make().open(self.url(f"?token={token(key='another')}"), ORIGIN, [])
            self.assertEqual(refused.exception.status, 401)
            client = await self.opened(make, self.url(""))
            self.assertEqual(await client.closed(), (4001, "token missing"))

        await self.each(body)

    async def test_a_message_beyond_the_schema_closes_with_its_code(self) -> None:
        async def body(make) -> None:
            client = await self.opened(make)
            await client.send('{"type":"subscribe","admin":true}')
            code, reason = await client.closed()
            self.assertEqual((code, reason), (4000, "message not as agreed"))

        await self.each(body)

    async def test_a_message_beyond_the_size_closes_with_its_code(self) -> None:
        async def body(make) -> None:
            client = await self.opened(make)
            await client.send(json.dumps({"type": "order", "symbol": "x" * 980}))
            code, _ = await client.closed()
            self.assertEqual(code, 4008)

        await self.each(body)

    async def test_clients_that_answer_pings_are_not_idle(self) -> None:
        async def body(make) -> None:
            client = await self.opened(make)
            waiting = asyncio.create_task(client.receive())
            await asyncio.sleep(3)
            self.assertFalse(waiting.done())
            await client.send('{"type":"order"}')
            self.assertEqual(await waiting, '{"type":"order"}')
            await client.close(1000, "")

        await asyncio.gather(*(asyncio.wait_for(body(make), 20) for make in CLIENTS))

    async def test_a_client_that_answers_nothing_is_idle(self) -> None:
        def silent() -> bytes:
            with socket.create_connection((self.server.host, self.server.port), timeout=15) as raw:
                raw.sendall(
                    f"GET /quotes?token={token()} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    f"Sec-WebSocket-Version: 13\r\nOrigin: {ORIGIN}\r\n\r\n".encode()
                )
                received = b""
                while data := raw.recv(4096):
                    received += data
                return received

        received = await asyncio.to_thread(silent)
        head, _, frames = received.partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 101 "), head)
        # A ping of eight bytes, then the close.
        self.assertEqual(frames[:2], b"\x89\x08")
        self.assertIn(b"idle", frames)


if __name__ == "__main__":
    unittest.main()
