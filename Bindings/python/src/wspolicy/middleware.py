"""A policy in front of an ASGI application."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from typing import Awaitable, Callable, Optional, Union

from ._library import PolicyError
from .decision_log import DecisionLog
from .engine import Connection, Engine, Kind, Moment, plan_bytes
from .handshake import Scope, headers_of, is_tls, peer_of, target_of
from .refusal import Receive, Refusal, Send
from .server_logs import hide_queries
from .servers import UNKNOWN, PartialEnforcement, Server, Shortcoming, detect, shortcomings
from .session import Disconnected, Session

Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Clock = Callable[[], Moment]

log = logging.getLogger("wspolicy")

SCOPE_KEY = "wspolicy"
"""Where the application finds whom a connection belongs to: a dict with `subject`, `claims`, `route` and `policy`."""


class WebSocketPolicyMiddleware:
    """Decides every opening handshake and every message by a policy, before the application sees it.

    Args:
        app: the ASGI application; what is no WebSocket goes to it untouched.
        plan: a compiled policy, as a file's path or as its bytes.
        server: `uvicorn`, `hypercorn`, `granian` or `daphne`; found by itself where the server's command runs the process.
        allow_partial: take a policy of which this server cannot deliver all; what it cannot is logged at start-up.
        tls: whether the server's listeners are TLS, where it does not say so itself (Daphne).
        reload_every: seconds after which a changed plan file, and lists of revoked tokens, are read anew, at the next
            handshake or deadline; 0: never.
        decision_log: where decisions are written; denials as JSON to the logger `wspolicy.decisions` where left out.
        max_refused_sockets: sockets that are open only to be closed by a code; beyond that a refusal is by HTTP.
        clock: what time it is; the system's clocks where left out.
    """

    def __init__(
        self,
        app: Application,
        plan: Union[bytes, str, "os.PathLike[str]"],
        *,
        server: Optional[str] = None,
        allow_partial: bool = False,
        tls: Optional[bool] = None,
        reload_every: float = 0,
        decision_log: Optional[DecisionLog] = None,
        max_refused_sockets: int = 1000,
        clock: Optional[Clock] = None,
    ) -> None:
        self.app = app
        self.engine = Engine(plan)
        self.server: Server = detect(server)
        self.allow_partial = allow_partial
        self.tls = tls
        self.counts: Counter[tuple[str, str]] = Counter()
        self.decision_log = decision_log or DecisionLog()
        self.clock = clock
        self._plan = plan
        self._reload_every = reload_every if not isinstance(plan, bytes) else 0
        self._looked_at = time.monotonic()
        self._stamp = self._file_stamp()
        self._said: Optional[str] = None
        self._max_refused_sockets = max_refused_sockets
        self._refused_sockets = 0
        self._connections = 0
        self._knows_extensions = self.server is not UNKNOWN
        self.shortcomings = self._report()
        hide_queries()

    # Start-up

    def _report(self) -> list[Shortcoming]:
        """Says what this server does not deliver; refuses what the policy asks for of it, unless told otherwise."""
        found = shortcomings(self.server, self.engine.demands, self.engine.target)
        demanded = [each for each in found if each.is_demanded]
        if demanded and not self.allow_partial:
            raise PartialEnforcement(found)
        for note in self.engine.notes:
            log.warning("policy %s: %s", self.engine.name, note)
        for each in found:
            log.log(logging.WARNING if each.is_demanded else logging.INFO, "policy %s: %s", self.engine.name, each)
        return found

    def _learn(self, scope: Scope) -> None:
        """What a server that is not known can do shows with its first connection."""
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            self.server = Server("this server", statuses=False)
            # Raises for every connection where the policy asks for more.
            self.shortcomings = self._report()
        self._knows_extensions = True

    # Reloading

    def reload(self, plan: Union[bytes, str, "os.PathLike[str]", None] = None) -> None:
        """Puts a newer plan in place; connections that are open keep theirs. After an error everything is as it was."""
        newer = self._plan if plan is None else plan
        # Read once: what is looked at is what is taken.
        content = newer if isinstance(newer, bytes) else plan_bytes(newer)
        stamp = self._file_stamp() if plan is None else None
        trial = Engine(content)
        found = shortcomings(self.server, trial.demands, trial.target)
        if any(each.is_demanded for each in found) and not self.allow_partial:
            raise PartialEnforcement(found)
        self.engine.reload(content)
        self._plan = newer
        self._stamp = stamp or self._file_stamp()
        self.shortcomings = found
        log.info("policy %s: loaded, sources %s", self.engine.name, self.engine.digest[:12])

    def reload_revocations(self) -> None:
        """Reads the lists of `token.revoked` anew; connections of who is revoked close at their next event."""
        self.engine.reload_revocations()

    def _file_stamp(self) -> Optional[tuple[int, int, int]]:
        if isinstance(self._plan, bytes):
            return None
        try:
            facts = os.stat(self._plan)
        except OSError:
            return None
        return (facts.st_ino, facts.st_mtime_ns, facts.st_size)

    def look_for_changes(self) -> None:
        """Reads anew what has changed, where it is time to look; after an error the plan that runs keeps running."""
        now = time.monotonic()
        if not self._reload_every or now - self._looked_at < self._reload_every:
            return
        self._looked_at = now
        try:
            self.engine.reload_revocations()
            stamp = self._file_stamp()
            if stamp is not None and stamp != self._stamp:
                self._stamp = stamp
                self.reload()
            self._said = None
        except (PolicyError, PartialEnforcement) as problem:
            # Said once.
            if str(problem) != self._said:
                log.error("policy %s: kept, the newer one is refused: %s", self.engine.name, problem)
            self._said = str(problem)

    # Connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Decides a WebSocket, and hands on everything else."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        if not self._knows_extensions:
            self._learn(scope)
        self.look_for_changes()
        connection = self._admit(scope)
        self._connections += 1
        try:
            if connection.admission.kind is Kind.ACCEPT:
                await self._run(connection, scope, receive, send)
            else:
                await self._refuse(connection, scope, receive, send)
        finally:
            connection.close()
            self._connections -= 1

    async def _run(self, connection: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        inner = dict(scope)
        session = Session(self, connection, inner, receive, send)
        inner[SCOPE_KEY] = session.identity
        try:
            await self.app(inner, session.receive, session.send)
        except Disconnected:
            # Nothing is wrong: the application was still sending.
            pass
        finally:
            session.finish()

    async def _refuse(self, connection: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        by_close = connection.admission.deliver == "close" and self._refused_sockets < self._max_refused_sockets
        self._refused_sockets += by_close
        try:
            await Refusal(self.server, connection, scope, receive, send).deliver(by_close)
        finally:
            self._refused_sockets -= by_close

    def _admit(self, scope: Scope) -> Connection:
        """Decides the handshake of a scope; what cannot be read is an exception, and so no connection."""
        connection = self.engine.admit(
            target=target_of(scope),
            headers=headers_of(scope),
            peer=peer_of(scope),
            tls=is_tls(scope, self.tls),
            at=self.now(),
        )
        self.note(connection, scope, "handshake")
        return connection

    def now(self) -> Optional[Moment]:
        """The moment by the middleware's clock; None lets the library look."""
        return self.clock() if self.clock is not None else None

    # Reports

    @property
    def connections(self) -> int:
        """Connections that are open, refused ones that are being told so among them."""
        return self._connections

    def metrics(self) -> dict[str, dict[str, int]]:
        """Decisions so far: by kind, then by violation (`-` where there is none). `observe` counts what would have been refused."""
        table: dict[str, dict[str, int]] = {}
        for (kind, violation), count in sorted(self.counts.items()):
            table.setdefault(kind, {})[violation] = count
        return table

    def note(self, connection: Connection, scope: Scope, event: str) -> None:
        """Counts and logs the connection's last decision, with all that is known of it."""
        decision = connection.admission if event == "handshake" else connection.decision
        kind = decision.kind.name.lower()
        self.counts[kind, decision.violation or "-"] += 1
        for violation in decision.observed:
            self.counts["observe", violation] += 1
        is_denial = decision.kind in (Kind.REFUSE, Kind.CLOSE, Kind.DROP, Kind.WARN) or bool(decision.observed)
        if not self.decision_log.wants(is_denial):
            return
        client = scope.get("client")
        self.decision_log.write(
            {
                "time": round((self.now() or Moment(0, time.time_ns())).unix_nanoseconds / 1e9, 3),
                "policy": self.engine.name,
                "event": event,
                "decision": kind,
                "violation": decision.violation,
                "observed": decision.observed,
                "type": decision.type,
                "client": client[0] if client else None,
                "path": scope.get("path"),
                "subject": connection.subject,
                "status": decision.status,
                "closeCode": decision.close_code,
                "line": decision.policy,
                "pointer": decision.pointer,
                "detail": decision.detail,
            }
        )

