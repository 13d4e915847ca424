"""What FinanceHub does on a WebSocket: it streams quotes and takes orders, and checks nothing of what comes."""

import asyncio
import itertools
import json

from channels.generic.websocket import AsyncWebsocketConsumer

SECONDS_BETWEEN_QUOTES = 0.5


class QuotesConsumer(AsyncWebsocketConsumer):
    """One client. Who it is comes from the policy, where there is one."""

    async def connect(self):
        self.orders = itertools.count(1)
        self.streams = {}
        await self.accept()

    async def disconnect(self, code):
        for stream in self.streams.values():
            stream.cancel()

    async def receive(self, text_data=None, bytes_data=None):
        if bytes_data is not None:
            await self.answer({"type": "uploaded", "bytes": len(bytes_data)})
            return
        message = json.loads(text_data)
        kind = message["type"]
        payload = message.get("payload") or {}
        if kind == "price.subscribe":
            symbol = payload.get("symbol", "ACME")
            if symbol not in self.streams:
                self.streams[symbol] = asyncio.ensure_future(self.stream(symbol))
        elif kind == "order.place":
            identity = self.scope.get("wspolicy") or {}
            await self.answer({"type": "order.placed", "number": next(self.orders), "by": identity.get("subject")})
        else:
            await self.answer({"type": "echo", "of": kind})

    async def stream(self, symbol):
        """Quotes until the client goes."""
        for number in itertools.count():
            await self.answer({"type": "quote", "symbol": symbol, "price": 100 + number % 7})
            await asyncio.sleep(SECONDS_BETWEEN_QUOTES)

    async def answer(self, message):
        await self.send(text_data=json.dumps(message))
