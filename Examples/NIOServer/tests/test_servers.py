"""Both quote servers behind FinanceHub's policy, met by a real client over sockets."""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import time
import unittest
import urllib.error
import urllib.request

import websockets.asyncio.client
import websockets.exceptions

HERE = pathlib.Path(__file__).resolve()
BINARIES = HERE.parents[1] / ".build/debug"
POLICY = HERE.parents[3] / "policies/financehub/local.yaml"
KEY = "the key of the quote servers' tests, thirty-two"
ORIGIN = "http://localhost:3000"


def token(lifetime: int = 600, key: str = KEY) -> str:
    def encoded(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    claims = json.dumps({"user_id": "ann", "exp": int(time.time()) + lifetime}).encode()
    signed = encoded(b'{"alg":"HS256"}') + "." + encoded(claims)
    return signed + "." + encoded(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())


def request(kind: str) -> str:
    return json.dumps({"type": kind, "payload": {"symbol": "ACME"}, "timestamp": time.time()})


class QuoteServerTests(unittest.IsolatedAsyncioTestCase):
    binary = "quote-server"

    def setUp(self) -> None:
        self.server = subprocess.Popen(
            [BINARIES / self.binary, "--policy", POLICY, "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "FINANCEHUB_JWT_KEY": KEY},
        )
        self.address = self.server.stdout.readline().removeprefix("listening on ").strip()

    def tearDown(self) -> None:
        self.server.kill()
        self.server.wait()
        self.server.stdout.close()

    def connect(self, query: str, origin: str | None = ORIGIN):
        url = f"ws://{self.address}/quotes{query}"
        return websockets.asyncio.client.connect(url, origin=origin, proxy=None, open_timeout=20)

    async def test_quotes_and_an_order(self) -> None:
        async with asyncio.timeout(30), self.connect(f"?token={token()}") as socket:
            await socket.send(request("subscribe"))
            for _ in range(3):
                self.assertEqual(json.loads(await socket.recv())["type"], "quote")
            await socket.send(request("order"))
            answers = [json.loads(await socket.recv()) for _ in range(3)]
            accepted = [answer for answer in answers if answer["type"] == "orderAccepted"]
            self.assertEqual([(answer["subject"], answer["symbol"]) for answer in accepted], [("ann", "ACME")])

    async def test_a_foreign_origin_is_refused_with_the_policys_status_and_fields(self) -> None:
        with self.assertRaises(websockets.exceptions.InvalidStatus) as refused:
            async with self.connect(f"?token={token()}", "https://evil.example"):
                pass
        response = refused.exception.response
        self.assertEqual(response.status_code, 403)
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")

    async def test_tokens_that_are_missing_expired_and_forged_are_told_by_their_codes(self) -> None:
        for query, code in [("", 4001), (f"?token={token(-600)}", 4002), (f"?token={token(key='x' * 40)}", 4003)]:
            async with asyncio.timeout(30), self.connect(query) as socket:
                with self.assertRaises(websockets.exceptions.ConnectionClosed):
                    await socket.recv()
                self.assertEqual(socket.close_code, code)

    async def test_a_message_beyond_the_schema_closes(self) -> None:
        async with asyncio.timeout(30), self.connect(f"?token={token()}") as socket:
            await socket.send('{"type":"subscribe"}')
            with self.assertRaises(websockets.exceptions.ConnectionClosed):
                await socket.recv()
            self.assertEqual(socket.close_code, 4000)


class HummingbirdQuoteServerTests(QuoteServerTests):
    binary = "hummingbird-quote-server"

    async def test_other_requests_are_hummingbirds(self) -> None:
        def page() -> str:
            with urllib.request.urlopen(f"http://{self.address}/hello", timeout=20) as response:
                return response.read().decode()

        self.assertIn("/hello", await asyncio.to_thread(page))


if __name__ == "__main__":
    unittest.main()
