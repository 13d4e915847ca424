"""The first lines of the page about ASGI work as they stand."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import running
from websockets.asyncio.client import connect

PAGE = Path(__file__).parents[3] / "Documentation/asgi.md"


def test_the_page_begins_with_lines_that_work(compiled: Any, tmp_path: Path, monkeypatch: Any, serve: Any) -> None:
    page = PAGE.read_text()
    blocks = re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL)
    assert [kind for kind, _ in blocks[:2]] == ["python", "yaml"]
    (tmp_path / "quotes.py").write_text(blocks[0][1])
    compiled(blocks[1][1], "quotes")
    monkeypatch.setattr(running, "FOLDER", tmp_path)
    command = [part.replace(running.APPLICATION, "quotes:application") for part in running.COMMANDS["uvicorn"]]
    monkeypatch.setitem(running.COMMANDS, "uvicorn", command)
    server = serve("uvicorn")

    async def talk() -> None:
        async with connect(server.uri, origin="http://localhost:8000") as client:
            await client.send('{"type":"hello"}')
            assert await asyncio.wait_for(client.recv(), 5) == '{"you said": "{\\"type\\":\\"hello\\"}"}'
            await client.send('{"kind":"hello"}')
            await asyncio.wait_for(client.wait_closed(), 5)
            assert client.close_code == 4000

    asyncio.run(talk())


def test_the_policies_of_the_page_about_migration_compile(compiled: Any) -> None:
    page = (PAGE.parent / "migrating.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) == 8
    for block in blocks:
        needed = "" if "origins:" in block else "origins: { allow: [https://app.example] }\n"
        compiled("wspolicy: 1\nname: my-app\n" + needed + block)
    # And all of them together, where no section stands twice.
    sections = {block.split(":", 1)[0]: block for block in blocks}
    compiled("wspolicy: 1\nname: my-app\n" + "".join(sections.values()))
