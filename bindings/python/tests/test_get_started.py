"""Runs the Python code of the Get-started page against a real authorization server and a real MCP client.

The page is what users copy, so it runs as it stands but for the substitutions below. A page that changes fails here
before it runs: what changed has to be looked at.
"""

import hashlib
import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from support.serving import serving

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "tests" / "get-started" / "get-started.es.md"
AUTHORIZATION_SERVER = ROOT / "tests" / "e2e" / "authorization-server.mjs"

INIT, METADATA_ONLY, GUARDED, TOOLS = range(4)

DIGESTS = ["9ec2a40134607894", "8f057a0d83eda6d5", "38feb11fe4afa5eb", "ddff1f828ea0155d"]

# (block, on the page, here, how often)
SUBSTITUTIONS = [
    (INIT, "https://auth.logto.io/oidc", "{issuer}", 1),
    (INIT, "https://api.example.com/notes", "{resource}", 1),
]

# The page shows the tools last, because the section on them comes last; the server is made from them.
ORDER = [INIT, METADATA_ONLY, TOOLS, GUARDED]


def sdk_major() -> int:
    try:
        return int(version("mcp").split(".")[0])
    except PackageNotFoundError:
        return 0


runs_the_page = pytest.mark.skipif(sdk_major() != 1, reason="the page imports mcp.server.fastmcp, which mcp 1.x has")


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_the_page_is_the_one_that_these_tests_know() -> None:
    assert [hashlib.sha256(block.encode()).hexdigest()[:16] for block in blocks()] == DIGESTS


def substituted(issuer: str, resource: str) -> list[str]:
    code = blocks()
    for block, on_the_page, here, times in SUBSTITUTIONS:
        assert code[block].count(on_the_page) == times, on_the_page
        code[block] = code[block].replace(on_the_page, here.format(issuer=issuer, resource=resource))
    return code


@contextmanager
def authorization_server() -> Iterator[str]:
    command = ["node", str(AUTHORIZATION_SERVER), "--die-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the authorization server did not start: run `npm ci` in tests/e2e"
        try:
            yield json.loads(line)["issuer"]
        finally:
            process.terminate()


def access_token(issuer: str, resource: str, scope: str) -> str:
    endpoint = httpx.get(f"{issuer}/.well-known/openid-configuration").json()["token_endpoint"]
    form = {"grant_type": "client_credentials", "resource": resource, "scope": scope}
    answer = httpx.post(endpoint, data=form, auth=("m2m", "m2m-secret")).raise_for_status().json()
    return str(answer["access_token"])


@runs_the_page
def test_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    resource = f"{base}/notes"
    metadata_path = "/.well-known/oauth-protected-resource/notes"
    with authorization_server() as issuer:
        code = substituted(issuer, resource)
        page: dict[str, Any] = {}
        for block in ORDER:
            exec(compile(code[block], f"{PAGE.name}, block {block}", "exec"), page)
            if block == METADATA_ONLY:
                with serving(page["app"]) as url:
                    assert httpx.get(url + metadata_path).json()["resource"] == resource

        with serving(page["app"], listener) as url:
            assert url == base
            document = httpx.get(url + metadata_path).json()
            assert document["authorization_servers"] == [issuer]
            assert document["scopes_supported"] == ["read:notes", "write:notes"]

            refused = httpx.get(f"{url}/sse")
            assert refused.status_code == 401
            challenge = refused.headers["www-authenticate"]
            assert f'resource_metadata="{base}{metadata_path}"' in challenge
            assert 'scope="read:notes"' in challenge

            elsewhere = access_token(issuer, f"{base}/other", "read:notes")
            assert get_sse(url, elsewhere).json()["error"] == "invalid_audience"
            too_little = get_sse(url, access_token(issuer, resource, "write:notes"))
            assert too_little.status_code == 403
            assert 'error="insufficient_scope"' in too_little.headers["www-authenticate"]

            token = access_token(issuer, resource, "read:notes")
            assert anyio.run(add, f"{url}/sse", token) == "3"
    printed = capsys.readouterr().out
    assert "Usuario autenticado: {" in printed
    assert "'client_id': 'm2m'" in printed
    assert token not in printed


def get_sse(url: str, token: str) -> httpx.Response:
    return httpx.get(f"{url}/sse", headers={"Authorization": f"Bearer {token}"})


async def add(url: str, token: str) -> str:
    """Calls the page's tool with the official client."""
    from mcp import ClientSession
    from mcp.client.sse import sse_client

    headers = {"Authorization": f"Bearer {token}"}
    async with sse_client(url, headers=headers) as streams, ClientSession(*streams) as session:
        await session.initialize()
        result: Any = await session.call_tool("add", {"a": 1, "b": 2})
        return str(result.content[0].text)
