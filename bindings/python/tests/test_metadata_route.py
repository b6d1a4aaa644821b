"""The metadata documents, as a route of an application."""

from typing import Any

import httpx
import pytest
from mcpauth import MCPAuth
from mcpauth.config import AuthServerConfig, ResourceServerConfig, ResourceServerMetadata
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from support.auth import with_keys
from support.tokens import ISSUER, RESOURCE, SigningKey

PATH = "/.well-known/oauth-protected-resource/notes"


def app(auth: MCPAuth) -> Starlette:
    async def anything(request: Any) -> PlainTextResponse:
        return PlainTextResponse("the application")

    everything = Route("/{path:path}", anything, methods=["GET", "POST", "HEAD"])
    return Starlette(routes=[*auth.resource_metadata_router().routes, Mount("/", routes=[everything])])


def test_the_document_is_published_as_it_was_configured(key: SigningKey, serve: Any) -> None:
    auth = with_keys(key, scopes_supported=["read:notes"], resource_name="Notizen für alle", x_own={"a": [1, None]})
    with serve(app(auth)) as url:
        response = httpx.get(url + PATH)
    assert response.json() == {
        "resource": RESOURCE,
        "authorization_servers": [ISSUER],
        "scopes_supported": ["read:notes"],
        "resource_name": "Notizen für alle",
        "x_own": {"a": [1, None]},
        "bearer_methods_supported": ["header"],
    }
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["content-type"] == "application/json"


def test_head_and_options_are_answered_and_other_methods_pass(key: SigningKey, serve: Any) -> None:
    with serve(app(with_keys(key))) as url:
        assert (httpx.head(url + PATH).status_code, httpx.head(url + PATH).content) == (200, b"")
        assert httpx.options(url + PATH).status_code == 204
        assert httpx.post(url + PATH).text == "the application"
        assert httpx.get(url + "/other").text == "the application"


@pytest.mark.parametrize("path", ["/caf%C3%A9", "/a%2Fb", "/%7Bx%7D", "/a(b)*"])
def test_encoded_paths_are_matched_as_they_are(key: SigningKey, serve: Any, path: str) -> None:
    resource = "https://api.example.com" + path
    with serve(app(with_keys(key, resource=resource))) as url:
        assert httpx.get(f"{url}/.well-known/oauth-protected-resource{path}").json()["resource"] == resource


def test_two_resources_have_two_documents(key: SigningKey, serve: Any) -> None:
    def resource(path: str) -> ResourceServerConfig:
        server = AuthServerConfig(issuer=ISSUER, jwks=key.jwks)
        return ResourceServerConfig(
            metadata=ResourceServerMetadata(resource=f"https://api.example.com{path}", authorization_servers=[server])
        )

    with serve(app(MCPAuth(protected_resources=[resource("/a"), resource("/b")]))) as url:
        for path in ("/a", "/b"):
            document = httpx.get(f"{url}/.well-known/oauth-protected-resource{path}").json()
            assert document["resource"].endswith(path)


def test_the_route_tells_its_paths(key: SigningKey) -> None:
    [route] = with_keys(key).resource_metadata_router().routes
    assert PATH in repr(route)
