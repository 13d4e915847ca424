"""The language-neutral cases of Tests/Conformance: their format is described in Tests/Conformance/README.md."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator

FOLDER = Path(__file__).parents[3] / "Tests/Conformance"

_UPGRADE = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
]


@dataclass
class Case:
    """A policy, events, and what is decided about each."""

    name: str
    policy: str
    needs: set[str]
    files: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[dict[str, Any], list[dict[str, Any]]]] = field(default_factory=list)


def read() -> Iterator[Case]:
    """All cases of all files."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        case = None
        event = None
        for line in path.read_text(encoding="utf-8").splitlines():
            given = json.loads(line)
            if "case" in given:
                if case is not None:
                    yield case
                name = f"{path.stem}: {given.pop('case')}"
                case = Case(name, given.pop("policy"), set(given.pop("needs")), **given)
            elif "expect" in given:
                assert case is not None and event is not None, line
                case.steps.append((event, given["expect"]))
                event = None
            else:
                assert event is None, line
                event = given
        if case is not None:
            yield case


def fields(handshake: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """The fields of a handshake, with those of the upgrade where none of them is given."""
    given = [(name.encode(), value.encode()) for name, value in handshake["headers"]]
    names = {name.lower() for name, _ in given}
    if not any(name.lower().encode() in names for name, _ in _UPGRADE):
        given += [(name.encode(), value.encode()) for name, value in _UPGRADE]
    return given


def payload(message: dict[str, Any]) -> tuple[bytes, bool]:
    """The bytes of a message, and whether it is text."""
    if "text" in message:
        return message["text"].encode("utf-8"), message.get("opcode", "text") == "text"
    return base64.b64decode(message["base64"], validate=True), message["opcode"] == "text"


def fits(expected: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether a decision has the members of the expected one, and observes nothing else."""
    return {"observed": [], **expected}.items() <= {"observed": [], **told}.items()
