"""Blocks that are wrong fail: what the pages are held to holds."""

import pytest
from blocks import Block, blocks
from house import House, Page
from runners import run

GUARDED = """
from mcpauth import AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from starlette.responses import PlainTextResponse

resource = "https://api.example.com/notes"
server = AuthServerConfig(issuer="https://auth.example.com", type="oidc")
metadata = ResourceServerMetadata(resource=resource, authorization_servers=[server])
mcp_auth = MCPAuth(protected_resources=ResourceServerConfig(metadata=metadata))
guard = mcp_auth.bearer_auth_middleware("jwt", resource=resource, required_scopes=["read:notes"])
app = guard(PlainTextResponse("notes"))
"""
REQUEST = "GET /notes HTTP/1.1\nHost: api.example.com\n\nHTTP/1.1 "
GUARDS = {"guards": "/notes", "scope": "read:notes", "method": "GET"}


@pytest.fixture(scope="module")
def page():
    with House() as house:
        page = Page(house, "a page")
        yield page
        page.close()


def block(language, text, words=(), **settings):
    return Block("a page", 1, language, text, frozenset(words), settings)


RIGHT = [
    block("http", REQUEST + "401 Unauthorized\nCache-Control: no-store\n"),
    block("json", '{"audience": "api://notes"}', ["gate"]),
    block("console", "$ echo one; echo two\none\n...\n"),
]
WRONG = {
    "a language that nobody runs": block("yaml", "a: 1"),
    "no language": block("", "text"),
    "code that raises": block("python", "1 / 0"),
    "an assertion of the page": block("js", "if (1 + 1 !== 3) throw new Error('no')"),
    "another status": block("http", REQUEST + "403 Forbidden\n"),
    "another header": block("http", REQUEST + "401 Unauthorized\nCache-Control: public\n"),
    "another body": block("http", REQUEST + '401 Unauthorized\n\n{"error": "invalid_token"}\n'),
    "a configuration that the engine refuses": block("json", '{"protected_resources": []}'),
    "an option that does not exist": block("json", '{"audiance": "api://notes"}', ["gate"]),
    "another output": block("console", "$ echo one\ntwo\n"),
    "a command that fails": block("console", "$ false\n"),
    "an application that lets everybody in": block(
        "python", "from starlette.responses import PlainTextResponse\napp = PlainTextResponse('notes')", **GUARDS
    ),
    "an application that demands no scope": block("python", GUARDED.replace('"read:notes"', ""), **GUARDS),
    "C that does not compile": block("c", "int main(void) { return x; }", prints=""),
    "C++ that says something else": block("cpp", "int main() { return 0; }", prints="something"),
}


def test_right_blocks_pass(page):
    run(page, block("python", GUARDED, **GUARDS))
    for one in RIGHT:
        run(page, one)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_block_fails(page, name):
    run(page, block("python", GUARDED))
    with pytest.raises(Exception) as failure:  # whatever it is, the block has not passed
        run(page, WRONG[name])
    assert not isinstance(failure.value, KeyError)


def test_a_block_that_is_never_closed_hides_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("blocks.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```python\n1 / 0\n")
    with pytest.raises(ValueError, match="never closed"):
        blocks(page)
