"""What a server is found to be, and what it is said not to deliver."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from wspolicy import DecisionLog, PartialEnforcement, WebSocketPolicyMiddleware
from wspolicy.engine import Demand
from wspolicy.servers import SERVERS, UNKNOWN, code_for, detect, shortcomings

ALL = [
    Demand("status", "originForbidden", 403),
    Demand("status", "tokenMissing", 401),
    Demand("close_code", "binaryForbidden", 1003),
    Demand("close_code", "schemaMismatch", 4000),
    Demand("reason", "schemaMismatch", 0),
    Demand("headers", None, 2),
]


def demanded(server: str, demands: list[Demand]) -> list[str]:
    return [str(each) for each in shortcomings(SERVERS[server], demands, "asgi") if each.is_demanded]


def test_each_server_is_asked_for_what_it_cannot() -> None:
    assert demanded("uvicorn", ALL) == []
    assert demanded("hypercorn", ALL) == []
    assert demanded("granian", ALL) == ["granian sends no fields with an accepted handshake"]
    assert demanded("daphne", ALL) == [
        "daphne refuses handshakes by 403 alone: tokenMissing (401)",
        "daphne sends no fields with an accepted handshake",
        "daphne sends no close reasons",
        "daphne closes by 1000 and 3000 to 4999 alone: binaryForbidden (1003)",
    ]
    for server in SERVERS:
        assert demanded(server, [Demand("fragments", None, 8), Demand("control_frames", None, 10)]) == [
            "no ASGI server shows fragments",
            "no ASGI server shows pings and other control frames",
        ]
        assert demanded(server, [Demand("handshake_time", None, 10**9), Demand("questions", None, 2)]) == [
            "no ASGI server shows how long a handshake takes to arrive",
            "nobody is asked here about opaque tokens, shared limits and shared lists of who is revoked",
        ]
        assert demanded(server, []) == []


def test_codes_that_a_server_cannot_send_have_a_neighbour() -> None:
    assert code_for(SERVERS["daphne"], 1003) == 4003
    assert code_for(SERVERS["daphne"], 4001) == 4001
    assert code_for(SERVERS["daphne"], 1000) == 1000
    assert code_for(SERVERS["uvicorn"], 1003) == 1003
    assert code_for(UNKNOWN, None) == 1000


@pytest.mark.parametrize(
    "arguments, name",
    [
        (["/usr/bin/daphne", "app:app"], "daphne"),
        (["/x/uvicorn/__main__.py", "app:app"], "uvicorn"),
        (["/x/bin/hypercorn"], "hypercorn"),
        (["/x/bin/granian"], "granian"),
    ],
)
def test_the_command_says_which_server_runs(monkeypatch: Any, arguments: list[str], name: str) -> None:
    monkeypatch.setattr(sys, "argv", arguments)
    assert detect().name == name


@pytest.mark.parametrize("command, name", [("daphne", None), ("daphne", "daphne"), ("manage.py", "daphne")])
def test_daphne_with_proxy_headers_is_not_trusted_with_addresses(monkeypatch: Any, command: str, name: Any) -> None:
    monkeypatch.setattr(sys, "argv", [command, "--proxy-headers", "app:app"])
    found = [str(each) for each in shortcomings(detect(name), [], "asgi") if each.is_demanded]
    assert found == ["daphne --proxy-headers believes an address that the client writes"]


@pytest.mark.parametrize(
    "options, variables, believes",
    [
        ([], {}, False),
        (["--forwarded-allow-ips", "*"], {}, True),
        (["--forwarded-allow-ips=*"], {}, True),
        (["--forwarded-allow-ips", "10.0.0.0/8,0.0.0.0/0"], {}, True),
        (["--forwarded-allow-ips", "10.0.0.0/8"], {}, False),
        (["--forwarded-allow-ips", "*", "--no-proxy-headers"], {}, False),
        (["--no-proxy-headers", "--forwarded-allow-ips", "*", "--proxy-headers"], {}, True),
        (["--forwarded-allow-ips", "*"], {"UVICORN_PROXY_HEADERS": "false"}, False),
        ([], {"FORWARDED_ALLOW_IPS": "*"}, True),
        ([], {"UVICORN_FORWARDED_ALLOW_IPS": "*"}, True),
        (["--no-proxy-headers"], {"FORWARDED_ALLOW_IPS": "*"}, False),
        # The option is taken before the variable.
        (["--forwarded-allow-ips", "127.0.0.1"], {"FORWARDED_ALLOW_IPS": "*"}, False),
    ],
)
def test_uvicorn_that_believes_everybody_is_not_trusted_with_addresses(
    monkeypatch: Any, options: list[str], variables: dict[str, str], believes: bool
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    for command, name in (("uvicorn", None), ("serve.py", "uvicorn")):
        monkeypatch.setattr(sys, "argv", [command, *options, "app:app"])
        found = [str(each) for each in shortcomings(detect(name), [], "asgi") if each.is_demanded]
        assert found == ["uvicorn --forwarded-allow-ips '*' believes an address that the client writes"] * believes


def test_a_server_that_is_named_is_started_with_its_options_read(monkeypatch: Any, compiled: Any) -> None:
    plan = compiled("wspolicy: 1\nname: named\ntarget: asgi\norigins: { allow: [https://app.example] }\n")
    for options, server in ((["--proxy-headers"], "daphne"), (["--forwarded-allow-ips", "*"], "uvicorn")):
        monkeypatch.setattr(sys, "argv", ["serve.py", *options])
        with pytest.raises(PartialEnforcement, match="believes an address that the client writes"):
            WebSocketPolicyMiddleware(lambda *_: None, plan=plan, server=server)  # type: ignore[arg-type]


def test_clients_that_only_listen_are_said_to_be_idle_where_no_pong_is_seen() -> None:
    for server in SERVERS.values():
        notes = [each for each in shortcomings(server, [], "asgi") if "pongs" in str(each)]
        assert [each.is_demanded for each in notes] == [False]


@pytest.mark.parametrize(
    "options, deflates",
    [([], True), (["--ws-per-message-deflate", "false"], False), (["--ws-per-message-deflate=false"], False), (["--ws-per-message-deflate", "true"], True)],
)
def test_compression_that_the_server_negotiates_is_said(monkeypatch: Any, options: list[str], deflates: bool) -> None:
    monkeypatch.setattr(sys, "argv", ["uvicorn", *options, "app:app"])
    assert detect().deflates is deflates


def test_a_decision_log_has_levels_and_hides_members() -> None:
    written: list[str] = []
    log = DecisionLog(level="all", redact=["client"], write=written.append)
    assert log.wants(False) and log.wants(True)
    log.write({"decision": "refuse", "client": "203.0.113.7", "subject": None, "observed": ()})
    assert written == ['{"decision":"refuse","client":"[redacted]"}']
    assert not DecisionLog().wants(False) and DecisionLog().wants(True)
    assert not DecisionLog(level="none").wants(True)
    with pytest.raises(ValueError, match="denied, all, none"):
        DecisionLog(level="some")
