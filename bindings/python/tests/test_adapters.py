"""The official SDK's own authorization, with tokens that the engine verifies."""

import asyncio
from importlib import import_module
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcpauth.exceptions import MCPAuthBearerAuthException
from mcpauth.mcp import TokenVerifier
from support.auth import with_discovery, with_keys
from support.authorization_server import METADATA, AuthorizationServer
from support.mcp_servers import LEEWAY, MAJOR
from support.mcp_sessions import HttpSession
from support.serving import serving
from support.tokens import ISSUER, RESOURCE, SigningKey


def verify(verifier: TokenVerifier, token: str) -> Any:
    return asyncio.run(verifier.verify_token(token))


def test_a_good_token_is_one_of_the_sdk(key: SigningKey) -> None:
    token = key.token(sub="bob", client_id=None, scope="a b")
    verified = verify(TokenVerifier(with_keys(key)), token)
    assert type(verified).__mro__[2].__module__ == "mcp.server.auth.provider"
    assert (verified.token, verified.subject, verified.client_id) == (token, "bob", "bob")
    assert (verified.scopes, verified.resource, verified.claims["iss"]) == (["a", "b"], RESOURCE, ISSUER)
    assert verified.expires_at == verified.claims["exp"] + LEEWAY


def test_a_bad_token_is_none(key: SigningKey) -> None:
    verifier = TokenVerifier(with_keys(key))
    for token in ("", "x", key.token(exp=1), key.token(aud="https://elsewhere.example")):
        assert verify(verifier, token) is None


def test_a_server_that_does_not_answer_is_no_bad_token(authorization_server: AuthorizationServer) -> None:
    authorization_server.misbehaviour[METADATA] = lambda handler: handler.answer(500, b"")
    with pytest.raises(MCPAuthBearerAuthException):
        verify(TokenVerifier(with_discovery(authorization_server.issuer)), authorization_server.token())


def test_the_sdk_serves_with_it(key: SigningKey) -> None:
    settings = import_module("mcp.server.auth.settings").AuthSettings(
        issuer_url=ISSUER, resource_server_url=RESOURCE, required_scopes=["read:notes"], validate_token_resource=True
    )
    options: Any = {"auth": settings, "token_verifier": TokenVerifier(with_keys(key))}
    if MAJOR == 1:
        server = import_module("mcp.server.fastmcp").FastMCP("x", json_response=True, **options)
        app = server.streamable_http_app
    else:
        server = import_module("mcp.server.mcpserver").MCPServer("x", **options)

        def app() -> Any:
            return server.streamable_http_app(json_response=True)

    current = import_module("mcp.server.auth.middleware.auth_context").get_access_token
    server.add_tool(lambda: current().subject, name="whoami", description="")
    with serving(app()) as url:
        assert HttpSession(url, key.bearer(sub="bob")).call_text(key.bearer(sub="bob"), "whoami") == "bob"
        with pytest.raises(Exception, match="401"):
            HttpSession(url, key.bearer(exp=1))
        with pytest.raises(Exception, match="403"):
            HttpSession(url, key.bearer(scope="other"))
