"""Plans from Python: decisions, texts, lengths and lives of handles."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from wspolicy import Connection, Engine, Kind, Moment, PolicyError

POLICY = """
wspolicy: 1
name: quotes
target: library
transport: { tls: optional }
origins: { allow: [https://app.example] }
limits:
  messageSize: 1KiB
  connections: [{ per: server, concurrent: 3 }]
  messages: [{ per: connection, atMost: 3 per 1s }]
  idleTimeout: 20s
messages: { discriminator: /type, types: { a: {}, ü: { schema: { required: [x] } } } }
serverMessages: { discriminator: /kind, types: { tick: {} } }
responseHeaders: { X-Frame-Options: DENY }
"""
TOKEN = "token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: KEY_THAT_IS_NOT_SET }] }\n"
START = Moment(10**12, 1_780_000_000 * 10**9)


def later(seconds: float) -> Moment:
    return Moment(START.ticks + int(seconds * 1e9), START.unix_nanoseconds + int(seconds * 1e9))


def fields(origin: bytes = b"https://app.example") -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", b"api.example"),
        (b"Upgrade", b"websocket"),
        (b"Connection", b"Upgrade"),
        (b"Sec-WebSocket-Version", b"13"),
        (b"Sec-WebSocket-Key", b"AAAAAAAAAAAAAAAAAAAAAA=="),
        (b"Origin", origin),
    ]


def admit(engine: Engine, **options: Any) -> Connection:
    return engine.admit(b"/ws", options.pop("headers", fields()), peer="203.0.113.7:1", at=START, **options)


def test_a_handshake_and_its_messages(compiled: Any) -> None:
    engine = Engine(compiled(POLICY))
    assert (engine.name, engine.target, len(engine.digest)) == ("quotes", "library", 64)
    connection = admit(engine)
    assert connection.admission.kind is Kind.ACCEPT
    assert connection.headers == [(b"X-Frame-Options", b"DENY")]
    assert connection.next_deadline(START) == 20.0
    assert connection.receive(b'{"type":"a"}', at=START) == Kind.FORWARD
    assert connection.decision.type == "a" and connection.decision.violation is None
    assert connection.send(b'{"kind":"tick"}', at=START) == Kind.FORWARD
    assert connection.decision.type == "tick"
    assert connection.receive('{"type":"ü"}'.encode(), at=START) == Kind.CLOSE
    told = connection.decision
    assert (told.violation, told.close_code, told.reason, told.close_wait) == (
        "schemaMismatch",
        4000,
        "message not as agreed",
        1.0,
    )
    assert told.policy is not None and told.policy.endswith("/policy.yaml:12:77")
    assert told.detail is not None and "x" in told.detail
    assert connection.receive(b"{}", at=START) == Kind.CLOSED


def test_refusals_explain_themselves(compiled: Any) -> None:
    connection = admit(Engine(compiled(POLICY).read_bytes()), headers=fields(b"https://evil.example"))
    told = connection.admission
    assert (told.kind, told.violation, told.deliver, told.status) == (Kind.REFUSE, "originForbidden", "http", 403)
    assert connection.headers == [(b"X-Frame-Options", b"DENY"), (b"Connection", b"close")]


def test_what_a_policy_asks_of_a_server(compiled: Any) -> None:
    demands = {(each.kind, each.violation, each.value) for each in Engine(compiled(POLICY)).demands}
    assert {("status", "originForbidden", 403), ("headers", None, 1), ("close_code", "binaryForbidden", 1003)} <= demands
    more = (
        "wspolicy: 1\nname: more\norigins: { allow: [https://app.example] }\n"
        "limits:\n  frameSize: 1KiB\n  fragments: 4\n  controlFrames: { rate: 5/s }\n  outboundQueue: 1MiB\n  handshakeTimeout: 3s\n"
        "  connections: [{ per: clientAddress, atMost: 20 per minute, shared: true }]\n"
        "token: { from: [{ header: Authorization }], issuer: https://a.example, introspection: { url: https://a.example/i } }\n"
    )
    found = {each.kind: each.value for each in Engine(compiled(more)).demands}
    assert found["frame_size"] == 1024 and found["fragments"] == 4 and found["control_frames"] == 5
    assert found["outbound_queue"] == 1 << 20 and found["handshake_time"] == 3 * 10**9 and found["questions"] == 2


def test_deadlines_and_queues(compiled: Any) -> None:
    connection = admit(Engine(compiled(POLICY)))
    assert connection.tick(later(19)) == Kind.WAIT
    assert connection.queued(1 << 20, later(19)) == Kind.WAIT
    assert connection.tick(later(20)) == Kind.CLOSE
    assert connection.decision.violation == "idleTimeout"
    assert connection.next_deadline(later(20)) is None


def test_counts_follow_closes_and_handles(compiled: Any) -> None:
    engine = Engine(compiled(POLICY))
    kept = [admit(engine) for _ in range(3)]
    assert admit(engine).admission.violation == "connectionCount"
    kept[0].close()
    kept[0].close()
    kept.append(admit(engine))
    assert kept[-1].admission.kind is Kind.ACCEPT
    assert admit(engine).admission.violation == "connectionCount"
    # What nobody holds is freed.
    del kept
    assert [admit(engine).admission.kind for _ in range(20)] == [Kind.ACCEPT] * 20


def test_plans_that_are_none(compiled: Any, tmp_path: Any) -> None:
    plan = compiled(POLICY).read_bytes()
    for bad in (b"", b"x", plan[:100], plan[:-1], plan + b"\0", bytes(len(plan))):
        with pytest.raises(PolicyError):
            Engine(bad)
    with pytest.raises(PolicyError):
        Engine(tmp_path / "missing")
    with pytest.raises(PolicyError, match="KEY_THAT_IS_NOT_SET"):
        Engine(compiled(POLICY + TOKEN))


def test_random_handshakes_and_messages_raise_nothing_else(compiled: Any) -> None:
    engine = Engine(compiled(POLICY))
    source = random.Random(20260101)
    alphabet = [b"Host", b"Origin", b"upgrade", b"\0", b"", b"\xff" * 40, b"https://app.example", b"a" * 70_000]
    for _ in range(400):
        headers = [(source.choice(alphabet), source.choice(alphabet)) for _ in range(source.randrange(12))]
        peer = source.choice(["", "203.0.113.7:1", "nothing", "[::1]:2", "\0", "1" * 5000])
        target = source.choice([b"", b"/", b"/ws?token=", source.randbytes(30)])
        try:
            connection = engine.admit(target, headers + source.choice([[], fields()]), peer=peer, at=START)
        except PolicyError:
            assert peer not in ("", "203.0.113.7:1", "[::1]:2")
            continue
        assert connection.admission.kind in (Kind.ACCEPT, Kind.REFUSE)
        for _ in range(3):
            data = source.choice([b"", source.randbytes(20), b'{"type":"a"}', b"[" * 2000])
            assert connection.receive(data, source.random() < 0.5, START) in list(Kind)
            assert connection.send(data, True, START) in list(Kind)
        assert connection.decision.kind in list(Kind)
        connection.close()


def test_threads_share_an_engine(compiled: Any) -> None:
    engine = Engine(compiled(POLICY.replace("concurrent: 3", "concurrent: 100")))
    plan = compiled(POLICY.replace("concurrent: 3", "concurrent: 100")).read_bytes()
    wrong: list[object] = []

    def work() -> None:
        for _ in range(300):
            connection = admit(engine)
            if connection.receive(b'{"type":"a"}', at=START) != Kind.FORWARD:
                wrong.append(connection.decision)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for _ in range(50):
        engine.reload(plan)
    for each in threads:
        each.join()
    assert wrong == []
