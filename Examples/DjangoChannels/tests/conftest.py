"""FinanceHub under a real server, unprotected or protected."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
COMMAND = os.environ.get("WSPOLICY_COMMAND", str(PROJECT.parents[1] / ".build/c/wspolicy"))
KEY = "financehub-key-of-the-tests-that-protects-nothing-and-is-long-enough"
APPLICATION = "timed_asgi:application"
# Above the policy's limit of 1 MiB, so that the policy's code is what the client sees.
SERVERS = {
    "daphne": ["daphne", "-b", "127.0.0.1", "-p", "{port}", "--websocket-max-message-size", "4194304",
               "--websocket-max-frame-size", "4194304", APPLICATION],
    "uvicorn": ["uvicorn", "--port", "{port}", "--no-access-log", "--no-proxy-headers", APPLICATION],
}


class FinanceHub:
    """One server process."""

    def __init__(self, server, folder, plan=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = server
        self.is_protected = plan is not None
        self.log = folder / f"{server}-{'protected' if plan else 'open'}-{self.port}.log"
        self.clock = folder / f"{self.port}.clock"
        self.at(0)
        environment = {
            **os.environ,
            "PYTHONPATH": f"{PROJECT}:{PROJECT / 'tests'}",
            "PYTHONUNBUFFERED": "1",
            "FINANCEHUB_JWT_KEY": KEY,
            "FINANCEHUB_CLOCK": str(self.clock),
        }
        environment.pop("FINANCEHUB_PLAN", None)
        if plan:
            environment["FINANCEHUB_PLAN"] = str(plan)
        command = [part.format(port=self.port) for part in SERVERS[server]]
        command[0] = str(Path(sys.executable).with_name(command[0]))
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(self.log.read_text())

    @property
    def uri(self):
        return f"ws://127.0.0.1:{self.port}/ws"

    def at(self, seconds):
        """So many seconds have passed for the policy."""
        newer = self.clock.with_suffix(".newer")
        newer.write_text(str(seconds))
        newer.rename(self.clock)

    def metrics(self):
        """Counters by decision and violation, from the application's own page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        found = {}
        for line in lines[1:]:
            name, _, count = line.rpartition(" ")
            found[tuple(name.split('"')[1:4:2])] = int(count)
        return found

    def stop(self):
        """Ends the process and its children."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(5)


def compile_policy(source, plan):
    newer = plan.with_suffix(".newer")
    subprocess.run([COMMAND, "compile", str(source), "-o", str(newer)], check=True, capture_output=True, text=True)
    newer.rename(plan)
    return plan


@pytest.fixture(scope="session")
def plan(tmp_path_factory):
    return compile_policy(PROJECT / "policy.yaml", tmp_path_factory.mktemp("plans") / "financehub.wsplan")


@pytest.fixture(scope="session", params=list(SERVERS))
def pair(request, plan, tmp_path_factory):
    """The same application unprotected and protected, under one server."""
    folder = tmp_path_factory.mktemp(request.param)
    unprotected = FinanceHub(request.param, folder)
    protected = FinanceHub(request.param, folder, plan)
    yield unprotected, protected
    unprotected.stop()
    protected.stop()


@pytest.fixture
def start(tmp_path):
    """Starts a server with a plan of the test's own."""
    started = []

    def begin(server, plan):
        started.append(FinanceHub(server, tmp_path, plan))
        return started[-1]

    yield begin
    for each in started:
        each.stop()
