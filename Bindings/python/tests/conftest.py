"""Plans, moments and servers for the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import running  # noqa: E402

COMMAND = os.environ.get("WSPOLICY_COMMAND", str(Path(__file__).parents[3] / ".build/c/wspolicy"))

Compile = Callable[[str], Path]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """Compiles a policy's text to a plan file, which replaces an older one of the same name."""

    def make(text: str, name: str = "policy") -> Path:
        source, plan, newer = (tmp_path / f"{name}{ending}" for ending in (".yaml", ".wsplan", ".newer"))
        source.write_text(text)
        subprocess.run([COMMAND, "compile", str(source), "-o", str(newer)], check=True, capture_output=True, text=True)
        newer.rename(plan)
        return plan

    return make


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., running.Running]]:
    """Starts real servers, and ends them with the test."""
    started: list[running.Running] = []

    def start(server: str, **environment: str) -> running.Running:
        one = running.Running(server, tmp_path / f"{server}-{len(started)}.log", environment)
        started.append(one)
        return one

    yield start
    for each in started:
        each.stop()
