"""Starts the echo server for a test, and tells its address."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = "the key of the clients' tests, thirty-two bytes"


class Server:
    def __init__(self, policy: str = "quotes.policy.yaml") -> None:
        binary = os.environ.get("ECHO_SERVER", ROOT / ".build/debug/echo-server")
        self.process = subprocess.Popen(
            [binary, "--policy", ROOT / "Tests/echo-server" / policy],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "QUOTES_KEY": KEY},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.host, port = line.removeprefix("listening on ").strip().rsplit(":", 1)
        self.port = int(port)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
