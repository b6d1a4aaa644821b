"""The code of the wheel's README runs."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from support.asgi import Exchange, http_scope

README = Path(__file__).parents[1] / "README.md"


def test_the_example_guards_its_server() -> None:
    pytest.importorskip("mcp.server.fastmcp", reason="the example is for mcp 1.x", exc_type=ImportError)
    [code] = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    example: dict[str, Any] = {}
    exec(compile(code, README.name, "exec"), example)
    answer = asyncio.run(Exchange().run(example["app"], http_scope("GET", "/sse")))
    assert answer.status == 401
    assert 'scope="read:notes"' in answer.headers["www-authenticate"]
