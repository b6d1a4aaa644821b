"""FastMCP 4 with the gate as its authorization."""

# mypy: disable-error-code="untyped-decorator, misc"

import asyncio
from typing import Any

import httpx
import pytest

pytest.importorskip("fastmcp")

import fastmcp
from fastmcp.server.middleware import Middleware
from mcpauth.fastmcp import MCPAuthProvider
from starlette.applications import Starlette
from starlette.routing import Mount
from support.auth import with_keys
from support.mcp_sessions import HttpSession, SseSession
from support.serving import serving
from support.tokens import RESOURCE, SigningKey


def server(key: SigningKey, **options: Any) -> Any:
    auth = with_keys(key)
    mcp = fastmcp.FastMCP("notes", auth=MCPAuthProvider(auth, **options))

    @mcp.tool
    def whoami() -> str:
        from fastmcp.server.dependencies import get_access_token

        token = get_access_token()
        assert token is not None
        assert token.claims["iss"] == auth.require_auth_info().issuer
        return f"{token.subject} {auth.require_auth_info().subject}"

    @mcp.tool
    @auth.requires("delete:notes")
    def delete_note() -> str:
        return "deleted"

    @mcp.custom_route("/health", methods=["GET"])
    async def health(request: Any) -> Any:
        from starlette.responses import PlainTextResponse

        return PlainTextResponse("fine")

    return mcp


def app(mcp: Any) -> Any:
    return mcp.http_app(json_response=True)


def test_the_mcp_endpoint_is_guarded_and_the_rest_is_public(key: SigningKey) -> None:
    with serving(app(server(key, required_scopes=["read:notes"]))) as url:
        refused = httpx.post(f"{url}/mcp")
        assert refused.status_code == 401
        assert refused.json()["error"] == "missing_auth_header"
        assert "resource_metadata=" in refused.headers["www-authenticate"]
        assert httpx.get(f"{url}/health").text == "fine"
        document = httpx.get(f"{url}/.well-known/oauth-protected-resource/notes")
        assert document.json()["resource"] == RESOURCE
        assert document.headers["access-control-allow-origin"] == "*"
        assert httpx.options(f"{url}/mcp", headers=preflight()).status_code == 204


def preflight() -> dict[str, str]:
    return {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}


def test_tools_see_the_caller_of_their_own_request(key: SigningKey) -> None:
    with serving(app(server(key))) as url:
        alice, bob = key.bearer(sub="alice"), key.bearer(sub="bob")
        hers, his = HttpSession(url, alice), HttpSession(url, bob)
        assert (hers.call_text(alice, "whoami"), his.call_text(bob, "whoami")) == ("alice alice", "bob bob")
        assert hers.send_tool_call(bob, "whoami").status_code == 404


def test_scopes_per_tool_are_an_http_403_before_the_tool(key: SigningKey) -> None:
    with serving(app(server(key, required_scopes=["read:notes"]))) as url:
        session = HttpSession(url, key.bearer())
        refused = session.send_tool_call(key.bearer(), "delete_note")
        assert refused.status_code == 403
        assert 'scope="read:notes delete:notes"' in refused.headers["www-authenticate"]
        more = key.bearer(scope="read:notes delete:notes")
        assert session.call_text(more, "delete_note") == "deleted"


def test_messages_of_an_sse_session_pass_the_same_gate(key: SigningKey) -> None:
    mcp = server(key, required_scopes=["read:notes"])
    with serving(mcp.http_app(transport="sse")) as url, SseSession(url, key.bearer()) as session:
        assert session.send_tool_call(key.bearer(), "delete_note").status_code == 403
        assert session.send_tool_call({}, "whoami").status_code == 401
        assert session.send_tool_call(key.bearer(), "whoami").status_code == 202


def test_below_a_prefix_the_endpoint_is_guarded_too(key: SigningKey) -> None:
    inner = app(server(key, required_scopes=["read:notes"]))
    with serving(Starlette(routes=[Mount("/below", app=inner)], lifespan=inner.lifespan)) as url:
        assert httpx.post(f"{url}/below/mcp").json()["error"] == "missing_auth_header"
        assert httpx.get(f"{url}/below/health").text == "fine"


def test_protect_works_without_a_provider_too(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    auth = with_keys(key)
    mcp = fastmcp.FastMCP("notes")
    mcp.tool(lambda: auth.require_auth_info().subject, name="whoami")
    with serving(auth.protect(app(mcp), operations={"tools/call": {"misspelt": ["a"]}})) as url:
        assert httpx.post(f"{url}/mcp").status_code == 401
        assert HttpSession(url, key.bearer(sub="bob")).call_text(key.bearer(sub="bob"), "whoami") == "bob"
    assert "misspelt" in caplog.text


def test_the_provider_verifies_bare_tokens_too(key: SigningKey) -> None:
    provider = MCPAuthProvider(with_keys(key))
    verified = asyncio.run(provider.verify_token(key.token(sub="bob")))
    assert verified is not None
    assert (verified.subject, verified.claims["sub"]) == ("bob", "bob")
    assert asyncio.run(provider.verify_token("x")) is None


def test_a_middleware_of_fastmcp_may_list_only_what_the_caller_can_use(key: SigningKey) -> None:
    auth = with_keys(key)

    class Discreet(Middleware):
        async def on_list_tools(self, context: Any, call_next: Any) -> Any:
            return auth.visible(await call_next(context))

    mcp = fastmcp.FastMCP("notes", middleware=[Discreet()])
    mcp.tool(lambda: "", name="read")
    mcp.tool(lambda: "", name="delete")
    with serving(auth.protect(app(mcp), operations={"tools/call": {"delete": ["delete:notes"]}})) as url:
        session = HttpSession(url, key.bearer())
        assert session.names(key.bearer()) == ["read"]
        assert session.names(key.bearer(scope="delete:notes")) == ["read", "delete"]
