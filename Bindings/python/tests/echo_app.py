"""An ASGI application that sends back what it gets, behind a policy where the environment names one."""

import json
import os

from wspolicy import SCOPE_KEY, DecisionLog, WebSocketPolicyMiddleware

seen = []
"""Every message that reached the application."""


async def echo(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            await send({"type": event["type"] + ".complete"})
            if event["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "http":
        await http(send)
        return
    await receive()
    offered = scope.get("subprotocols") or [None]
    await send({"type": "websocket.accept", "subprotocol": offered[0]})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        text, data = event.get("text"), event.get("bytes")
        seen.append(text if text is not None else data.hex())
        if text is not None and "whoami" in text:
            await send({"type": "websocket.send", "text": json.dumps(scope.get(SCOPE_KEY))})
        elif text is not None and "bye" in text:
            await send({"type": "websocket.close", "code": 3001, "reason": "bye"})
        elif text is not None:
            await send({"type": "websocket.send", "text": text})
        else:
            await send({"type": "websocket.send", "bytes": data})


async def http(send):
    """What the policy counted, for the tests."""
    report = {"seen": seen}
    if isinstance(application, WebSocketPolicyMiddleware):
        report.update(metrics=application.metrics(), connections=application.connections)
    body = json.dumps(report).encode()
    fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": body, "more_body": False})


application = echo
if "PLAN" in os.environ:
    application = WebSocketPolicyMiddleware(
        echo,
        plan=os.environ["PLAN"],
        allow_partial=os.environ.get("ALLOW_PARTIAL") == "1",
        reload_every=float(os.environ.get("RELOAD_EVERY", "0")),
        decision_log=DecisionLog(write=print),
    )
