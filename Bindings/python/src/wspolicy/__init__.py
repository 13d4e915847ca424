"""WebSocket policies: who may connect, and what may travel."""

from ._library import PolicyError
from .decision_log import DecisionLog
from .engine import Connection, Decision, Demand, Engine, Kind, Moment
from .middleware import SCOPE_KEY, WebSocketPolicyMiddleware
from .servers import PartialEnforcement, Server, Shortcoming
from .session import Disconnected

__all__ = [
    "Connection",
    "Decision",
    "DecisionLog",
    "Demand",
    "Disconnected",
    "Engine",
    "Kind",
    "Moment",
    "PartialEnforcement",
    "PolicyError",
    "SCOPE_KEY",
    "Server",
    "Shortcoming",
    "WebSocketPolicyMiddleware",
]
