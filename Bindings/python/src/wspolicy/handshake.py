"""What an ASGI scope says of its opening handshake."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Iterable, MutableMapping, Optional
from urllib.parse import quote

from .engine import Header

Scope = MutableMapping[str, Any]

_UPGRADE = {
    b"upgrade": b"websocket",
    b"connection": b"Upgrade",
    b"sec-websocket-version": b"13",
    b"sec-websocket-key": b"AAAAAAAAAAAAAAAAAAAAAA==",
}
_OFFER = b"sec-websocket-protocol"


def target_of(scope: Scope) -> bytes:
    """Path and query as they came; the path is encoded again where the server shows it decoded alone."""
    path: bytes = scope.get("raw_path") or quote(scope["path"], safe="/:@!$&'()*+,;=-._~").encode("ascii")
    query: bytes = scope.get("query_string") or b""
    return path.partition(b"?")[0] + (b"?" + query if query else b"")


def headers_of(scope: Scope) -> list[Header]:
    """A scope's fields in order, with those that a server keeps to itself.

    By HTTP/2 and HTTP/3 there are none of the upgrade, or the version alone: the server has made the handshake, and vouches
    for it. Some take the offered subprotocols out of the fields and show them beside.
    """
    headers: list[Header] = [(bytes(name), bytes(value)) for name, value in scope.get("headers") or ()]
    names = {name.lower() for name, _ in headers}
    if b"upgrade" not in names and b"sec-websocket-key" not in names:
        headers += [(name, value) for name, value in _UPGRADE.items() if name not in names]
    offered = scope.get("subprotocols")
    if offered and _OFFER not in names:
        headers.append((_OFFER, ", ".join(offered).encode("latin-1")))
    return headers


def peer_of(scope: Scope) -> Optional[str]:
    """The scope's client as an address with its port; None for a Unix socket, and for what is no address."""
    client: Optional[Iterable[Any]] = scope.get("client")
    if not client:
        return None
    host, port = list(client)[:2]
    try:
        # A zone belongs to this machine alone.
        address = ip_address(str(host).partition("%")[0])
        number = int(port or 0)
    except ValueError:
        return None
    return f"[{address}]:{number}" if address.version == 6 else f"{address}:{number}"


def is_tls(scope: Scope, otherwise: Optional[bool]) -> bool:
    """Whether this server ended TLS; `otherwise` where it does not say."""
    scheme = scope.get("scheme")
    return scheme in ("wss", "https") if scheme is not None else bool(otherwise)
