"""ASGI servers as processes of their own, on a port of loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
APPLICATION = "echo_app:application"

COMMANDS = {
    "uvicorn": ["uvicorn", APPLICATION, "--port", "{port}"],
    "uvicorn-wsproto": ["uvicorn", APPLICATION, "--port", "{port}", "--ws", "wsproto"],
    "hypercorn": ["hypercorn", APPLICATION, "--bind", "127.0.0.1:{port}"],
    "granian": ["granian", "--interface", "asgi", "--port", "{port}", APPLICATION],
    "daphne": ["daphne", "--port", "{port}", APPLICATION],
}
SERVERS = list(COMMANDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    """One server; it is up when this is made."""

    def __init__(self, server: str, log: Path, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.log = log
        command = [str(Path(sys.executable).with_name(COMMANDS[server][0]))]
        command += [part.format(port=self.port) for part in COMMANDS[server][1:]]
        with log.open("w") as output:
            self._process = subprocess.Popen(
                command,
                cwd=FOLDER,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for _ in range(200):
            if self._process.poll() is not None:
                raise RuntimeError(f"{server} ended: {log.read_text()}")
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{server} does not listen: {log.read_text()}")

    @property
    def uri(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Ends the server and its workers."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait(5)
