"""Plans at work: one engine for all connections, one connection for each handshake."""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass
from typing import Any, Callable, Iterable, NamedTuple, Optional, Union

from ._library import PolicyError, ffi, lib, text

Header = tuple[bytes, bytes]


class Kind(enum.IntEnum):
    """What is decided."""

    ACCEPT = lib.WSP_ACCEPT
    REFUSE = lib.WSP_REFUSE
    FORWARD = lib.WSP_FORWARD
    WARN = lib.WSP_WARN
    DROP = lib.WSP_DROP
    CLOSE = lib.WSP_CLOSE
    WAIT = lib.WSP_WAIT
    AUTHENTICATED = lib.WSP_AUTHENTICATED
    CLOSED = lib.WSP_CLOSED


class Moment(NamedTuple):
    """When an event happens; wherever one is asked for, None means now."""

    ticks: int
    """Nanoseconds of a clock that never goes back."""
    unix_nanoseconds: int
    """Nanoseconds since 1970."""


class Demand(NamedTuple):
    """What a policy asks of the server around it."""

    kind: str
    """status, close_code, reason, headers, frame_size, fragments, control_frames, outbound_queue, handshake_time, questions."""
    violation: Optional[str]
    value: int


_DELIVERIES = {int(lib.WSP_DELIVER_HTTP): "http", int(lib.WSP_DELIVER_CLOSE): "close"}

_DEMANDS = {
    lib.WSP_DEMAND_STATUS: "status",
    lib.WSP_DEMAND_CLOSE_CODE: "close_code",
    lib.WSP_DEMAND_REASON: "reason",
    lib.WSP_DEMAND_HEADERS: "headers",
    lib.WSP_DEMAND_FRAME_SIZE: "frame_size",
    lib.WSP_DEMAND_FRAGMENTS: "fragments",
    lib.WSP_DEMAND_CONTROL_FRAMES: "control_frames",
    lib.WSP_DEMAND_OUTBOUND_QUEUE: "outbound_queue",
    lib.WSP_DEMAND_HANDSHAKE_TIME: "handshake_time",
    lib.WSP_DEMAND_QUESTIONS: "questions",
}


def _violation_names() -> dict[int, str]:
    def name(number: int) -> Optional[str]:
        return text(lambda buffer, capacity: int(lib.wsp_violation_name(number, buffer, capacity)))

    found = ((number, name(number)) for number in range(1, 64))
    return {number: word for number, word in found if word is not None}


VIOLATIONS = _violation_names()
"""The names of violations by their numbers."""


@dataclass(frozen=True)
class Decision:
    """What is decided about a handshake or a message, with all that a server and an operator may want to know of it."""

    kind: Kind
    violation: Optional[str] = None
    observed: tuple[str, ...] = ()
    """What sections in observe mode would have refused with."""
    type: Optional[str] = None
    """The message's type, where the policy tells them apart."""
    deliver: Optional[str] = None
    """How a refusal is told: http, or close."""
    status: Optional[int] = None
    close_code: Optional[int] = None
    retry_after: Optional[int] = None
    awaits_token: bool = False
    close_wait: float = 0.0
    """Seconds that the peer may take to answer a close."""
    reason: Optional[str] = None
    """For the client: it says nothing of the policy."""
    policy: Optional[str] = None
    """The policy's line that decided."""
    pointer: Optional[str] = None
    detail: Optional[str] = None


def _observed(word: int) -> tuple[str, ...]:
    return tuple(name for number, name in VIOLATIONS.items() if word >> number & 1)


def _moment(at: Optional[Moment]) -> Any:
    return ffi.NULL if at is None else ffi.new("wsp_moment *", (at.ticks, at.unix_nanoseconds))


def _at(decide: Any, is_server: int) -> Callable[[Any, int, bytes, int, Any], int]:
    """A call of the library about a message, with its moment."""

    def call(call: Any, opcode: int, data: bytes, length: int, at: Any) -> int:
        call.is_server = is_server
        return int(decide(call.connection, opcode, data, length, at, ffi.addressof(call, "decision")))

    return call


def _now(name: str, decide: Callable[[Any, int, bytes, int, Any], int], opcode: int) -> Any:
    """The same for now: of the extension, or, where there is none, made of what the library has."""

    def call(call: Any, data: bytes, length: int) -> int:
        return decide(call, opcode, data, length, ffi.NULL)

    return getattr(lib, f"wspolicy_{name}_now", call)


_receive = _at(lib.wsp_receive, 0)
_send = _at(lib.wsp_send, 1)
# Found once: a look-up in the library costs a tenth of a decision.
_receive_text_now = _now("receive_text", _receive, 1)
_receive_binary_now = _now("receive_binary", _receive, 2)
_send_text_now = _now("send_text", _send, 1)
_send_binary_now = _now("send_binary", _send, 2)


def plan_bytes(path: Union[str, "os.PathLike[str]"]) -> bytes:
    """The bytes of a plan's file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as problem:
        raise PolicyError(int(lib.WSP_ERROR_FILE), f"{os.fspath(path)} cannot be read: {problem.strerror}") from None


class Engine:
    """A plan at work. One engine is shared by all threads."""

    def __init__(self, plan: Union[bytes, str, "os.PathLike[str]"]) -> None:
        """Loads a plan from its bytes or from a file; its keys come from the environment and from files."""
        made = ffi.new("wsp_engine **")
        self._handle: Any = None
        if isinstance(plan, bytes):
            self._done(lambda problem, size: lib.wsp_engine_load(plan, len(plan), made, problem, size))
        else:
            path = os.fsencode(plan)
            self._done(lambda problem, size: lib.wsp_engine_load_file(path, made, problem, size))
        self._handle = ffi.gc(made[0], lib.wsp_engine_free)

    @staticmethod
    def _done(call: Any) -> None:
        problem = ffi.new("char[]", 1024)
        code = int(call(problem, 1024))
        if code != 0:
            raise PolicyError(code, ffi.string(problem).decode("utf-8", "replace") or "the call is wrong")

    def reload(self, plan: Union[bytes, str, "os.PathLike[str]"]) -> None:
        """Puts a newer plan in place of this one's; after an error everything is as it was."""
        if isinstance(plan, bytes):
            self._done(lambda problem, size: lib.wsp_engine_reload(self._handle, plan, len(plan), problem, size))
        else:
            path = os.fsencode(plan)
            self._done(lambda problem, size: lib.wsp_engine_reload_file(self._handle, path, problem, size))

    def reload_revocations(self) -> None:
        """Reads the lists of `token.revoked` anew; after an error all of them are as they were."""
        self._done(lambda problem, size: lib.wsp_engine_reload_revocations(self._handle, problem, size))

    def _text(self, kind: int) -> str:
        return text(lambda buffer, capacity: lib.wsp_engine_text(self._handle, kind, buffer, capacity)) or ""

    @property
    def name(self) -> str:
        """The policy's name."""
        return self._text(lib.WSP_ENGINE_NAME)

    @property
    def target(self) -> str:
        """Where the policy is meant to be enforced: gateway, nio, asgi or library."""
        return self._text(lib.WSP_ENGINE_TARGET)

    @property
    def digest(self) -> str:
        """SHA-256 of the policy's files, in hexadecimal digits."""
        return self._text(lib.WSP_ENGINE_DIGEST)

    @property
    def notes(self) -> list[str]:
        """What whoever starts the server should know of the keys."""
        return self._text(lib.WSP_ENGINE_NOTES).splitlines()

    @property
    def demands(self) -> list[Demand]:
        """What the policy asks of the server around it."""
        count = int(lib.wsp_engine_demands(self._handle, ffi.NULL, 0))
        found = ffi.new("wsp_demand[]", max(count, 1))
        count = min(count, int(lib.wsp_engine_demands(self._handle, found, count)))
        return [
            Demand(_DEMANDS[found[place].kind], VIOLATIONS.get(found[place].violation), int(found[place].value))
            for place in range(count)
        ]

    def admit(
        self,
        target: bytes,
        headers: Iterable[Header],
        peer: Optional[str] = None,
        tls: bool = False,
        method: bytes = b"",
        version: bytes = b"",
        at: Optional[Moment] = None,
    ) -> "Connection":
        """Decides an opening handshake; the connection's `admission` says how.

        `headers` are pairs in order, duplicates kept; `peer` is an address with its port, IPv6 in brackets.
        """
        kept: list[Any] = []

        def given(value: bytes) -> Any:
            data = ffi.from_buffer("uint8_t[]", value) if value else ffi.NULL
            kept.append(data)
            return (data, len(value))

        pairs = [(given(name), given(value)) for name, value in headers]
        fields = ffi.new("wsp_header[]", pairs) if pairs else ffi.NULL
        handshake = ffi.new(
            "wsp_handshake *",
            {
                "method": given(method),
                "version": given(version),
                "target": given(target),
                "headers": fields,
                "header_count": len(pairs),
                "peer": given(peer.encode() if peer else b""),
                "is_tls": 1 if tls else 0,
            },
        )
        made = ffi.new("wsp_connection **")
        decision = ffi.new("wsp_decision *")
        code = int(lib.wsp_admit(self._handle, handshake, _moment(at), made, decision))
        if code < 0:
            raise PolicyError(code, "the handshake cannot be read")
        return Connection(made[0], decision)


class Connection:
    """One handshake and, where it was accepted, the connection that it opened. Used by one thread at a time."""

    __slots__ = ("_call", "_handle", "admission", "raw")

    def __init__(self, handle: Any, decision: Any) -> None:
        self._handle = ffi.gc(handle, lib.wsp_connection_free)
        self._call = ffi.new("wspolicy_call *", {"connection": handle, "decision": decision[0]})
        self.raw = ffi.addressof(self._call, "decision")
        """The last decision as the library wrote it: numbers, for whoever has no time for a `Decision`."""
        self.admission = self.decision
        """What was decided about the handshake."""

    def receive(self, data: bytes, is_text: bool = True, at: Optional[Moment] = None) -> int:
        """Decides a whole message of the client: a `Kind`, as a plain number. `decision` has the rest."""
        code: int
        if at is not None:
            code = _receive(self._call, 1 if is_text else 2, data, len(data), _moment(at))
        elif is_text:
            code = _receive_text_now(self._call, data, len(data))
        else:
            code = _receive_binary_now(self._call, data, len(data))
        return code if code > 0 else self._wrong(code)

    def send(self, data: bytes, is_text: bool = True, at: Optional[Moment] = None) -> int:
        """Decides a whole message that the server is about to send."""
        code: int
        if at is not None:
            code = _send(self._call, 1 if is_text else 2, data, len(data), _moment(at))
        elif is_text:
            code = _send_text_now(self._call, data, len(data))
        else:
            code = _send_binary_now(self._call, data, len(data))
        return code if code > 0 else self._wrong(code)

    def queued(self, byte_count: int, at: Optional[Moment] = None) -> int:
        """So many bytes wait for the client to read."""
        code: int = lib.wsp_queued(self._handle, byte_count, _moment(at), self.raw)
        return code if code > 0 else self._wrong(code)

    def tick(self, at: Optional[Moment] = None) -> int:
        """Time has passed: WAIT, or CLOSE where a deadline is met."""
        code: int = lib.wsp_tick(self._handle, _moment(at), self.raw)
        return code if code > 0 else self._wrong(code)

    def next_deadline(self, at: Optional[Moment] = None) -> Optional[float]:
        """Seconds until the next deadline if nothing happens before; None where there is none."""
        left = int(lib.wsp_next_deadline(self._handle, _moment(at)))
        if left == lib.WSP_NONE:
            return None
        return left / 1e9 if left >= 0 else self._wrong(left)

    @staticmethod
    def _wrong(code: int) -> int:
        raise PolicyError(code, "another thread uses the connection" if code == lib.WSP_ERROR_BUSY else "the call is wrong")

    @property
    def decision(self) -> Decision:
        """All of what the last call decided; ask before the next one."""
        raw = self.raw
        number = int(raw.violation)
        return Decision(
            kind=Kind(raw.kind),
            violation=VIOLATIONS.get(number),
            observed=_observed(int(raw.observed)) if raw.observed else (),
            type=self._type(int(raw.type)),
            deliver=_DELIVERIES.get(int(raw.delivery)),
            status=int(raw.status) or None,
            close_code=int(raw.close_code) or None,
            retry_after=int(raw.retry_after) or None,
            awaits_token=bool(raw.awaits_token),
            close_wait=int(raw.close_wait) / 1e9,
            reason=self._text(lib.WSP_TEXT_REASON) if number else None,
            policy=self._text(lib.WSP_TEXT_POLICY) if number else None,
            pointer=self._text(lib.WSP_TEXT_POINTER) if number else None,
            detail=self._text(lib.WSP_TEXT_DETAIL) if number else None,
        )

    def _text(self, kind: int) -> Optional[str]:
        return text(lambda buffer, capacity: lib.wsp_text(self._handle, kind, buffer, capacity))

    def _type(self, place: int) -> Optional[str]:
        if place < 0:
            return None
        side = int(self._call.is_server)
        return text(lambda buffer, capacity: lib.wsp_type_name(self._handle, place, side, buffer, capacity))

    @property
    def route(self) -> Optional[str]:
        """The route's path as the policy writes it."""
        return self._text(lib.WSP_TEXT_ROUTE)

    @property
    def subprotocol(self) -> Optional[str]:
        """The subprotocol to answer with."""
        return self._text(lib.WSP_TEXT_SUBPROTOCOL)

    @property
    def subject(self) -> Optional[str]:
        """Whom the verified token belongs to."""
        return self._text(lib.WSP_TEXT_SUBJECT)

    @property
    def claims(self) -> Optional[str]:
        """The claims of the verified token, a JSON object."""
        return self._text(lib.WSP_TEXT_CLAIMS)

    @property
    def headers(self) -> list[Header]:
        """Fields of the 101, or of the refusal."""
        lines = (self._text(lib.WSP_TEXT_HEADERS) or "").split("\r\n")
        pairs = (line.partition(": ") for line in lines if line)
        return [(name.encode("latin-1"), value.encode("utf-8")) for name, _, value in pairs]

    def close(self) -> None:
        """Ends the connection's part in every count; a second call does nothing."""
        lib.wsp_close(self._handle)
