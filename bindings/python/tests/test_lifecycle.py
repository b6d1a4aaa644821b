"""Keys before the first request, and a configuration that changes while requests are served."""

import asyncio
import time
from typing import Any

import pytest
from mcpauth import MCPAuth
from mcpauth.config import AuthServerConfig, ResourceServerConfig, ResourceServerMetadata
from mcpauth.exceptions import MCPAuthAuthServerException
from support.asgi import Exchange, http_scope
from support.auth import with_discovery, with_keys
from support.authorization_server import KEYS, METADATA, AuthorizationServer
from support.recorder import Recorder
from support.tokens import ISSUER, RESOURCE, SigningKey


def configured(*servers: AuthServerConfig) -> ResourceServerConfig:
    metadata = ResourceServerMetadata(resource=RESOURCE, authorization_servers=list(servers))
    return ResourceServerConfig(metadata=metadata)


def gate(auth: MCPAuth) -> Any:
    return auth.bearer_auth_middleware("jwt", resource=RESOURCE)(Recorder())


def status(app: Any, headers: dict[str, str]) -> int:
    return asyncio.run(Exchange().run(app, http_scope(headers=headers))).status


def test_prefetch_gets_everything_and_only_then_is_it_ready(authorization_server: AuthorizationServer) -> None:
    auth = with_discovery(authorization_server.issuer)
    assert not auth.ready()
    assert asyncio.run(auth.prefetch())
    assert auth.ready()
    assert authorization_server.asked == {METADATA: 1, KEYS: 1}
    assert status(gate(auth), authorization_server.bearer()) == 200
    assert asyncio.run(auth.prefetch())
    assert authorization_server.asked == {METADATA: 1, KEYS: 1}


def test_prefetch_ends_when_the_server_is_down(authorization_server: AuthorizationServer) -> None:
    authorization_server.misbehaviour[METADATA] = lambda handler: handler.answer(500, b"")
    auth = with_discovery(authorization_server.issuer)
    started = time.monotonic()
    assert not asyncio.run(auth.prefetch())
    assert time.monotonic() - started < 4
    assert not auth.ready()


def test_keys_that_were_given_are_ready_at_once(key: SigningKey) -> None:
    assert with_keys(key).ready()


def test_an_update_adds_and_removes_issuers_under_gates_that_are_there(key: SigningKey) -> None:
    auth = with_keys(key)
    app = gate(auth)
    other = "https://other.example"
    assert (status(app, key.bearer()), status(app, key.bearer(iss=other))) == (200, 401)
    auth.update(protected_resources=configured(AuthServerConfig(issuer=other, jwks=key.jwks)))
    assert (status(app, key.bearer()), status(app, key.bearer(iss=other))) == (401, 200)


def test_an_update_with_a_mistake_changes_nothing(key: SigningKey) -> None:
    auth = with_keys(key)
    app = gate(auth)
    with pytest.raises(MCPAuthAuthServerException):
        auth.update(protected_resources=configured(AuthServerConfig(issuer="no url")))
    assert status(app, key.bearer()) == 200


def test_keys_of_an_issuer_that_stays_are_kept(authorization_server: AuthorizationServer, key: SigningKey) -> None:
    auth = with_discovery(authorization_server.issuer)
    app = gate(auth)
    assert status(app, authorization_server.bearer()) == 200
    [kept] = auth._configuration["protected_resources"].metadata.authorization_servers
    auth.update(protected_resources=configured(kept, AuthServerConfig(issuer=ISSUER, jwks=key.jwks)))
    assert (status(app, authorization_server.bearer()), status(app, key.bearer())) == (200, 200)
    assert authorization_server.asked == {METADATA: 1, KEYS: 1}
