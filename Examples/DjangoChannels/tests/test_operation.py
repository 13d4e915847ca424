"""What an operator does without a restart: a first rollout that only observes, a newer policy, counters and the log."""

import asyncio
import json

import pytest
from client import GOOD, client, outcome, run, token
from conftest import PROJECT, SERVERS, compile_policy


def policy(folder, more="", **changes):
    """The example's policy with a change, in a folder of the test's own."""
    text = (PROJECT / "policy.yaml").read_text().replace("../../policies", str(PROJECT.parents[1] / "policies"))
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    source = folder / "policy.yaml"
    source.write_text(text + more)
    return source


@pytest.mark.parametrize("name", list(SERVERS))
def test_observe_then_enforce_then_a_newer_policy(name, tmp_path, start):
    plan = tmp_path / "financehub.wsplan"
    observed = policy(tmp_path, "mode: observe\n")
    compile_policy(observed, plan)
    server = start(name, plan)

    async def rollout():
        foreign = "https://evil.example"
        assert await outcome(server, origin=foreign) == "open"
        assert server.metrics()["observe", "originForbidden"] == 1
        async with client(server) as open_before:
            # Enforced from here on, in the file that the server has.
            compile_policy(policy(tmp_path, origins=("origins:\n", "origins:\n  mode: enforce\n")), plan)
            await asyncio.sleep(1.1)
            assert await outcome(server, origin=foreign) == "refused 403"
            assert await outcome(server) == "open"
            # A newer policy with another list.
            compile_policy(policy(tmp_path, origins=("https://financehub.app\n", "https://evil.example\n")), plan)
            await asyncio.sleep(1.1)
            assert await outcome(server, origin=foreign) == "open"
            assert await outcome(server) == "refused 403"
            # A file that is no plan changes nothing, and says so.
            plan.write_bytes(b"no plan")
            await asyncio.sleep(1.1)
            assert await outcome(server, origin=foreign) == "open"
            await open_before.send(GOOD)
            assert json.loads(await asyncio.wait_for(open_before.recv(), 5))["type"] == "echo"

    run(rollout())
    assert "kept, the newer one is refused" in server.log.read_text()


@pytest.mark.parametrize("name", list(SERVERS))
def test_counters_and_a_log_without_secrets(name, plan, start):
    server = start(name, plan)
    good, forged = token(), token(key="somebody-else-s-key-of-enough-bytes-to-sign")

    async def traffic():
        await outcome(server, query=f"token={good}")
        await outcome(server, query=f"token={forged}")
        await outcome(server, query=f"user%5Ftoken={good}&token={forged}")
        await outcome(server, '{"type":"secret-payload"}')
        await outcome(server, origin=None)

    run(traffic())
    metrics = server.metrics()
    assert metrics["accept", ""] == 2
    assert metrics["refuse", "tokenInvalid"] == 2
    assert metrics["refuse", "originMissing"] == 1
    assert metrics["close", "schemaMismatch"] == 1
    assert metrics["forward", ""] == 1
    text = server.log.read_text()
    for secret in (good, forged, good.split(".")[2], "secret-payload"):
        assert secret not in text
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    told = [(line["decision"], line["violation"]) for line in lines]
    assert told == [
        ("refuse", "tokenInvalid"),
        ("refuse", "tokenInvalid"),
        ("close", "schemaMismatch"),
        ("refuse", "originMissing"),
    ]
    assert lines[2]["subject"] == "42" and lines[2]["line"].endswith("financehub/base.yaml:35:22")
