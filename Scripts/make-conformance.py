#!/usr/bin/env python3
"""Writes Tests/Conformance/*.jsonl: policies, traffic, and the decisions that the language asks for.

The decisions are written here by hand, from Documentation/language.md, never copied from what an implementation says.
Deterministic: the same bytes at every run. Tokens are signed with a key that protects nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "Tests/Conformance"
START = 1_780_000_000  # seconds since 1970; offsets are multiples of 1/8, so that every reader has the same number
KEY = "a-key-of-the-conformance-cases-that-protects-nothing"
ORIGIN = "https://app.example"
PEER = "203.0.113.7:50112"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims: dict | None = None, key: str = KEY, header: dict | None = None, **more) -> str:
    if claims is None:
        claims = {"sub": "42", "exp": START + 3600}
    head = encode(json.dumps(header or {"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode())
    body = encode(json.dumps({**claims, **more}, separators=(",", ":")).encode())
    signature = hmac.new(key.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{encode(signature)}"


# Events

def handshake(target="/ws", origin=ORIGIN, peer=PEER, tls=True, host="api.example", headers=(), **more):
    fields = [["Host", host]] if host is not None else []
    if origin is not None:
        fields.append(["Origin", origin])
    fields += [list(pair) for pair in headers]
    return {"handshake": {"target": target, "headers": fields, "peer": peer, "tls": tls, **more}}


def text(content: str):
    return {"message": {"text": content}}


def raw(content: bytes, opcode="text"):
    return {"message": {"base64": base64.b64encode(content).decode(), "opcode": opcode}}


def server(content: str):
    return {"serverMessage": {"text": content}}


def frame(opcode, content=None, **more):
    return {"frame": {"opcode": opcode, **({"text": content} if content is not None else {}), **more}}


TICK = {"tick": {}}
LEAVES = {"close": {"code": 1000}}


# Decisions

def accept(**more):
    return {"decision": "accept", **more}


def refuse(violation, status, **more):
    return {"decision": "refuse", "violation": violation, "deliver": "http", "status": status, **more}


def refuse_by_close(violation, code, **more):
    return {"decision": "refuse", "violation": violation, "deliver": "close", "closeCode": code, **more}


def close(violation, code, **more):
    return {"decision": "close", "violation": violation, "closeCode": code, **more}


def drop(violation, **more):
    return {"decision": "drop", "violation": violation, **more}


def warn(violation, **more):
    return {"decision": "warn", "violation": violation, **more}


FORWARD = {"decision": "forward"}
WAIT = {"decision": "wait"}
CLOSED = {"decision": "closed"}


def forward(kind):
    return {"decision": "forward", "type": kind}


def authenticated(subject):
    return {"decision": "authenticated", "subject": subject}


# Files

FILES: dict[str, list[str]] = {}


def case(file, name, policy, *steps, origins=True, needs=(), environment=None, files=None):
    """One case: the policy, then pairs of an event and its decisions; a moment before an event is when it happens."""
    head = "wspolicy: 1\nname: conformance\n" + ("origins: { allow: [https://app.example] }\n" if origins else "")
    events = [step for step in steps if not isinstance(step, (int, float))]
    needs = set(needs)
    needs |= {"frames"} if any("frame" in event[1] for event in events) else set()
    needs |= {"serverMessages"} if any("serverMessage" in event[1] for event in events) else set()
    needs |= {"clock"} if any(isinstance(step, (int, float)) for step in steps) else set()
    needs |= {"date"} if environment else set()
    peers = {event[1]["handshake"]["peer"] for event in events if "handshake" in event[1]}
    needs |= {"peers"} if peers != {PEER} else set()
    opening = {"case": name, "policy": head + policy.strip("\n") + "\n", "needs": sorted(needs)}
    if files:
        opening["files"] = files
    if environment:
        opening["environment"] = environment
    lines = FILES.setdefault(file, [])
    lines.append(opening)
    at = 0.0
    for step in steps:
        if isinstance(step, (int, float)):
            at = step
            continue
        connection, event, *expected = step
        moment = START + at
        lines.append({"at": int(moment) if moment == int(moment) else moment, "connection": connection, **event})
        lines.append({"expect": expected})


KEYS = {"CONFORMANCE_KEY": KEY}
TOKEN = "token:\n  from: [{ header: Authorization }, { query: token }]\n  algorithms: [HS256]\n  keys: [{ env: CONFORMANCE_KEY }]\n"


def bearer(value, scheme="Bearer"):
    return handshake(headers=[("Authorization", f"{scheme} {value}")])


# --- Handshakes ---

H = "handshakes"
case(H, "an origin is scheme, host and port", "origins: { allow: [https://app.example, http://localhost:3000] }",
     ("a", handshake(), accept()),
     ("b", handshake(origin="https://app.example:443"), accept()),
     ("c", handshake(origin="https://APP.example"), accept()),
     ("d", handshake(origin="http://localhost:3000"), accept()),
     ("e", handshake(origin="http://app.example"), refuse("originForbidden", 403)),
     ("f", handshake(origin="https://app.example:444"), refuse("originForbidden", 403)),
     ("g", handshake(origin="https://app.example.evil.example"), refuse("originForbidden", 403)),
     ("h", handshake(origin="https://evil.example/.app.example"), refuse("originForbidden", 403)),
     ("i", handshake(origin="http://localhost"), refuse("originForbidden", 403)), origins=False)
case(H, "malformed origins are no origins", "",
     *[(f"c{number}", handshake(origin=origin), refuse("originForbidden", 403)) for number, origin in enumerate(
         ["", "app.example", "https://app.example/", "https://user@app.example", "https://app.example:",
          "https://app.example:0443", "https://app.example:99999", "null", "file://", "*"])])
case(H, "no Origin field", "", ("a", handshake(origin=None), refuse("originMissing", 403)))
case(H, "no Origin field, allowed without cookies", "origins: { allow: [https://app.example], absent: allowWithoutCookies }",
     ("a", handshake(origin=None), accept()),
     ("b", handshake(origin=None, headers=[("Cookie", "session=1")]), refuse("originMissing", 403)),
     ("c", handshake(origin="https://evil.example"), refuse("originForbidden", 403)), origins=False)
case(H, "a wildcard is one label, two are one or more", "origins: { allow: ['https://*.app.example', 'https://**.deep.example'] }",
     ("a", handshake(origin="https://x.app.example"), accept()),
     ("b", handshake(origin="https://x.y.app.example"), refuse("originForbidden", 403)),
     ("c", handshake(origin="https://app.example"), refuse("originForbidden", 403)),
     ("d", handshake(origin="https://evil-app.example"), refuse("originForbidden", 403)),
     ("e", handshake(origin="https://x.y.deep.example"), accept()),
     ("f", handshake(origin="https://deep.example"), refuse("originForbidden", 403)), origins=False)
case(H, "two of a field that may stand once", "",
     ("a", handshake(headers=[("Origin", ORIGIN)]), refuse("badHandshake", 400)),
     ("b", handshake(headers=[("Host", "api.example")]), refuse("badHandshake", 400)),
     ("c", handshake(host=None), refuse("badHandshake", 400)))
case(H, "not the opening handshake of RFC 6455", "",
     ("a", handshake(method="POST"), refuse("badHandshake", 400)),
     ("b", handshake(version="1.0"), refuse("badHandshake", 400)),
     ("c", handshake(headers=[("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")]),
      refuse("badHandshake", 400)),
     ("d", handshake(headers=[("Upgrade", "websocket"), ("Connection", "keep-alive"), ("Sec-WebSocket-Version", "13"),
                              ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]), refuse("badHandshake", 400)),
     ("e", handshake(headers=[("Upgrade", "websocket"), ("Connection", "keep-alive, upgrade"), ("Sec-WebSocket-Version", "13"),
                              ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]), accept()),
     ("f", handshake(headers=[("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "8"),
                              ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]), refuse("badHandshake", 426)),
     ("g", handshake(headers=[("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                              ("Sec-WebSocket-Key", "c2hvcnQ=")]), refuse("badHandshake", 400)),
     ("h", handshake(headers=[("X-A", "1\u000bOrigin: https://app.example")]), refuse("badHandshake", 400)))
case(H, "a handshake that is too large", "limits: { handshakeSize: 1KiB }",
     ("a", handshake(headers=[("X-Padding", "x" * 500)]), accept()),
     ("b", handshake(headers=[("X-Padding", "x" * 1024)]), refuse("handshakeTooLarge", 431)))
case(H, "TLS is required by default", "",
     ("a", handshake(tls=False), refuse("tlsRequired", 403)),
     ("b", handshake(tls=False, headers=[("X-Forwarded-Proto", "https")]), refuse("tlsRequired", 403)),
     ("c", handshake(), accept()), needs=["tls"])
case(H, "TLS that a trusted proxy ended", "transport: { trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor }",
     ("a", handshake(tls=False, peer="10.0.0.2:1", headers=[("X-Forwarded-Proto", "https")]), accept()),
     ("b", handshake(tls=False, peer="10.0.0.2:1", headers=[("X-Forwarded-Proto", "https, http")]), refuse("tlsRequired", 403)),
     ("c", handshake(tls=False, peer="10.0.0.2:1"), refuse("tlsRequired", 403)),
     ("d", handshake(tls=False, peer="192.0.2.1:1", headers=[("X-Forwarded-Proto", "https")]), refuse("tlsRequired", 403)))
case(H, "hosts", "transport: { tls: optional, hosts: [api.example] }",
     ("a", handshake(), accept()),
     ("b", handshake(host="API.example"), accept()),
     ("c", handshake(host="rebind.example"), refuse("hostForbidden", 421)))
case(H, "the client behind trusted proxies is the first untrusted from the right",
     "transport: { tls: optional, trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor }\n"
     "clients: { deny: [198.51.100.7] }",
     ("a", handshake(peer="10.0.0.2:1", headers=[("X-Forwarded-For", "192.0.2.1, 198.51.100.7")]), refuse("clientForbidden", 403)),
     ("b", handshake(peer="10.0.0.2:1", headers=[("X-Forwarded-For", "198.51.100.7, 192.0.2.1")]), accept()),
     ("c", handshake(peer="10.0.0.2:1", headers=[("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "198.51.100.7, 10.0.0.9")]),
      refuse("clientForbidden", 403)),
     ("d", handshake(peer="192.0.2.9:1", headers=[("X-Forwarded-For", "198.51.100.7")]), accept()),
     ("e", handshake(peer="10.0.0.2:1", headers=[("X-Forwarded-For", "nobody")]), refuse("clientForbidden", 403)),
     ("f", handshake(peer="[::ffff:10.0.0.2]:1", headers=[("X-Forwarded-For", "198.51.100.7")]), refuse("clientForbidden", 403)))
case(H, "client lists: deny beats allow", "clients: { allow: [203.0.113.0/24, '2001:db8::/32'], deny: [203.0.113.66] }",
     ("a", handshake(), accept()),
     ("b", handshake(peer="203.0.113.66:1"), refuse("clientForbidden", 403)),
     ("c", handshake(peer="[::ffff:203.0.113.66]:1"), refuse("clientForbidden", 403)),
     ("d", handshake(peer="[2001:db8::9]:1"), accept()),
     ("e", handshake(peer="192.0.2.1:1"), refuse("clientForbidden", 403)))
case(H, "a subprotocol is chosen by the policy's preference", "subprotocols: { allow: [v2, v1] }",
     ("a", handshake(headers=[("Sec-WebSocket-Protocol", "v1, v2")]), accept(subprotocol="v2")),
     ("b", handshake(headers=[("Sec-WebSocket-Protocol", "v1"), ("Sec-WebSocket-Protocol", "v9")]), accept(subprotocol="v1")),
     ("c", handshake(headers=[("Sec-WebSocket-Protocol", "V1")]), refuse("subprotocolForbidden", 400)),
     ("d", handshake(), accept()))
case(H, "a subprotocol must be offered", "subprotocols: { allow: [v1], absent: deny }",
     ("a", handshake(), refuse("subprotocolForbidden", 400)),
     ("b", handshake(headers=[("Sec-WebSocket-Protocol", "v1")]), accept(subprotocol="v1")))
case(H, "routes", "routes:\n  - path: /prices/{symbol}\n    messages: { format: text }\n  - path: /prices/all\n  - path: /files/{rest...}",
     ("a", handshake("/prices/ACME?x=1"), accept(route="/prices/{symbol}")),
     ("b", handshake("/prices/all"), accept(route="/prices/all")),
     ("c", handshake("/prices/%41CME"), accept(route="/prices/{symbol}")),
     ("d", handshake("/files/a/b"), accept(route="/files/{rest...}")),
     ("e", handshake("/prices"), refuse("pathForbidden", 404)),
     ("f", handshake("/prices/a/b"), refuse("pathForbidden", 404)),
     ("g", handshake("/prices/../admin"), refuse("pathForbidden", 404)),
     ("h", handshake("/prices/a%2Fb"), refuse("pathForbidden", 404)),
     ("i", handshake("//prices/all"), refuse("pathForbidden", 404)))
case(H, "fields go with the acceptance and with refusals", "responseHeaders: { X-Frame-Options: DENY }",
     ("a", handshake(), accept(responseHeaders=[["X-Frame-Options", "DENY"]])),
     ("b", handshake(origin="https://evil.example"),
      refuse("originForbidden", 403, responseHeaders=[["X-Frame-Options", "DENY"], ["Connection", "close"]])))
case(H, "a refusal by status, by close, by a code of the policy's own",
     "closeCodes: { originMissing: 4100 }\nresponses:\n  originForbidden: { status: 404 }\n  originMissing: { deliver: close }",
     ("a", handshake(origin="https://evil.example"), refuse("originForbidden", 404)),
     ("b", handshake(origin=None), refuse_by_close("originMissing", 4100)))
case(H, "default codes of refusals that are told by a close",
     "responses:\n  originForbidden: { deliver: close }\n  originMissing: { deliver: close }",
     ("a", handshake(origin="https://evil.example"), refuse_by_close("originForbidden", 4004)),
     ("b", handshake(origin=None), refuse_by_close("originMissing", 4004)))
case(H, "the first violation of the language's order is reported", "transport: { hosts: [api.example] }\nclients: { deny: [192.0.2.0/24] }",
     ("a", handshake(peer="192.0.2.1:1", tls=False, host="b.example", origin=None), refuse("clientForbidden", 403)),
     ("b", handshake(tls=False, host="b.example", origin=None), refuse("tlsRequired", 403)),
     ("c", handshake(host="b.example", origin=None), refuse("hostForbidden", 421)),
     ("d", handshake(origin=None), refuse("originMissing", 403)))
case(H, "a section that observes refuses nothing, and says what it would",
     "origins: { allow: [https://app.example], mode: observe }\nclients: { deny: [192.0.2.1] }",
     ("a", handshake(origin="https://evil.example"), accept(observed=["originForbidden"])),
     ("b", handshake(), accept()),
     ("c", handshake(origin=None, peer="192.0.2.1:1"), refuse("clientForbidden", 403)), origins=False)

case(H, "inner narrows outer", "extends: [./base.yaml]\norigins: { allow: [https://app.example, https://b.example] }\nlimits: { messageSize: 1MiB }",
     ("a", handshake(), accept()),
     ("b", handshake(origin="https://b.example"), refuse("originForbidden", 403)),
     ("c", handshake(origin="https://c.example"), refuse("originForbidden", 403)),
     ("a", text("x" * 17), close("messageTooLarge", 4008)),
     files={"base.yaml": "wspolicy: 1\nname: base\norigins: { allow: [https://app.example, https://c.example] }\n"
                         "limits: { messageSize: 16 }\n"}, origins=False)

# --- Tokens ---

T = "tokens"
OTHER_KEY = "another-key-of-the-conformance-cases-of-the-same-length"
case(T, "a token in a field", TOKEN,
     ("a", bearer(token()), accept(subject="42")),
     ("b", bearer(token(), "bEaReR"), accept(subject="42")),
     ("c", handshake(), refuse("tokenMissing", 401)),
     ("d", bearer(token(), "Basic"), refuse("tokenMissing", 401)),
     ("e", bearer(token(key=OTHER_KEY)), refuse("tokenInvalid", 401)),
     ("f", bearer(token(header={"alg": "none"})), refuse("tokenInvalid", 401)),
     ("g", bearer(token(header={"alg": "HS512"})), refuse("tokenInvalid", 401)),
     ("h", bearer(token() + "="), refuse("tokenInvalid", 401)),
     ("i", bearer(token({"sub": "42", "exp": START - 31})), refuse("tokenExpired", 401)),
     ("j", bearer(token({"sub": "42", "exp": START - 29})), accept(subject="42")),
     ("k", bearer(token({"sub": "42"})), refuse("tokenInvalid", 401)),
     ("l", bearer(token({"sub": "42", "exp": START + 9, "nbf": START + 31})), refuse("tokenInvalid", 401)),
     ("m", bearer(token(aud="other")), refuse("tokenInvalid", 401)), environment=KEYS)
case(T, "a token in the query", TOKEN,
     ("a", handshake("/ws?token=" + token()), accept(subject="42")),
     ("b", handshake("/ws?x=1&token=" + token().replace(".", "%2E")), accept(subject="42")),
     ("c", handshake("/ws?token="), refuse("tokenMissing", 401)),
     ("d", handshake(f"/ws?token={token()}&token={token()}"), refuse("tokenInvalid", 401)),
     ("e", handshake(f"/ws?token={token()}&token="), refuse("tokenInvalid", 401)),
     ("f", handshake("/ws?token=" + token(), headers=[("Authorization", "Bearer " + token())]), refuse("tokenInvalid", 401)),
     ("g", handshake("/ws?Token=" + token()), refuse("tokenMissing", 401)), environment=KEYS)
case(T, "a token in a cookie and in a subprotocol",
     "subprotocols: { allow: [app.v1] }\n"
     + TOKEN.replace("{ header: Authorization }, { query: token }", "{ cookie: session }, { subprotocol: bearer. }"),
     ("a", handshake(headers=[("Cookie", "a=1; session=" + token() + "; b=2")]), accept(subject="42")),
     ("b", handshake(headers=[("Sec-WebSocket-Protocol", "app.v1, bearer." + token())]), accept(subject="42", subprotocol="app.v1")),
     ("c", handshake(headers=[("Sec-WebSocket-Protocol", "bearer." + token())]), refuse("subprotocolForbidden", 400)),
     ("d", handshake(headers=[("Cookie", "xsession=" + token())]), refuse("tokenMissing", 401)), environment=KEYS)
case(T, "issuer, audience, claims", TOKEN + "  issuer: https://auth.example\n  audience: [realtime]\n  subject: /user\n"
     "  claims: { type: object, required: [role], properties: { role: { const: trader } } }",
     ("a", bearer(token({"user": 7, "exp": START + 9, "iss": "https://auth.example", "aud": ["x", "realtime"], "role": "trader"})),
      accept(subject="7")),
     ("b", bearer(token({"user": 7, "exp": START + 9, "iss": "https://auth.example", "aud": "realtime", "role": "admin"})),
      refuse("claimForbidden", 403)),
     ("c", bearer(token({"user": 7, "exp": START + 9, "iss": "https://evil.example", "aud": "realtime", "role": "trader"})),
      refuse("tokenInvalid", 401)),
     ("d", bearer(token({"user": 7, "exp": START + 9, "iss": "https://auth.example", "aud": "other", "role": "trader"})),
      refuse("tokenInvalid", 401)), environment=KEYS)
case(T, "an anonymous connection", TOKEN + "  absent: allow",
     ("a", handshake(), accept()),
     ("b", bearer("forged.forged.forged"), refuse("tokenInvalid", 401)), environment=KEYS)
case(T, "an open connection ends when its token does", TOKEN + "limits: { idleTimeout: unlimited }",
     0, ("a", bearer(token({"sub": "42", "exp": START + 60})), accept(subject="42")),
     89, ("a", text("x"), FORWARD),
     89.875, ("a", TICK, WAIT),
     90, ("a", text("x"), close("tokenExpired", 4002)),
     90, ("a", text("x"), CLOSED), environment=KEYS)
OBSERVING = TOKEN + "  mode: observe\nlimits: { idleTimeout: unlimited }"
case(T, "a check that only observes tells once that its token has ended", OBSERVING,
     0, ("a", bearer(token({"sub": "42", "exp": START + 60})), accept(subject="42")),
     89.875, ("a", TICK, WAIT),
     90, ("a", text("x"), {"decision": "forward", "observed": ["tokenExpired"]}),
     91, ("a", text("x"), FORWARD),
     91, ("a", TICK, WAIT), environment=KEYS)
case(T, "the same without a message", OBSERVING,
     0, ("a", bearer(token({"sub": "42", "exp": START + 60})), accept(subject="42")),
     90, ("a", TICK, {"decision": "wait", "observed": ["tokenExpired"]}),
     91, ("a", TICK, WAIT), environment=KEYS)
FIRST = TOKEN.replace("{ header: Authorization }, { query: token }", "{ header: Authorization }, { message: /token }")
case(T, "the first message brings the token", FIRST,
     ("a", handshake(), accept(awaitingToken=True)),
     ("a", text(json.dumps({"token": token()})), authenticated("42")),
     ("a", text("anything"), FORWARD),
     ("b", handshake(), accept(awaitingToken=True)),
     ("b", text("anything"), close("tokenMissing", 4001)),
     ("c", handshake(), accept(awaitingToken=True)),
     ("c", text(json.dumps({"token": token(key=OTHER_KEY)})), close("tokenInvalid", 4003)),
     ("d", bearer(token()), accept(subject="42")),
     ("d", text(json.dumps({"token": "of nobody"})), FORWARD), environment=KEYS)
case(T, "a first message that does not come in time", FIRST,
     0, ("a", handshake(), accept(awaitingToken=True)),
     4.875, ("a", TICK, WAIT),
     5, ("a", TICK, close("tokenTimeout", 4408)), environment=KEYS)
case(T, "a first message above its limit", FIRST + "limits: { beforeToken: { messageSize: 64 } }",
     ("a", handshake(), accept(awaitingToken=True)),
     ("a", text(json.dumps({"token": token()})), close("messageTooLarge", 4008)), environment=KEYS)
case(T, "a newer token of the same subject",
     TOKEN + "  renew: { type: renew, message: /token }\nmessages: { discriminator: /type, types: { renew: {}, quote: {} } }\n"
     "limits: { idleTimeout: unlimited }",
     0, ("a", bearer(token({"sub": "42", "exp": START + 60})), accept(subject="42")),
     50, ("a", text(json.dumps({"type": "renew", "token": token({"sub": "42", "exp": START + 600})})), authenticated("42")),
     91, ("a", text('{"type":"quote"}'), forward("quote")),
     92, ("a", text(json.dumps({"type": "renew", "token": token({"sub": "7", "exp": START + 600})})), close("tokenInvalid", 4003)),
     environment=KEYS)
REVOKED = TOKEN.replace("keys:", "revoked: { file: revoked.txt }\n  keys:")
LIST = {"revoked.txt": "# Out since today: a token by its id, and a subject.\n\n  stolen-1 \nmallory\n"}
case(T, "who is revoked, by the token's id or by the subject", REVOKED,
     ("a", bearer(token(jti="other-1")), accept(subject="42")),
     ("b", bearer(token(jti="stolen-1")), refuse("tokenRevoked", 401)),
     ("c", bearer(token({"sub": "mallory", "exp": START + 60})), refuse("tokenRevoked", 401)),
     ("d", bearer(token({"sub": "mallory-2", "exp": START + 60, "jti": "stolen-10"})), accept(subject="mallory-2")),
     ("e", bearer(token({"sub": "mallory", "exp": START - 31})), refuse("tokenExpired", 401)),
     ("f", bearer(token({"sub": "mallory", "exp": START + 60}, key=OTHER_KEY)), refuse("tokenInvalid", 401)),
     ("a", text("x"), FORWARD), environment=KEYS, files=LIST)
case(T, "who is revoked is told by a close where the policy says so", REVOKED + "responses: { tokenRevoked: { deliver: close } }",
     ("a", bearer(token(jti="stolen-1")), refuse_by_close("tokenRevoked", 4001)), environment=KEYS, files=LIST)
case(T, "a revoked token in the first message, and in a renewal",
     REVOKED.replace("{ header: Authorization }, { query: token }", "{ header: Authorization }, { message: /token }")
     + "  renew: { type: renew, message: /token }\nmessages: { discriminator: /type, types: { renew: {}, quote: {} } }",
     ("a", handshake(), accept(awaitingToken=True)),
     ("a", text(json.dumps({"token": token(jti="stolen-1")})), close("tokenRevoked", 4001)),
     ("b", bearer(token()), accept(subject="42")),
     ("b", text(json.dumps({"type": "renew", "token": token(jti="stolen-1")})), close("tokenRevoked", 4001)),
     ("b", text('{"type":"quote"}'), CLOSED), environment=KEYS, files=LIST)
OPAQUE = "token:\n  from: [%s]\n  introspection: { url: 'https://auth.example/introspect' }\n"
case(T, "an opaque token about which nobody can be asked", OPAQUE % "{ header: Authorization }",
     ("a", bearer("of-somebody"), refuse("storeUnavailable", 503)),
     ("b", handshake(), refuse("tokenMissing", 401)), needs=["unanswered"])
case(T, "an opaque token in the first message about which nobody can be asked", OPAQUE % "{ message: /token }",
     0, ("a", handshake(), accept(awaitingToken=True)),
     1, ("a", text('{"token":"of-somebody"}'), WAIT),
     4.875, ("a", TICK, WAIT),
     5, ("a", TICK, close("tokenTimeout", 4408)), needs=["unanswered"])
case(T, "failed tokens of an address are counted, and cost no cryptography then",
     TOKEN + "limits: { tokenAttempts: { per: clientAddress, rate: 1/minute, burst: 2 } }",
     0, ("a", bearer(token(key=OTHER_KEY)), refuse("tokenInvalid", 401)),
     0, ("b", bearer(token(key=OTHER_KEY)), refuse("tokenInvalid", 401)),
     0, ("c", bearer(token()), refuse("connectionRate", 429)),
     60, ("d", bearer(token()), accept(subject="42")), environment=KEYS)

# --- Limits ---

L = "limits"
case(L, "so many handshakes in any window", "limits: { connections: [{ per: clientAddress, atMost: 2 per 10s }] }",
     0, ("a", handshake(), accept()),
     5, ("b", handshake(), accept()),
     9, ("c", handshake(), refuse("connectionRate", 429)),
     9, ("d", handshake(peer="203.0.113.8:1"), accept()),
     10, ("e", handshake(), accept()),
     14.875, ("f", handshake(), refuse("connectionRate", 429)),
     15, ("g", handshake(), accept()))
case(L, "a rate with a burst", "limits: { connections: [{ per: clientAddress, rate: 1/s, burst: 2 }] }",
     0, ("a", handshake(), accept()), ("b", handshake(), accept()), ("c", handshake(), refuse("connectionRate", 429)),
     0.875, ("d", handshake(), refuse("connectionRate", 429)),
     1, ("e", handshake(), accept()),
     1, ("f", handshake(), refuse("connectionRate", 429)))
case(L, "addresses of IPv6 count by /64", "limits: { connections: [{ per: clientAddress, atMost: 1 per minute }] }",
     ("a", handshake(peer="[2001:db8:1:1::1]:1"), accept()),
     ("b", handshake(peer="[2001:db8:1:1:2::2]:1"), refuse("connectionRate", 429)),
     ("c", handshake(peer="[2001:db8:1:2::1]:1"), accept()), needs=["clock"])
case(L, "so many open connections", "limits: { connections: [{ per: server, concurrent: 2 }] }",
     ("a", handshake(), accept()), ("b", handshake(), accept()),
     ("c", handshake(), refuse("connectionCount", 503)),
     ("a", LEAVES, CLOSED),
     ("d", handshake(), accept()),
     ("e", handshake(), refuse("connectionCount", 503)))
case(L, "what is refused later is not counted", "limits: { connections: [{ per: server, concurrent: 1 }] }\nsubprotocols: { allow: [v1], absent: deny }",
     ("a", handshake(), refuse("subprotocolForbidden", 400)),
     ("b", handshake(headers=[("Sec-WebSocket-Protocol", "v1")]), accept(subprotocol="v1")),
     ("c", handshake(headers=[("Sec-WebSocket-Protocol", "v1")]), refuse("connectionCount", 503)))
case(L, "so many connections of a subject", TOKEN + "limits: { connections: [{ per: subject, concurrent: 1 }] }",
     ("a", bearer(token()), accept(subject="42")),
     ("b", bearer(token()), refuse("connectionCount", 503)),
     ("c", bearer(token({"sub": "7", "exp": START + 60})), accept(subject="7")), environment=KEYS)
case(L, "messages of a connection in any window", "limits: { messages: [{ per: connection, atMost: 2 per 1s }] }",
     0, ("a", handshake(), accept()),
     0, ("a", text("1"), FORWARD),
     0.5, ("a", text("2"), FORWARD),
     1, ("a", text("3"), FORWARD),
     1.375, ("a", text("4"), close("messageRate", 4029)),
     1.375, ("a", text("5"), CLOSED))
case(L, "a message above the rate is dropped where the policy says so",
     "limits: { messages: [{ per: connection, atMost: 1 per 1s }], onExceeded: drop }",
     0, ("a", handshake(), accept()),
     0, ("a", text("1"), FORWARD),
     0.5, ("a", text("2"), drop("messageRate")),
     1, ("a", text("3"), FORWARD))
case(L, "bytes of a connection", "limits: { bytes: [{ per: connection, rate: 100/s, burst: 100 }] }",
     0, ("a", handshake(), accept()),
     0, ("a", text("x" * 60), FORWARD),
     0, ("a", text("x" * 60), close("byteRate", 4029)))
case(L, "a message has at most so many bytes, text and binary alike", "limits: { messageSize: 16 }",
     ("a", handshake(), accept()),
     ("a", text("x" * 16), FORWARD),
     ("a", raw(b"\x00" * 16, "binary"), FORWARD),
     ("a", text("x" * 17), close("messageTooLarge", 4008)),
     ("b", handshake(), accept()),
     ("b", raw(b"\x00" * 17, "binary"), close("messageTooLarge", 4008)))
case(L, "64 KiB where no level says anything", "",
     ("a", handshake(), accept()),
     ("a", text("x" * 65536), FORWARD),
     ("a", text("x" * 65537), close("messageTooLarge", 4008)))
case(L, "a type's cost counts in every message rate",
     "limits: { messages: [{ per: connection, atMost: 6 per 1s }] }\n"
     "messages: { discriminator: /type, types: { cheap: {}, dear: { cost: 5 } } }",
     ("a", handshake(), accept()),
     ("a", text('{"type":"dear"}'), forward("dear")),
     ("a", text('{"type":"cheap"}'), forward("cheap")),
     ("a", text('{"type":"cheap"}'), close("messageRate", 4029)), needs=["clock"])
case(L, "a type's own rate", "messages: { discriminator: /type, types: { a: { rate: 1/s }, b: {} } }",
     0, ("a", handshake(), accept()),
     0, ("a", text('{"type":"a"}'), forward("a")),
     0, ("a", text('{"type":"b"}'), forward("b")),
     1, ("a", text('{"type":"a"}'), forward("a")),
     1.5, ("a", text('{"type":"a"}'), close("messageRate", 4029)))
case(L, "an idle connection", "limits: { idleTimeout: 10s }",
     0, ("a", handshake(), accept()), ("b", handshake(), accept()),
     5, ("a", text("x"), FORWARD),
     9.875, ("b", TICK, WAIT),
     10, ("a", TICK, {**close("idleTimeout", 4408), "connection": "b"}, WAIT),
     14.875, ("a", text("x"), FORWARD),
     24.875, ("a", text("x"), close("idleTimeout", 4408)))
case(L, "the longest life of a connection", "limits: { connectionLifetime: 1m, idleTimeout: unlimited }",
     0, ("a", handshake(), accept()),
     59.875, ("a", text("x"), FORWARD),
     60, ("a", TICK, close("lifetimeReached", 4408)))

case(L, "a shared limit while its store cannot be asked",
     "limits: { connections: [{ per: clientAddress, atMost: 2 per 10s, shared: true }] }",
     ("a", handshake(), refuse("storeUnavailable", 503)),
     ("b", handshake(origin=None), refuse("originMissing", 403)), needs=["unanswered"])
case(L, "a shared limit while its store cannot be asked, where each instance then counts for itself",
     "limits: { connections: [{ per: clientAddress, atMost: 2 per 10s, shared: true }], onStoreFailure: allow }",
     ("a", handshake(), accept()), ("b", handshake(), accept()), ("c", handshake(), refuse("connectionRate", 429)),
     needs=["clock", "unanswered"])
case(L, "a shared limit on messages while its store cannot be asked",
     "limits: { messages: [{ per: clientAddress, rate: 10/s, burst: 16, shared: true }] }",
     ("a", handshake(), accept()),
     ("a", text("1"), close("storeUnavailable", 1013)),
     ("a", text("2"), CLOSED), needs=["unanswered"])
case(L, "a message is dropped while the store cannot be asked, where the policy says so",
     "limits: { messages: [{ per: clientAddress, rate: 10/s, burst: 16, shared: true }], onExceeded: drop }",
     ("a", handshake(), accept()),
     ("a", text("1"), drop("storeUnavailable")), needs=["unanswered"])

# --- Messages ---

M = "messages"
ORDER = "messages: { schema: { type: object, additionalProperties: false, required: [type], properties: { type: { enum: [a, b] }, n: { type: integer, maximum: 9 } } } }"
case(M, "a schema", ORDER,
     ("a", handshake(), accept()),
     ("a", text('{"type":"a"}'), FORWARD),
     ("a", text(' { "n" : 9.0 , "type" : "b" } '), FORWARD),
     ("a", text('{"type":"a","n":10}'), close("schemaMismatch", 4000, pointer="/n")),
     *[step for number, (message, pointer) in enumerate([
         ("{}", ""), ('{"type":"c"}', "/type"), ('{"type":"a","admin":true}', "/admin"), ("[]", ""), ('"a"', ""), ("null", ""),
         ('{"type":"a","n":"1"}', "/n")])
       for step in ((f"c{number}", handshake(), accept()),
                    (f"c{number}", text(message), close("schemaMismatch", 4000, pointer=pointer)))])
case(M, "what is no JSON", ORDER,
     *[step for number, message in enumerate(["", " ", "{", '{"type":"a"', '{"type":"a"}}', "{type:1}", "{'type':'a'}", '{"type":"a",}',
                                              '{"type":"\\ud800"}', '\ufeff{"type":"a"}'])
       for step in ((f"c{number}", handshake(), accept()), (f"c{number}", text(message), close("malformedJSON", 4000)))])
case(M, "text that is no UTF-8", "messages: { format: json }",
     ("a", handshake(), accept()),
     ("a", raw(b'{"a":"\xc3"}'), close("invalidUTF8", 1007)), needs=["invalidUTF8"])
case(M, "binary where text is required", "messages: { format: json }",
     ("a", handshake(), accept()),
     ("a", raw(b"{}", "binary"), close("binaryForbidden", 1003)))
case(M, "text where binary is required", "messages: { format: binary }",
     ("a", handshake(), accept()),
     ("a", raw(b"\x00\xff", "binary"), FORWARD),
     ("a", text("{}"), close("binaryForbidden", 1003)))
case(M, "duplicate members, however they are written", "messages: { format: json }",
     ("a", handshake(), accept()),
     ("a", text('{"a":{"b":1},"b":{"a":1}}'), FORWARD),
     ("a", text('{"a":1,"\\u0061":2}'), close("duplicateKey", 4000)))
case(M, "depth", "messages: { depth: 3 }",
     ("a", handshake(), accept()),
     ("a", text("[[[1]]]"), FORWARD),
     ("a", text("[[[[1]]]]"), close("nestingTooDeep", 4000)))
case(M, "numbers that parsers read differently", "messages: { format: json }",
     ("a", handshake(), accept()),
     ("a", text("[9007199254740991,-9007199254740991,0.1,1e-300,12345678901234567e-3]"), FORWARD),
     *[step for number, value in enumerate(["9007199254740992", "1e300", "0.1e400", "1.234567890123456789"])
       for step in ((f"c{number}", handshake(), accept()), (f"c{number}", text(f"[{value}]"), close("unsafeNumber", 4000)))])
TYPES = "messages:\n  discriminator: /type\n  types:\n    sub: { schema: { type: object, required: [symbol] } }\n    bye: {}\n"
case(M, "a closed set of types", TYPES,
     ("a", handshake(), accept()),
     ("a", text('{"type":"bye"}'), forward("bye")),
     ("a", text('{"symbol":"X","type":"sub"}'), forward("sub")),
     ("a", text('{"type":"other"}'), close("unknownMessageType", 4000)),
     ("b", handshake(), accept()),
     ("b", text('{"type":"sub"}'), close("schemaMismatch", 4000)),
     ("c", handshake(), accept()),
     ("c", text('{"typ":"sub"}'), close("unknownMessageType", 4000)),
     ("d", handshake(), accept()),
     ("d", text('{"type":7}'), close("unknownMessageType", 4000)))
case(M, "a discriminator by place", "messages: { discriminator: /0, types: { EVENT: {}, CLOSE: {} } }",
     ("a", handshake(), accept()),
     ("a", text('["EVENT",{}]'), forward("EVENT")),
     ("a", text('["OTHER"]'), close("unknownMessageType", 4000)))
case(M, "a violation drops or warns where the policy says so",
     "messages:\n  onViolation: drop\n  discriminator: /type\n  types:\n    a: { schema: { required: [x] }, onViolation: warn }\n    b: { schema: { required: [x] } }\n",
     ("a", handshake(), accept()),
     ("a", text('{"type":"a"}'), warn("schemaMismatch", type="a")),
     ("a", text('{"type":"b"}'), drop("schemaMismatch")),
     ("a", text("{"), drop("malformedJSON")),
     ("a", text('{"type":"b","x":1}'), forward("b")),
     ("a", raw(b"{}", "binary"), close("binaryForbidden", 1003)))
case(M, "forbidden names and strings", "messages: { forbid: { keys: ['^__proto__$'], strings: ['<script'] } }",
     ("a", handshake(), accept()),
     ("a", text('{"proto":"__proto__"}'), FORWARD),
     ("a", text('{"a":[{"__proto__":1}]}'), close("forbiddenContent", 4000)),
     ("b", handshake(), accept()),
     ("b", text('{"a":["x<\\u0073cript>"]}'), close("forbiddenContent", 4000)))
case(M, "a batch", "limits: { messages: [{ per: connection, atMost: 4 per 1m }] }\n"
     "messages: { batch: { items: 3 }, schema: { type: object, required: [id] } }",
     ("a", handshake(), accept()),
     ("a", text('{"id":1}'), FORWARD),
     ("a", text('[{"id":1},{"id":2},{"id":3}]'), FORWARD),
     ("a", text('{"id":1}'), close("messageRate", 4029)),
     ("b", handshake(), accept()),
     ("b", text('[{"id":1},{"id":2},{"id":3},{"id":4}]'), close("batchTooLarge", 4000)),
     ("c", handshake(), accept()),
     ("c", text('[{"id":1},{}]'), close("schemaMismatch", 4000)),
     ("d", handshake(), accept()),
     ("d", text("[]"), close("schemaMismatch", 4000)), needs=["clock"])
case(M, "the earliest faulty byte decides where the policy closes", ORDER,
     ("a", handshake(), accept()),
     ("a", text('{"type":"c","type":'), close("schemaMismatch", 4000)),
     ("b", handshake(), accept()),
     ("b", text('{"type":"a","type":"c"}'), close("duplicateKey", 4000)))
case(M, "an observing section reports and forwards", "messages: { mode: observe, schema: { type: object } }",
     ("a", handshake(), accept()),
     ("a", text("[]"), {"decision": "forward", "observed": ["schemaMismatch"]}),
     ("a", text("{}"), FORWARD))
case(M, "a section's word of a close code", "messages: { schema: { type: object } }\ncloseCodes: { schemaMismatch: 4222 }",
     ("a", handshake(), accept()),
     ("a", text("[]"), close("schemaMismatch", 4222)))
case(M, "what the server sends", "serverMessages: { onViolation: drop, discriminator: /kind, types: { tick: { schema: { required: [at] } } } }",
     ("a", handshake(), accept()),
     ("a", server('{"kind":"tick","at":1}'), forward("tick")),
     ("a", server('{"kind":"tick"}'), drop("schemaMismatch")),
     ("a", server('{"kind":"other"}'), drop("unknownMessageType")),
     ("a", text("anything"), FORWARD))
case(M, "what the server sends wrongly closes by default", "serverMessages: { schema: { type: object } }",
     ("a", handshake(), accept()),
     ("a", server("[]"), close("schemaMismatch", 4000)),
     ("a", text("x"), CLOSED))
case(M, "nothing is sent before the first message's token", FIRST,
     ("a", handshake(), accept(awaitingToken=True)),
     ("a", server("welcome"), WAIT),
     ("a", text(json.dumps({"token": token()})), authenticated("42")),
     ("a", server("welcome"), FORWARD), environment=KEYS)

# --- Frames ---

F = "frames"
case(F, "a message in one frame, and in fragments with a ping between", "messages: { schema: { type: object } }",
     ("a", handshake(), accept()),
     ("a", frame("text", "{}"), FORWARD),
     ("a", frame("text", '{"a":', fin=False), WAIT),
     ("a", frame("ping", "x"), FORWARD),
     ("a", frame("continuation", "1}"), FORWARD),
     ("a", frame("text", "[", fin=False), WAIT),
     ("a", frame("continuation", "]"), close("schemaMismatch", 4000)))
case(F, "text of which a character is split", "",
     ("a", handshake(), accept()),
     ("a", frame("text", base64="8J8=", fin=False), WAIT),
     ("a", frame("continuation", base64="mIA="), FORWARD))
case(F, "frames that RFC 6455 forbids", "",
     *[step for number, event in enumerate([
         frame("text", "x", masked=False), frame("text", "x", rsv=4), frame("ping", "x", rsv=1), frame(3, "x"), frame(11, "x"),
         frame("continuation", "x"), frame("ping", "x", fin=False), frame("ping", "x" * 126), frame("close", base64="Aw==")])
       for step in ((f"c{number}", handshake(), accept()), (f"c{number}", event, close("protocolError", 1002)))],
     ("z", handshake(), accept()),
     ("z", frame("text", "a", fin=False), WAIT),
     ("z", frame("text", "b"), close("protocolError", 1002)))
case(F, "a length that is announced is refused before its payload comes", "limits: { messageSize: 1MiB, frameSize: 64KiB }",
     ("a", handshake(), accept()),
     ("a", frame("text", length=1073741824), close("frameTooLarge", 4008)),
     ("b", handshake(), accept()),
     ("b", frame("text", length=65537), close("frameTooLarge", 4008)))
case(F, "the sum of fragments", "limits: { messageSize: 1000, frameSize: 1000 }",
     ("a", handshake(), accept()),
     ("a", frame("text", "x" * 400, fin=False), WAIT),
     ("a", frame("continuation", "x" * 400, fin=False), WAIT),
     ("a", frame("continuation", length=400), close("messageTooLarge", 4008)))
case(F, "too many fragments", "limits: { fragments: 3 }",
     ("a", handshake(), accept()),
     ("a", frame("text", "x", fin=False), WAIT),
     ("a", frame("continuation", "x", fin=False), WAIT),
     ("a", frame("continuation", "x", fin=False), WAIT),
     ("a", frame("continuation", "x"), close("tooManyFragments", 4008)))
case(F, "too many control frames", "limits: { controlFrames: { rate: 2/s } }",
     ("a", handshake(), accept()),
     ("a", frame("ping", ""), FORWARD), ("a", frame("ping", ""), FORWARD),
     ("a", frame("pong", ""), close("controlFrameRate", 4029)), needs=["clock"])
case(F, "the peer closes", "",
     ("a", handshake(), accept()),
     ("a", frame("close", base64="A+g="), FORWARD),
     ("a", frame("text", "x"), CLOSED),
     ("b", handshake(), accept()),
     ("b", frame("close", base64="A+j/"), close("invalidUTF8", 1007)),
     ("c", handshake(), accept()),
     ("c", frame("close", base64="A+0="), close("protocolError", 1002)))


def main() -> None:
    """Writes the files; with --check, says whether they are as they would be written."""
    is_check = sys.argv[1:] == ["--check"]
    wrong = []
    FOLDER.mkdir(exist_ok=True)
    for name, lines in FILES.items():
        content = "".join(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n" for line in lines)
        path = FOLDER / f"{name}.jsonl"
        if not is_check:
            path.write_text(content)
        elif not path.exists() or path.read_text() != content:
            wrong.append(str(path))
    if wrong:
        sys.exit(f"written by hand, or not anew: {', '.join(wrong)}")


main()
