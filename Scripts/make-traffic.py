#!/usr/bin/env python3
"""Writes the recorded traffic of Examples/Traffic/financehub.jsonl: every violation that FinanceHub's policy can give.

Deterministic: the same bytes at every run. Tokens are signed with the demo's key, which protects nothing.
"""

import base64
import hashlib
import hmac
import json
import sys

KEY = b"financehub-demo-key-for-recorded-traffic-only"
START = 1_780_000_000  # seconds since 1970


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims: dict, key: bytes = KEY, header: dict | None = None) -> str:
    head = encode(json.dumps(header or {"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode())
    body = encode(json.dumps(claims, separators=(",", ":")).encode())
    signature = hmac.new(key, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{encode(signature)}"


def valid(user: int = 42, lifetime: float = 3600, at: float = 0) -> str:
    return token({"user_id": user, "iat": int(START + at), "exp": int(START + at + lifetime)})


def emit(at: float, connection: str, **event) -> None:
    line = {"at": round(START + at, 3), "connection": connection, **event}
    sys.stdout.write(json.dumps(line, separators=(", ", ": "), ensure_ascii=False) + "\n")


def handshake(at, connection, target=None, origin="https://financehub.app", peer="203.0.113.7:50112", tls=True,
              headers=(), **more):
    fields = [["Host", "api.financehub.app"]]
    if origin is not None:
        fields.append(["Origin", origin])
    fields += [list(pair) for pair in headers]
    if target is None:
        target = "/ws?token=" + valid(at=at)
    emit(at, connection, handshake={"target": target, "headers": fields, "peer": peer, "tls": tls, **more})


def message(at, connection, text):
    emit(at, connection, message={"text": text})


def quote(number: int) -> str:
    return json.dumps({"type": "price.subscribe", "payload": {"symbol": "ACME"}, "timestamp": START + number},
                      separators=(",", ":"))


# A client as it should be.
handshake(0, "page")
message(0.1, "page", quote(0))
message(0.2, "page", '{"type":"ping","payload":null,"timestamp":1780000000.2}')
message(0.3, "page", '{"type":"ping","timestamp":1780000000.3}')
emit(0.4, "page", close={"code": 1000})
# A server-side client brings its token in the header; the scheme's letters do not matter.
handshake(0.5, "header", target="/ws", headers=[("authorization", "bEaReR  " + valid())])
emit(0.6, "header", close={})
# A percent-encoded token arrives whole.
handshake(0.7, "encoded", target="/ws?token=" + valid().replace(".", "%2E"), peer="203.0.113.8:1")
emit(0.8, "encoded", close={})

# Handshakes that are refused, in the order of a decision. Each from an address of its own.
handshake(1.0, "bad", peer="198.51.100.1:1", headers=[("Origin", "https://financehub.app")])
handshake(1.1, "large", peer="198.51.100.2:1", headers=[("X-Padding", "x" * 16384)])
handshake(1.2, "plain", peer="198.51.100.3:1", tls=False)
handshake(1.3, "dots", peer="198.51.100.4:1", target="/ws/../admin?token=" + valid())
handshake(1.4, "no-origin", peer="198.51.100.5:1", origin=None)
handshake(1.5, "foreign", peer="198.51.100.6:1", origin="https://financehub.app.evil.example")
handshake(1.6, "null", peer="198.51.100.6:1", origin="null")
handshake(1.7, "no-token", peer="198.51.100.7:1", target="/ws")
handshake(1.8, "empty-token", peer="198.51.100.7:1", target="/ws?token=")
handshake(1.9, "forged", peer="198.51.100.8:1", target="/ws?token=" + token({"user_id": 1, "exp": START + 99}, b"guess" * 8))
handshake(2.0, "none", peer="198.51.100.8:1",
          target="/ws?token=" + token({"user_id": 1, "exp": START + 99}, header={"alg": "none"}))
handshake(2.1, "twice", peer="198.51.100.8:1", headers=[("Authorization", "Bearer " + valid())])
handshake(2.2, "padded", peer="198.51.100.8:1", target="/ws?token=" + valid() + "==")
handshake(2.3, "expired", peer="198.51.100.9:1", target="/ws?token=" + token({"user_id": 42, "exp": START - 60}))
handshake(2.4, "nobody", peer="198.51.100.9:1", target="/ws?token=" + token({"sub": "42", "exp": START + 99}))

# The eleventh handshake in a minute, and the first one a minute after the first.
for number in range(11):
    handshake(3 + number, f"many-{number}", peer="2001:db8:1:1::%x" % (number + 1))
    emit(3.5 + number, f"many-{number}", close={"code": 1000})
handshake(63, "many-11", peer="2001:db8:1:1::ff")
emit(63.1, "many-11", close={"code": 1000})

# The twenty-first open connection of an address; messages keep the others from being idle.
for number in range(10):
    handshake(70 + number / 10, f"open-{number}", peer="203.0.113.20:%d" % (1000 + number))
for number in range(10):
    message(120 + number / 10, f"open-{number}", quote(number))
for number in range(10, 20):
    handshake(131 + number / 10, f"open-{number}", peer="203.0.113.20:%d" % (1000 + number))
for number in range(20):
    message(175 + number / 10, f"open-{number}", quote(number))
handshake(200, "open-20", peer="203.0.113.20:2000")
for number in range(20):
    emit(201, f"open-{number}", close={"code": 1001})


def refused(at: float, name: str, *events) -> None:
    """One connection from an address of its own that lives until its last event."""
    refused.count += 1
    handshake(at, name, peer="203.0.113.%d:1" % (100 + refused.count))
    for event in events:
        emit(at + 0.1, name, **event)


refused.count = 0

# Messages that close the connection, in the order of a decision.
refused(300, "unmasked", {"frame": {"opcode": "text", "fin": True, "masked": False, "text": quote(0)}})
refused(301, "reserved", {"frame": {"opcode": 3, "fin": True, "masked": True, "text": ""}})
refused(302, "pings", *[{"frame": {"opcode": "ping", "fin": True, "masked": True, "text": ""}}] * 11)
refused(303, "binary", {"message": {"base64": base64.b64encode(quote(0).encode()).decode(), "opcode": "binary"}})
refused(304, "announced", {"frame": {"opcode": "text", "fin": True, "masked": True, "length": 1 << 30}})
refused(305, "sum",
        {"frame": {"opcode": "text", "fin": False, "masked": True, "text": '{"type":"'}},
        {"frame": {"opcode": "continuation", "fin": True, "masked": True, "length": (1 << 20) - 8}})
refused(306, "fragments",
        {"frame": {"opcode": "text", "fin": False, "masked": True, "text": "{"}},
        *[{"frame": {"opcode": "continuation", "fin": False, "masked": True, "text": " "}}] * 64)
refused(307, "flood", *[{"message": {"text": quote(0)}}] * 101)
refused(308, "latin-1", {"message": {"base64": base64.b64encode(b'{"type":"caf\xe9","timestamp":1}').decode(),
                                     "opcode": "text"}})
refused(309, "comma", {"message": {"text": '{"type":"ping","timestamp":1,}'}})
refused(310, "deep", {"message": {"text": '{"type":"ping","timestamp":1,"payload":' + '{"a":' * 32 + "1" + "}" * 33}})
refused(311, "two-types", {"message": {"text": '{"type":"ping","\\u0074ype":"order","timestamp":1}'}})
refused(312, "long-number", {"message": {"text": '{"type":"ping","timestamp":9007199254740993}'}})
refused(313, "text-timestamp", {"message": {"text": '{"type":"ping","timestamp":"now"}'}})
refused(314, "array", {"message": {"text": "[1,2,3]"}})
refused(315, "no-timestamp", {"message": {"text": '{"type":"ping"}'}})

# A character may be split between frames; a ping may come between them.
refused(316, "split",
        {"frame": {"opcode": "text", "fin": False, "masked": True,
                   "base64": base64.b64encode(b'{"type":"note","timestamp":1,"payload":{"text":"\xf0\x9f').decode()}},
        {"frame": {"opcode": "ping", "fin": True, "masked": True, "text": "still here?"}},
        {"frame": {"opcode": "continuation", "fin": True, "masked": True,
                   "base64": base64.b64encode(b'\x98\x80"}}').decode()}})
emit(316.5, "split", close={"code": 1000})

# The hundred-and-first message of a second in the tenth second of a connection.
handshake(320, "steady", peer="203.0.113.200:1")
for second in range(9):
    message(320.5 + second, "steady", quote(second))
for number in range(101):
    message(330 + number / 200, "steady", quote(number))

# A token that ends while its connection is open (30 s of skew), and a connection that says nothing.
handshake(340, "short", peer="203.0.113.201:1", target="/ws?token=" + valid(lifetime=10, at=340))
message(350, "short", quote(1))
handshake(351, "silent", peer="203.0.113.202:1")
emit(380, "short", tick={})
message(381, "short", quote(2))
emit(412, "silent", tick={})
