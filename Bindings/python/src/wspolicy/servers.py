"""What ASGI servers can deliver of what a policy decides."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from typing import Iterable, Optional

from .engine import Demand


@dataclass(frozen=True)
class Server:
    """An ASGI server, as its newest release behaves."""

    name: str
    statuses: bool = True
    """Refuses a handshake by any HTTP status, with fields: the extension websocket.http.response."""
    reasons: bool = True
    accept_headers: bool = True
    any_close_code: bool = True
    """Sends codes other than 1000 and 3000 to 4999."""
    deflates: bool = False
    """Negotiates permessage-deflate without asking the application."""
    names_forger: Optional[str] = None
    """The option that tells it to take the left-most entry of X-Forwarded-For, which the client writes, for the client's address."""


SERVERS = {
    "uvicorn": Server("uvicorn", deflates=True),
    "hypercorn": Server("hypercorn", deflates=True),
    "granian": Server("granian", accept_headers=False),
    "daphne": Server("daphne", statuses=False, reasons=False, accept_headers=False, any_close_code=False),
}
UNKNOWN = Server("this server")

_MODULES = {"daphne": "daphne.server", "uvicorn": "uvicorn.server", "hypercorn": "hypercorn.run", "granian": "granian.server"}


def detect(name: Optional[str] = None) -> Server:
    """The server of this name, or else whose command runs this process, or the only one that is imported.

    Its options are those of this process's command line and environment, where they matter.
    """
    found = SERVERS[name] if name is not None else _running()
    options = sys.argv[1:]
    if found.name == "daphne" and "--proxy-headers" in options:
        return replace(found, names_forger="--proxy-headers")
    if found.name == "uvicorn":
        if _value(options, "--ws-per-message-deflate", "UVICORN_WS_PER_MESSAGE_DEFLATE").lower() in _NO:
            found = replace(found, deflates=False)
        if _believes_everybody(options):
            found = replace(found, names_forger="--forwarded-allow-ips '*'")
    return found


_NO = ("false", "0", "no", "n", "off", "f")


def _value(options: list[str], name: str, *variables: str) -> str:
    """The value that an option was given last, or else a variable of the environment; empty where none says anything."""
    for place in reversed(range(len(options))):
        given, sign, value = options[place].partition("=")
        if given == name:
            return value if sign else "".join(options[place + 1 : place + 2])
    return next(filter(None, (os.environ.get(each, "") for each in variables)), "")


def _believes_everybody(options: list[str]) -> bool:
    """Whether Uvicorn takes every entry of X-Forwarded-For for a proxy's, and so the left-most for the client's."""
    said = [each for each in options if each in ("--proxy-headers", "--no-proxy-headers")]
    if said[-1:] == ["--no-proxy-headers"] or not said and os.environ.get("UVICORN_PROXY_HEADERS", "").lower() in _NO:
        return False
    trusted = _value(options, "--forwarded-allow-ips", "UVICORN_FORWARDED_ALLOW_IPS", "FORWARDED_ALLOW_IPS")
    # A network of every address is the same in other words.
    return trusted.strip() == "*" or any(each.strip() in ("0.0.0.0/0", "::/0") for each in trusted.split(","))


def _running() -> Server:
    command = os.path.basename(sys.argv[0] if sys.argv else "")
    if command == "__main__.py":
        command = os.path.basename(os.path.dirname(sys.argv[0]))
    if command in SERVERS:
        return SERVERS[command]
    loaded = [name for name, module in _MODULES.items() if module in sys.modules]
    return SERVERS[loaded[0]] if len(loaded) == 1 else UNKNOWN


class PartialEnforcement(Exception):
    """The policy asks for what this server cannot deliver; `allow_partial=True` takes what it can."""

    def __init__(self, shortcomings: Iterable[Shortcoming]) -> None:
        self.shortcomings = list(shortcomings)
        super().__init__("; ".join(str(each) for each in self.shortcomings if each.is_demanded))


@dataclass(frozen=True)
class Shortcoming:
    """What a server does not deliver."""

    text: str
    is_demanded: bool
    """Whether the policy asks for it."""

    def __str__(self) -> str:
        return self.text


def _names(demands: Iterable[Demand]) -> str:
    return ", ".join(f"{each.violation} ({each.value})" for each in demands)


def code_for(server: Server, code: Optional[int]) -> int:
    """The code that the server can send in place of one that it cannot: 1003 becomes 4003."""
    if code is None:
        return 1000
    if server.any_close_code or code == 1000 or code >= 3000:
        return code
    return 3000 + code


def shortcomings(server: Server, demands: list[Demand], target: str) -> list[Shortcoming]:
    """What of a policy this server does not deliver, and whether the policy asks for it."""
    found = []

    def of(kind: str) -> list[Demand]:
        return [each for each in demands if each.kind == kind]

    for kind, what in (
        ("frame_size", "frame sizes"),
        ("fragments", "fragments"),
        ("control_frames", "pings and other control frames"),
        ("outbound_queue", "what waits for a client that does not read"),
        ("handshake_time", "how long a handshake takes to arrive"),
    ):
        found.append(Shortcoming(f"no ASGI server shows {what}", bool(of(kind))))
    found.append(Shortcoming("no ASGI server shows pongs: a client that only listens is closed after `idleTimeout`", False))
    if of("questions"):
        found.append(Shortcoming("nobody is asked here about opaque tokens, shared limits and shared lists of who is revoked", True))
    if not server.statuses:
        others = [each for each in of("status") if each.value != 403]
        text = f"{server.name} refuses handshakes by 403 alone"
        found.append(Shortcoming(f"{text}: {_names(others)}" if others else text, bool(others)))
    if not server.accept_headers:
        found.append(Shortcoming(f"{server.name} sends no fields with an accepted handshake", bool(of("headers"))))
    if not server.reasons:
        found.append(Shortcoming(f"{server.name} sends no close reasons", bool(of("reason"))))
    if not server.any_close_code:
        others = [each for each in of("close_code") if 1000 < each.value < 3000]
        text = f"{server.name} closes by 1000 and 3000 to 4999 alone"
        found.append(Shortcoming(f"{text}: {_names(others)}" if others else text, bool(others)))
    if server.deflates:
        found.append(Shortcoming(f"{server.name} negotiates compression by itself, and inflates before the policy looks", False))
    if server.names_forger:
        found.append(Shortcoming(f"{server.name} {server.names_forger} believes an address that the client writes", True))
    if target in ("gateway", "nio"):
        advice = "say `target: asgi` to have it linted for this place"
        found.append(Shortcoming(f"the policy is written for target {target}; {advice}", False))
    return found
