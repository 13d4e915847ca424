"""Each line of the policy both ways: the same client gets through without it, and does not with it."""

import asyncio
import json

import jwt
import pytest
from client import GOOD, ORIGIN, an_address, client, outcome, run, token
from conftest import KEY
from websockets.exceptions import ConnectionClosed

MIB = 1 << 20


def check(pair, unprotected, protected, *messages, **options):
    """Both outcomes on the wire, by the same client."""
    told = tuple(run(outcome(server, *messages, **options)) for server in pair)
    name = pair[0].server
    assert told == tuple(each if isinstance(each, str) else each[name] for each in (unprotected, protected))


@pytest.mark.parametrize(
    "query, protected",
    [
        ("", "closed 4001"),
        ("token=", "closed 4001"),
        ("token=" + token(seconds=-3600), "closed 4002"),
        ("token=" + token(key="somebody-else-s-key-of-enough-bytes-to-sign"), "closed 4003"),
        ("token=" + jwt.encode({"user_id": 1, "exp": 9999999999}, None, algorithm="none"), "closed 4003"),
        ("token=" + token(algorithm="HS512"), "closed 4003"),
        ("token=garbage", "closed 4003"),
        ("token=" + token(key="somebody-else-s-key-of-enough-bytes-to-sign").replace(".", "%2E"), "closed 4003"),
        (f"token={token()}&token={token()}", "closed 4003"),
        ("token=" + jwt.encode({"exp": 9999999999}, KEY, algorithm="HS256"), "refused 403"),
        ("token=" + token().replace(".", "%2E"), "open"),
        ("token=" + token(), "open"),
    ],
    ids=["none", "empty", "expired", "forged", "alg none", "other algorithm", "garbage", "encoded and forged", "two",
         "without user_id", "encoded", "valid"],
)
def test_tokens(pair, query, protected):
    check(pair, "open", protected, query=query)


def test_a_token_in_the_header_and_whose_it_is(pair):
    order = json.dumps({"type": "order.place", "payload": {"symbol": "ACME"}, "timestamp": 1})

    async def placed(server):
        async with client(server, query="", headers=[("Authorization", "bEaReR " + token(user=77))]) as socket:
            await socket.send(order)
            return json.loads(await asyncio.wait_for(socket.recv(), 5))

    unprotected, protected = (run(placed(server)) for server in pair)
    assert unprotected == {"type": "order.placed", "number": 1, "by": None}
    assert protected == {"type": "order.placed", "number": 1, "by": "77"}


@pytest.mark.parametrize(
    "options, unprotected, protected",
    [
        ({"origin": "https://financehub.app.evil.example"}, "open", "refused 403"),
        ({"origin": "http://financehub.app"}, "open", "refused 403"),
        ({"origin": None}, "open", "refused 403"),
        ({"origin": "null"}, "open", "refused 403"),
        # Daphne joins the two to one that is malformed, and knows no other status; Uvicorn refuses two by itself.
        (
            {"headers": [("Origin", ORIGIN)]},
            {"daphne": "open", "uvicorn": "refused 400"},
            {"daphne": "refused 403", "uvicorn": "refused 400"},
        ),
        ({"origin": "https://www.financehub.app"}, "open", "open"),
    ],
    ids=["foreign", "other scheme", "missing", "null", "duplicated", "the second of the list"],
)
def test_origins(pair, options, unprotected, protected):
    check(pair, unprotected, protected, **options)


@pytest.mark.parametrize("proto, protected", [(None, "refused 403"), ("http", "refused 403"), ("https", "open")])
def test_plain_ws_where_wss_is_required(pair, proto, protected):
    check(pair, "open", protected, proto=proto)


def test_the_eleventh_connection_of_a_minute(pair):
    async def eleven(server):
        address = an_address()
        # What the client writes to the left of what the proxy saw changes nothing.
        return [await outcome(server, address=f"192.0.2.{number}, {address}") for number in range(11)]

    unprotected, protected = (run(eleven(server)) for server in pair)
    assert unprotected == ["open"] * 11
    assert protected == ["open"] * 10 + ["closed 4029"]


def test_a_client_that_reconnects_1_2_times_a_minute_for_an_hour(pair):
    async def an_hour(server):
        address = an_address()
        told = []
        for number in range(72):
            server.at(number * 50)
            # A token of an hour is over by then; this client brings a new one each time.
            told.append(await outcome(server, address=address, query="token=" + token(seconds=7200)))
        return told

    for server in pair:
        assert run(an_hour(server)) == ["open"] * 72
        server.at(0)


@pytest.mark.parametrize("second", [1, 10])
def test_the_101st_message_of_a_second(pair, second):
    async def messages(server):
        """How many were answered, and the close code."""
        answered = 0
        async with client(server) as socket:
            try:
                for past in range(1, second + 1):
                    server.at(past)
                    count = 100 if past < second else 101
                    for _ in range(count):
                        await socket.send(GOOD)
                    for _ in range(count):
                        await asyncio.wait_for(socket.recv(), 10)
                        answered += 1
                return answered, None
            except ConnectionClosed as end:
                return answered, end.rcvd and end.rcvd.code

    unprotected, protected = (run(messages(server)) for server in pair)
    for server in pair:
        server.at(0)
    assert unprotected == (100 * second + 1, None)
    assert protected == (100 * second, 4029)


@pytest.mark.parametrize(
    "message, unprotected, protected",
    [
        # The application does not survive it by itself.
        ('{"type":', {"daphne": "closed 1011", "uvicorn": "closed"}, "closed 4000"),
        ('{"type":"ping"}', "open", "closed 4000"),
        ('{"type":"ping","timestamp":"now"}', "open", "closed 4000"),
        ('{"type":"ping","type":"admin","timestamp":1}', "open", "closed 4000"),
        ('{"type":"ping","timestamp":9007199254740993}', "open", "closed 4000"),
        ('{"type":"ping","payload":' + '{"a":' * 40 + "1" + "}" * 40 + ',"timestamp":1}', "open", "closed 4000"),
        (b"\x00\x01", "open", "closed 4003"),
    ],
    ids=["half", "no timestamp", "timestamp of the wrong kind", "duplicate member", "unsafe number", "deep", "binary"],
)
def test_bad_messages(pair, message, unprotected, protected):
    check(pair, unprotected, protected, message)


@pytest.mark.parametrize("extra, protected", [(0, "open"), (1, "closed 4008")])
def test_too_large_text(pair, extra, protected):
    text = '{"type":"ping","timestamp":1,"padding":"' + "x" * (MIB - 42 + extra) + '"}'
    assert len(text) == MIB + extra
    check(pair, "open", protected, text)


def test_too_large_binary(pair):
    # A policy of JSON takes no binary at all, whatever its size.
    check(pair, "open", "closed 4003", bytes(MIB + 1))
