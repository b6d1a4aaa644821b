"""The authorization-server mode of earlier versions."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from mcpauth import MCPAuth
from mcpauth.config import AuthorizationServerMetadata, AuthServerConfig, AuthServerType, ServerMetadataPaths
from mcpauth.exceptions import MCPAuthAuthServerException
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from support.asgi import Exchange, http_scope
from support.auth import with_keys
from support.authorization_server import KEYS, METADATA, AuthorizationServer
from support.recorder import Recorder
from support.tokens import RESOURCE, SigningKey

PATH = ServerMetadataPaths.OAUTH.value


def document(server: AuthorizationServer) -> dict[str, Any]:
    return {
        "issuer": server.issuer,
        "authorization_endpoint": f"{server.issuer}/auth",
        "token_endpoint": f"{server.issuer}/token",
        "jwks_uri": server.issuer + KEYS,
        "response_types_supported": ["code"],
        "x_own": [1, None],
    }


def legacy(authorization_server: AuthorizationServer) -> MCPAuth:
    metadata = AuthorizationServerMetadata.model_validate(document(authorization_server))
    server = AuthServerConfig(metadata=metadata, type=AuthServerType.OAUTH)
    with pytest.warns(DeprecationWarning, match="protected_resources="):
        return MCPAuth(server=server)


def ask(auth: MCPAuth, headers: dict[str, str], **options: Any) -> tuple[Exchange, Recorder]:
    app = Recorder(auth)
    guarded = auth.bearer_auth_middleware("jwt", **options)(app)
    return asyncio.run(Exchange().run(guarded, http_scope(headers=headers))), app


def test_the_gate_needs_no_resource_and_checks_an_audience_only_when_it_is_given(
    authorization_server: AuthorizationServer,
) -> None:
    auth, key = legacy(authorization_server), authorization_server
    anyone = key.bearer(aud="https://elsewhere.example")
    answer, app = ask(auth, anyone)
    assert (answer.status, app.subjects) == (200, ["alice"])
    assert ask(auth, anyone, audience=RESOURCE)[0].status == 401
    assert ask(auth, key.bearer(), audience=RESOURCE)[0].status == 200
    assert ask(auth, key.key.bearer(iss="https://elsewhere.example"))[0].status == 401
    refused, _ = ask(auth, {})
    assert "resource_metadata" not in refused.headers["www-authenticate"]


def test_the_servers_metadata_is_served(authorization_server: AuthorizationServer, serve: Any) -> None:
    auth = legacy(authorization_server)
    with pytest.warns(DeprecationWarning, match="metadata_route"):
        route = auth.metadata_route()
    with pytest.warns(DeprecationWarning, match="metadata_endpoint"):
        endpoint = auth.metadata_endpoint()
    app = Starlette(routes=[Route("/own", endpoint), route, Mount("/", app=Recorder())])
    with serve(app) as url:
        response = httpx.get(url + PATH)
        assert response.json() == document(authorization_server)
        assert response.headers["access-control-allow-origin"] == "*"
        assert httpx.head(url + PATH).status_code == 200
        assert httpx.options(url + PATH).status_code == 204
        assert httpx.post(url + PATH).text == "ok"


def test_metadata_that_is_discovered_is_fetched_when_it_is_asked_for(
    authorization_server: AuthorizationServer, serve: Any
) -> None:
    with pytest.warns(DeprecationWarning, match="server="):
        auth = MCPAuth(server=AuthServerConfig(issuer=authorization_server.issuer, type=AuthServerType.OIDC))
    with pytest.warns(DeprecationWarning, match="metadata_route"):
        route = auth.metadata_route()
    assert authorization_server.asked == {}
    with serve(Starlette(routes=[route])) as url:
        assert httpx.get(url + PATH).json()["issuer"] == authorization_server.issuer
    assert authorization_server.asked[METADATA] == 1


def test_each_mode_has_its_own_route(authorization_server: AuthorizationServer, key: SigningKey) -> None:
    with pytest.raises(MCPAuthAuthServerException, match="metadata_route"):
        legacy(authorization_server).resource_metadata_router()
    for name in ("metadata_route", "metadata_endpoint"):
        with (
            pytest.warns(DeprecationWarning, match=name),
            pytest.raises(MCPAuthAuthServerException, match="resource_metadata"),
        ):
            getattr(with_keys(key), name)()


def test_a_custom_verifier_works_without_an_audience(authorization_server: AuthorizationServer) -> None:
    def verify(token: str) -> Any:
        return {"issuer": authorization_server.issuer, "subject": "alice"}

    auth, app = legacy(authorization_server), Recorder()
    guarded = auth.bearer_auth_middleware(verify)(app)
    answer = asyncio.run(Exchange().run(guarded, http_scope(headers={"Authorization": "Bearer x"})))
    assert answer.status == 200, json.loads(answer.body)
