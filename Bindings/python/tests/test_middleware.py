"""The middleware against a server in this process, with time passed in."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Awaitable, Callable

import jwt
import pytest
from fake_server import START, Application, Clock, Wire, scope
from wspolicy import SCOPE_KEY, DecisionLog, PartialEnforcement, PolicyError, WebSocketPolicyMiddleware

KEY = "a-key-of-the-tests-that-protects-nothing"
POLICY = """
wspolicy: 1
name: quotes
target: asgi
transport: { tls: required, trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor }
origins: { allow: [https://app.example] }
limits:
  messageSize: 1KiB
  connections: [{ per: clientAddress, atMost: 10 per minute }, { per: server, concurrent: 2 }]
  messages: [{ per: connection, atMost: 3 per 1s }]
  idleTimeout: 20s
messages: { schema: { type: object, required: [type] } }
serverMessages: { onViolation: drop, schema: { type: object } }
"""
TOKENS = """
wspolicy: 1
name: tokens
target: asgi
transport: { tls: optional }
origins: { allow: [https://app.example] }
token:
  from: [{ header: Authorization }, { message: /token }]
  algorithms: [HS256]
  keys: [{ env: TESTS_JWT_KEY }]
  renew: { type: renew, message: /token }
limits: { connections: [{ per: subject, concurrent: 1 }] }
messages: { discriminator: /type, types: { renew: {}, quote: {} } }
"""


def token(subject: str = "42", seconds: float = 3600, key: str = KEY) -> str:
    return jwt.encode({"sub": subject, "exp": START + seconds}, key, algorithm="HS256")


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


class Setup:
    """A middleware over an application that echoes, with a clock."""

    def __init__(self, compiled: Any, policy: str = POLICY, **options: Any) -> None:
        self.clock = Clock()
        self.application = Application()
        self.log: list[dict[str, Any]] = []
        options.setdefault("decision_log", DecisionLog(write=lambda line: self.log.append(json.loads(line))))
        options.setdefault("server", "uvicorn")
        self.middleware = WebSocketPolicyMiddleware(
            options.pop("application", self.application), plan=compiled(policy), clock=self.clock, **options
        )

    async def open(self, **given: Any) -> Wire:
        wire = Wire(self.middleware, scope(**given))
        await wire.settle()
        return wire


def test_what_is_no_websocket_is_handed_on_untouched(compiled: Any) -> None:
    seen = []

    async def application(given: Any, receive: Any, send: Any) -> None:
        seen.append((given, receive, send))

    async def test() -> None:
        middleware = Setup(compiled, application=application).middleware
        for kind in ("http", "lifespan"):
            triple = ({"type": kind}, object(), object())
            await middleware(*triple)  # type: ignore[arg-type]
            assert seen.pop() == triple

    run(test)


def test_messages_pass_and_are_counted(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        wire = await setup.open()
        assert wire.sent == [{"type": "websocket.accept", "headers": []}]
        await wire.text('{"type":"a"}')
        assert wire.sent[1:] == [{"type": "websocket.send", "text": '{"type":"a"}'}]
        assert setup.application.scopes[0][SCOPE_KEY] == {
            "policy": "quotes",
            "route": None,
            "subject": None,
            "claims": None,
        }
        await wire.leave()
        assert setup.application.events[-1] == {"type": "websocket.disconnect", "code": 1001}
        assert setup.middleware.metrics() == {"accept": {"-": 1}, "forward": {"-": 1}}
        assert setup.middleware.connections == 0
        assert setup.log == []

    run(test)


@pytest.mark.parametrize(
    "given, status, violation",
    [
        ({"origin": None}, 403, "originMissing"),
        ({"origin": "https://evil.example"}, 403, "originForbidden"),
        ({"origin": "null"}, 403, "originForbidden"),
        ({"origin": "\xff\x00"}, 400, "badHandshake"),
        ({"headers": [(b"origin", b"https://app.example")]}, 400, "badHandshake"),
        ({"scheme": "ws"}, 403, "tlsRequired"),
        ({"target": "/ws/../admin"}, 404, "pathForbidden"),
        ({"headers": [(b"x", b"a" * 20000)]}, 431, "handshakeTooLarge"),
    ],
)
def test_refusals_by_status(compiled: Any, given: Any, status: int, violation: str) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        wire = await setup.open(**given)
        await asyncio.wait_for(wire.task, 5)
        assert wire.status == status
        assert wire.sent[-1]["more_body"] is False
        assert (b"connection", b"close") in wire.sent[0]["headers"]
        newer = await setup.open(http_version="2", **given)
        assert newer.status == status and b"connection" not in dict(newer.sent[0]["headers"])
        assert setup.application.scopes == []
        assert setup.middleware.metrics() == {"refuse": {violation: 2}}
        assert setup.log[0]["violation"] == violation and setup.log[0]["status"] == status
        # A server without the extension makes 403 of a close.
        other = await setup.open(extensions=False, **given)
        assert other.sent == [{"type": "websocket.close", "code": 1000}]

    run(test)


def test_the_eleventh_handshake_of_a_minute_and_twelve_in_ten_minutes(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        for number in range(12):
            wire = await setup.open()
            if number < 10:
                assert wire.status is None
                await wire.leave()
            else:
                assert wire.status == 429
                assert (b"retry-after", b"60") in wire.sent[0]["headers"]
        # 1.2 a minute for an hour.
        for number in range(72):
            setup.clock.seconds = 60 + number * 50
            wire = await setup.open()
            assert wire.status is None
            await wire.leave()
        assert setup.middleware.metrics()["refuse"] == {"connectionRate": 2}

    run(test)


def test_the_client_is_the_one_that_the_trusted_proxy_saw(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        for number in range(11):
            forged = f"192.0.2.{number}, 198.51.100.7".encode()
            wire = await setup.open(client=("10.0.0.2", 1), headers=[(b"x-forwarded-for", forged), (b"x-forwarded-proto", b"https")])
            assert (wire.status == 429) == (number == 10)
            if wire.status is None:
                await wire.leave()
        # Without a proxy the field means nothing.
        for number in range(11):
            wire = await setup.open(headers=[(b"x-forwarded-for", f"192.0.2.{number}".encode())])
            assert (wire.status == 429) == (number == 10)
            if wire.status is None:
                await wire.leave()

    run(test)


ENDS = [
    "leaves",
    "violates",
    "is closed by the application",
    "application raises",
    "is cancelled",
    "is never accepted",
    "is refused by the application",
    "goes before it is accepted",
    "sending fails",
]


@pytest.mark.parametrize("end", ENDS)
def test_whatever_ends_a_connection_its_count_is_given_back(compiled: Any, end: str) -> None:
    async def application(given: Any, receive: Any, send: Any) -> None:
        await receive()
        if end == "is never accepted":
            return
        if end == "is refused by the application":
            await send({"type": "websocket.close", "code": 1000})
            return
        if end == "goes before it is accepted":
            assert (await receive())["type"] == "websocket.disconnect"
            return
        await send({"type": "websocket.accept"})
        event = await receive()
        if end == "sending fails":
            await send({"type": "websocket.send", "text": "{}"})
        elif end == "is closed by the application":
            await send({"type": "websocket.close", "code": 3000})
            assert (await receive())["type"] == "websocket.disconnect"
        elif end == "application raises":
            raise ValueError("of the application")
        else:
            assert event["type"] == "websocket.disconnect"

    async def test() -> None:
        setup = Setup(compiled, application=application)
        for number in range(8):
            setup.clock.seconds = number * 60
            wire = await setup.open()
            assert wire.status is None, f"connection {number} is refused"
            if end in ("leaves", "goes before it is accepted"):
                await wire.leave()
            elif end == "sending fails":
                wire.fails = True
                await wire.text('{"type":"a"}')
            elif end == "violates":
                await wire.text("{}")
                assert wire.closes == [4000]
            elif end == "is cancelled":
                wire.task.cancel()
            else:
                await wire.text('{"type":"a"}')
            outcome = await asyncio.wait_for(asyncio.gather(wire.task, return_exceptions=True), 5)
            if end == "application raises":
                assert isinstance(outcome[0], ValueError)
            elif end == "sending fails":
                assert isinstance(outcome[0], ConnectionResetError)
            elif end == "is cancelled":
                assert isinstance(outcome[0], asyncio.CancelledError)
            else:
                assert outcome == [None]
        assert setup.middleware.connections == 0

    run(test)


def test_the_fourth_message_of_a_second_closes_in_the_first_and_in_the_tenth(compiled: Any) -> None:
    async def test() -> None:
        for second in (0, 9):
            setup = Setup(compiled)
            wire = await setup.open()
            for past in range(second):
                setup.clock.seconds = past
                for _ in range(3):
                    await wire.text('{"type":"a"}')
            setup.clock.seconds = second
            for _ in range(4):
                await wire.text('{"type":"a"}')
            assert wire.closes == [4029]
            assert len(setup.application.texts) == 3 * (second + 1)
            await asyncio.wait_for(wire.task, 5)

    run(test)


def test_nothing_arrives_after_a_violation(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        wire = await setup.open()
        wire.answers_close = False
        wire.put({"type": "websocket.receive", "text": "{}"})
        for _ in range(3):
            wire.put({"type": "websocket.receive", "text": '{"type":"a"}'})
        await wire.settle()
        assert wire.closes == [4000]
        assert setup.application.texts == []
        await wire.leave(1006)
        # The application is told what the policy closed with.
        assert setup.application.events[-1] == {
            "type": "websocket.disconnect",
            "code": 4000,
            "reason": "message not as agreed",
        }

    run(test)


def test_a_peer_that_never_answers_a_close_holds_the_application_for_close_wait_alone(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled, POLICY.replace("idleTimeout: 20s", "idleTimeout: 20s\n  closeWait: 100ms"))
        wire = await setup.open()
        wire.answers_close = False
        await wire.text("{}")
        assert setup.application.events[-1]["type"] == "websocket.connect"
        await asyncio.wait_for(wire.task, 5)
        assert setup.application.events[-1]["code"] == 4000

    run(test)


def test_an_application_that_only_sends_ends_too(compiled: Any) -> None:
    ended = []

    async def application(given: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "{}"})
                await asyncio.sleep(0.01)
        except OSError:
            ended.append(True)
            raise

    async def test() -> None:
        setup = Setup(compiled, POLICY.replace("idleTimeout: 20s", "idleTimeout: 50ms\n  closeWait: 50ms"), application=application)
        # Real time, since nobody asks for events here.
        setup.middleware.clock = None
        wire = await setup.open()
        await asyncio.wait_for(wire.task, 5)
        assert wire.closes == [4408]
        assert ended == [True]

    run(test)


def test_messages_of_the_server_are_decided(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        wire = await setup.open()

        async def application(given: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": "[1]"})
            await send({"type": "websocket.send", "text": '{"a":1}'})
            with pytest.raises(ValueError, match="exactly one"):
                await send({"type": "websocket.send", "text": "{}", "bytes": b""})
            await send({"type": "websocket.send", "bytes": b"\x00"})
            await send({"type": "websocket.send", "text": "{}"})
            await receive()

        setup.middleware.app = application
        other = await setup.open()
        # Binary is not what the section allows, and no word of it softens that.
        assert [event["text"] for event in other.sent if event["type"] == "websocket.send"] == ['{"a":1}']
        assert other.closes == [1003]
        assert setup.log[0]["decision"] == "drop" and setup.log[0]["event"] == "server message"
        await wire.leave()

    run(test)


def test_the_first_message_brings_the_token(compiled: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TESTS_JWT_KEY", KEY)

    async def application(given: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "welcome"})
        while (event := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": json.dumps([event["text"], given[SCOPE_KEY]["subject"]])})

    async def test() -> None:
        setup = Setup(compiled, TOKENS, application=application)
        wire = await setup.open()
        assert [event["type"] for event in wire.sent] == ["websocket.accept"]
        await wire.text(json.dumps({"token": token()}))
        # What the server had to say came when the client had said who it is.
        assert [event["text"] for event in wire.sent[1:]] == ["welcome"]
        await wire.text('{"type":"quote"}')
        assert json.loads(wire.sent[-1]["text"]) == ['{"type":"quote"}', "42"]
        await wire.text(json.dumps({"type": "renew", "token": token("7")}))
        assert wire.closes == [4003]
        await asyncio.wait_for(wire.task, 5)
        # A second connection of the same subject while the first is open.
        first = await setup.open(headers=[(b"authorization", f"Bearer {token()}".encode())])
        second = await setup.open()
        await second.text(json.dumps({"token": token()}))
        assert second.closes == [4029] and first.closes == []
        third = await setup.open()
        await third.text(json.dumps({"token": token(key="a-guess-that-is-as-long-as-a-key-must-be")}))
        assert third.closes == [4003]
        fourth = await setup.open()
        await fourth.text('{"type":"quote"}')
        assert fourth.closes == [4001]
        for wire in (first, second, third, fourth):
            wire.put({"type": "websocket.disconnect", "code": 1006})
            await asyncio.wait_for(wire.task, 5)
        assert not any(KEY in json.dumps(line) or token() in json.dumps(line) for line in setup.log)

    run(test)


def test_what_was_held_back_leaves_in_order_before_what_is_sent_later(compiled: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TESTS_JWT_KEY", KEY)
    sends: list[Any] = []

    async def application(given: Any, receive: Any, send: Any) -> None:
        sends.append(send)
        await receive()
        await send({"type": "websocket.accept"})
        for text in ("one", "two"):
            await send({"type": "websocket.send", "text": text})
        while (event := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": event["text"]})

    async def test() -> None:
        setup = Setup(compiled, TOKENS, application=application)
        wire = await setup.open()
        wire.gate = asyncio.Event()
        await wire.text(json.dumps({"token": token()}))
        later = [asyncio.ensure_future(sends[0]({"type": "websocket.send", "text": text})) for text in ("three", "four")]
        await wire.settle()
        assert wire.texts == []
        wire.gate.set()
        await wire.settle()
        assert wire.texts == ["one", "two", "three", "four"]
        await asyncio.gather(*later)
        await wire.leave()
        # The client goes while what was held back leaves.
        wire = await setup.open()
        wire.gate = asyncio.Event()
        await wire.text(json.dumps({"token": token()}))
        late = asyncio.ensure_future(sends[1]({"type": "websocket.send", "text": "three"}))
        await wire.settle()
        await wire.leave()
        wire.gate.set()
        await wire.settle()
        assert wire.texts == ["one"]
        assert isinstance(late.exception(), OSError)

    run(test)


def test_what_was_held_back_for_a_client_that_may_be_nobody_leaves_with_its_first_message(
    compiled: Any, monkeypatch: Any
) -> None:
    monkeypatch.setenv("TESTS_JWT_KEY", KEY)

    async def application(given: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": "welcome"})
        assert (await receive())["text"] == '{"type":"quote"}'
        if given["path"] == "/echo":
            await send({"type": "websocket.send", "text": "answer"})
        await send({"type": "websocket.close", "code": 1000})

    async def test() -> None:
        setup = Setup(compiled, TOKENS.replace("algorithms", "absent: allow\n  algorithms"), application=application)
        for path, texts in (("/echo", ["welcome", "answer"]), ("/quiet", ["welcome"])):
            wire = await setup.open(target=path)
            assert wire.texts == []
            await wire.text('{"type":"quote"}')
            assert wire.texts == texts
            assert wire.closes == [1000]

    run(test)


def test_the_end_of_a_token_in_a_message_is_waited_for(compiled: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TESTS_JWT_KEY", KEY)
    policy = TOKENS.replace("algorithms", "clockSkew: 1s\n  algorithms").replace(
        "limits: {", "limits: { beforeToken: { within: 50s }, idleTimeout: unlimited,"
    )

    async def test() -> None:
        loop = asyncio.get_running_loop()
        call_later = loop.call_later
        armed: list[tuple[float, Any, asyncio.TimerHandle]] = []

        def watched(delay: float, callback: Any, *arguments: Any, **more: Any) -> asyncio.TimerHandle:
            handle = call_later(delay, callback, *arguments, **more)
            if getattr(callback, "__name__", "") == "_due":
                armed.append((delay, callback, handle))
            return handle

        monkeypatch.setattr(loop, "call_later", watched)
        setup = Setup(compiled, policy)
        wire = await setup.open()
        await wire.text(json.dumps({"token": token(seconds=5)}))
        await wire.text(json.dumps({"type": "renew", "token": token(seconds=20)}))
        assert [round(delay) for delay, _, _ in armed] == [50, 6, 21]
        assert [handle.cancelled() for _, _, handle in armed] == [True, True, False]
        setup.clock.seconds = 21
        armed[-1][1]()
        await wire.settle()
        assert wire.closes == [4002]

    run(test)


def test_a_refusal_by_close_opens_and_closes_and_its_sockets_are_bounded(compiled: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("TESTS_JWT_KEY", KEY)
    policy = TOKENS.replace(", { message: /token }", "").replace("  renew: { type: renew, message: /token }\n", "")
    policy += "responses: { tokenMissing: { deliver: close } }\n"

    async def test() -> None:
        setup = Setup(compiled, policy, max_refused_sockets=1)
        silent = Wire(setup.middleware, scope())
        silent.answers_close = False
        await silent.settle()
        assert [event["type"] for event in silent.sent] == ["websocket.accept", "websocket.close"]
        assert silent.closes == [4001]
        beyond = await setup.open()
        assert beyond.status == 401
        # It is not waited for longer than `closeWait`, a second.
        await asyncio.wait_for(silent.task, 5)
        again = await setup.open()
        assert again.closes == [4001]
        assert setup.application.scopes == []

    run(test)


def test_observe_mode_reports_and_refuses_nothing_and_a_reload_enforces(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled, POLICY + "mode: observe\n")
        wire = await setup.open(origin="https://evil.example")
        await wire.text("{}")
        assert setup.application.texts == ["{}"]
        metrics = setup.middleware.metrics()
        assert metrics["observe"] == {"originForbidden": 1, "schemaMismatch": 1}
        assert [line["observed"] for line in setup.log] == [["originForbidden"], ["schemaMismatch"]]
        compiled(POLICY)
        setup.middleware.reload()
        refused = await setup.open(origin="https://evil.example")
        assert refused.status == 403
        # The open connection stays with the plan that admitted it.
        await wire.text("{}")
        assert setup.application.texts == ["{}", "{}"]
        await wire.leave()

    run(test)


def test_a_newer_plan_that_cannot_be_leaves_everything_as_it_was(compiled: Any, tmp_path: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled)
        digest = setup.middleware.engine.digest
        for bad in (b"", b"no plan", compiled(POLICY).read_bytes()[:-1]):
            with pytest.raises(PolicyError):
                setup.middleware.reload(bad)
        with pytest.raises(PolicyError):
            setup.middleware.reload(tmp_path / "missing")
        assert setup.middleware.engine.digest == digest
        refused = await setup.open(origin="https://evil.example")
        assert refused.status == 403

    run(test)


def test_a_newer_plan_that_demands_what_the_server_cannot_is_not_taken(compiled: Any) -> None:
    async def test() -> None:
        with pytest.raises(PartialEnforcement, match="403 alone"):
            Setup(compiled, server="daphne")
        setup = Setup(compiled, server="daphne", allow_partial=True)
        setup.middleware.allow_partial = False
        digest = setup.middleware.engine.digest
        with pytest.raises(PartialEnforcement):
            setup.middleware.reload(compiled(POLICY.replace("quotes", "newer")))
        assert setup.middleware.engine.digest == digest

    run(test)


def test_an_unknown_server_that_shows_less_serves_nobody(compiled: Any) -> None:
    async def test() -> None:
        setup = Setup(compiled, server=None)
        for _ in range(3):
            wire = await setup.open(extensions=False)
            assert isinstance(wire.task.exception(), PartialEnforcement)
            assert wire.sent == []
        assert setup.application.scopes == []
        setup.middleware.allow_partial = True
        wire = await setup.open(extensions=False)
        assert [event["type"] for event in wire.sent] == ["websocket.accept"]
        await wire.leave()

    run(test)


def test_fields_of_servers_that_show_less(compiled: Any) -> None:
    policy = POLICY.replace("tls: required", "tls: optional") + "subprotocols: { allow: [quotes.v1], absent: deny }\n"

    async def test() -> None:
        setup = Setup(compiled, policy)
        # By HTTP/2 the fields of the upgrade are missing; some servers take the offer out of the fields.
        given = scope(subprotocols=["other", "quotes.v1"])
        given["headers"] = [pair for pair in given["headers"] if pair[0] in (b"host", b"origin")]
        wire = Wire(setup.middleware, given)
        await wire.settle()
        assert wire.sent[0]["subprotocol"] == "quotes.v1"
        await wire.leave()
        # Half of an upgrade is none.
        given = scope(headers=[(b"sec-websocket-protocol", b"quotes.v1")])
        given["headers"] = [pair for pair in given["headers"] if pair[0] != b"upgrade"]
        wire = Wire(setup.middleware, given)
        await wire.settle()
        assert wire.status == 400
        # A Unix socket, or a test client with a name for an address.
        for client in (None, ("testclient", 50000), ("", 0)):
            wire = await setup.open(client=client, headers=[(b"sec-websocket-protocol", b"quotes.v1")])
            assert wire.status is None
            await wire.leave()
        wire = await setup.open(
            client=("fe80::1%eth0", "7"), headers=[(b"sec-websocket-protocol", b"quotes.v1")], scheme="ws", raw_path=None
        )
        assert wire.status is None
        await wire.leave()

    run(test)


def test_hostile_events_of_a_server_do_not_pass(compiled: Any) -> None:
    async def test() -> None:
        for event in (
            {"type": "websocket.receive"},
            {"type": "websocket.receive", "text": None, "bytes": None},
            {"type": "websocket.receive", "text": '{"type":"a"}', "bytes": b"{}"},
            {"type": "websocket.receive", "text": 7},
        ):
            setup = Setup(compiled)
            wire = await setup.open()
            wire.put(event)
            await wire.settle()
            assert wire.closes == [1011]
            assert setup.application.texts == []
            await asyncio.wait_for(wire.task, 5)
        setup = Setup(compiled)
        wire = await setup.open()
        await wire.text('{"type":"\ud800"}')
        assert wire.closes == [1007]
        await asyncio.wait_for(wire.task, 5)

    run(test)
