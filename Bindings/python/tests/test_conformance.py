"""The language-neutral cases through the engine, and through the middleware as an ASGI server would bring them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import conformance
import pytest
from conformance import Case, fields, fits, payload
from fake_server import Application, Wire
from wspolicy import Connection, Decision, DecisionLog, Engine, Kind, Moment, WebSocketPolicyMiddleware

CASES = list(conformance.read())
WHOLE = [case for case in CASES if "frames" not in case.needs]


def moment(event: dict[str, Any]) -> Moment:
    nanoseconds = int(event["at"] * 1e9)
    return Moment(nanoseconds, nanoseconds)


def line(kind: int, decision: Decision, connection: Connection, event: dict[str, Any]) -> dict[str, Any]:
    """A decision in the words of decision lines."""
    told: dict[str, Any] = {"decision": Kind(kind).name.lower(), "connection": event["connection"]}
    if kind == Kind.ACCEPT:
        told.update(route=connection.route, subprotocol=connection.subprotocol, subject=connection.subject)
        told.update(awaitingToken=decision.awaits_token)
    if kind == Kind.AUTHENTICATED:
        told.update(subject=connection.subject)
    if kind in (Kind.ACCEPT, Kind.REFUSE):
        told.update(responseHeaders=[[name.decode(), value.decode()] for name, value in connection.headers])
    if kind == Kind.REFUSE:
        told.update(deliver=decision.deliver)
        told.update({"status": decision.status} if decision.deliver == "http" else {"closeCode": decision.close_code})
    if kind == Kind.CLOSE:
        told.update(closeCode=decision.close_code)
    told.update(violation=decision.violation, pointer=decision.pointer, type=decision.type, observed=list(decision.observed))
    return {name: value for name, value in told.items() if value is not None}


def test_there_are_cases() -> None:
    assert len(CASES) > 60 and len(WHOLE) > 50
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.fixture
def plan(compiled: Any, tmp_path: Path, monkeypatch: Any) -> Any:
    def make(case: Case) -> Path:
        for name, content in case.files.items():
            (tmp_path / name).write_text(content)
        for name, value in case.environment.items():
            monkeypatch.setenv(name, value)
        made: Path = compiled(case.policy)
        return made

    return make


@pytest.mark.parametrize("case", WHOLE, ids=lambda case: case.name)
def test_engine(case: Case, plan: Any) -> None:
    engine = Engine(plan(case))
    open_connections: dict[str, Connection] = {}
    for event, expected in case.steps:
        name, at = event["connection"], moment(event)
        told = []
        for other, connection in list(open_connections.items()):
            if other != name and connection.tick(at) == Kind.CLOSE:
                told.append(line(Kind.CLOSE, connection.decision, connection, {"connection": other}))
                del open_connections[other]
        if "handshake" in event:
            given = event["handshake"]
            connection = engine.admit(
                given["target"].encode(),
                fields(given),
                peer=given["peer"],
                tls=given["tls"],
                method=given.get("method", "").encode(),
                version=given.get("version", "").encode(),
                at=at,
            )
            kind = int(connection.admission.kind)
            told.append(line(kind, connection.admission, connection, event))
            if kind == Kind.ACCEPT:
                open_connections[name] = connection
        elif name not in open_connections:
            told.append({"decision": "closed"})
        elif "close" in event:
            open_connections.pop(name).close()
            told.append({"decision": "closed"})
        else:
            connection = open_connections[name]
            if "message" in event:
                kind = connection.receive(*payload(event["message"]), at)
            elif "serverMessage" in event:
                kind = connection.send(*payload(event["serverMessage"]), at)
            else:
                kind = connection.tick(at)
            told.append(line(kind, connection.decision, connection, event))
            if kind == Kind.CLOSE:
                del open_connections[name]
        wanted = [{"connection": name, **each} for each in expected]
        assert len(wanted) == len(told) and all(
            fits(one, {"connection": name, **other}) for one, other in zip(wanted, told)
        ), f"{event}: {told}"


class Timed:
    """A clock that stands where the event does."""

    now = Moment(0, 0)

    def __call__(self) -> Moment:
        return self.now


def scope_of(given: dict[str, Any]) -> dict[str, Any]:
    host, _, port = given["peer"].rpartition(":")
    path, _, query = given["target"].partition("?")
    return {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower(), value) for name, value in fields(given)],
        "client": (host.strip("[]"), int(port)),
        "scheme": "wss" if given["tls"] else "ws",
        "extensions": {"websocket.http.response": {}},
    }


def on_the_wire(expected: dict[str, Any]) -> dict[str, Any]:
    """What of a decision a client can see."""
    kind = expected["decision"]
    if kind == "accept":
        return {"accepted": expected.get("subprotocol")}
    if kind == "refuse":
        return {"status": expected["status"]} if expected["deliver"] == "http" else {"code": expected["closeCode"]}
    if kind == "close":
        return {"code": expected["closeCode"]}
    return {"forward": {"passed": True}, "warn": {"passed": True}}.get(kind, {})


def seen(wire: Wire, before: int) -> dict[str, Any]:
    """What a client saw since then."""
    told: dict[str, Any] = {}
    for event in wire.sent[before:]:
        if event["type"] == "websocket.accept":
            told["accepted"] = event.get("subprotocol")
        elif event["type"] == "websocket.http.response.start":
            told["status"] = event["status"]
        elif event["type"] == "websocket.close":
            told = {"code": event["code"]}
        elif event["type"] == "websocket.send":
            told["passed"] = True
    return told


# An ASGI server answers these by itself, and an application asks for no event of its own.
THROUGH_MIDDLEWARE = [
    case
    for case in WHOLE
    if not case.needs & {"serverMessages", "invalidUTF8"}
    and not any(given["handshake"].keys() & {"method", "version"} for given, _ in case.steps if "handshake" in given)
]


@pytest.mark.parametrize("case", THROUGH_MIDDLEWARE, ids=lambda case: case.name)
def test_middleware(case: Case, plan: Any) -> None:
    async def talk() -> None:
        clock = Timed()
        middleware = WebSocketPolicyMiddleware(
            Application(), plan=plan(case), server="uvicorn", allow_partial=True, clock=clock, decision_log=DecisionLog("none")
        )
        wires: dict[str, Wire] = {}
        for event, expected in case.steps:
            clock.now = moment(event)
            name = event["connection"]
            mine = [each for each in expected if "connection" not in each]
            if "tick" in event:
                # Its timer runs by the real clock: what is due shows at the next event.
                continue
            before = len(wires[name].sent) if name in wires else 0
            if "handshake" in event:
                wires[name], before = Wire(middleware, scope_of(event["handshake"])), 0
                await wires[name].settle()
            elif "close" in event:
                await wires[name].leave()
                continue
            else:
                data, is_text = payload(event["message"])
                wires[name].put({"type": "websocket.receive", **({"text": data.decode()} if is_text else {"bytes": data})})
                await wires[name].settle()
            assert [seen(wires[name], before)] == [on_the_wire(each) for each in mine], event
        for wire in wires.values():
            wire.put({"type": "websocket.disconnect", "code": 1001})
            await asyncio.wait_for(wire.task, 5)
        assert middleware.connections == 0

    asyncio.run(asyncio.wait_for(talk(), 30))


def test_the_cases_are_as_their_script_writes_them() -> None:
    script = conformance.FOLDER.parents[1] / "Scripts/make-conformance.py"
    subprocess.run([sys.executable, str(script), "--check"], check=True)
