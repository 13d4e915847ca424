"""The demo's page and the WebSocket that it opens, by the policy of a developer's machine."""

import re
import urllib.request

import pytest
from client import outcome, run
from conftest import PROJECT, SERVERS, compile_policy


@pytest.mark.parametrize("name", list(SERVERS))
def test_the_token_of_the_page_opens_the_socket(name, tmp_path, start):
    server = start(name, compile_policy(PROJECT / "local.yaml", tmp_path / "local.wsplan"))
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=5) as answer:
        page = answer.read().decode()
    token = re.search(r'data-token="(ey[^"]+)"', page)[1]
    here = {"origin": "http://localhost:8000", "proto": None}
    assert run(outcome(server, query=f"token={token}", **here)) == "open"
    assert run(outcome(server, query="token=", **here)) == "closed 4001"
    assert run(outcome(server, query=f"token={token}", origin="http://localhost:3000", proto=None)) == "refused 403"
    for message in re.findall(r"data-send='([^']+)'", page)[:2]:
        assert run(outcome(server, message, query=f"token={token}", **here)) == "open"
    for message in re.findall(r"data-send='([^']+)'", page)[2:]:
        assert run(outcome(server, message, query=f"token={token}", **here)) == "closed 4000"
