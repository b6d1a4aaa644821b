"""The decision for frameworks that the package does not know."""

import asyncio
import json
from typing import Any

import pytest
from mcpauth import MCPAuth
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthBearerAuthException
from support.asgi import Exchange, http_scope
from support.auth import with_discovery, with_keys
from support.authorization_server import METADATA, AuthorizationServer
from support.recorder import Recorder
from support.tokens import RESOURCE, SigningKey


def ask(auth: MCPAuth, *arguments: Any, **options: Any) -> Any:
    return asyncio.run(auth.authenticate(*arguments, **options))


def refusal(auth: MCPAuth, *arguments: Any, **options: Any) -> MCPAuthBearerAuthException:
    with pytest.raises(MCPAuthBearerAuthException) as caught:
        ask(auth, *arguments, **options)
    return caught.value


def test_a_token_alone(key: SigningKey) -> None:
    info = ask(with_keys(key), key.token(sub="bob"))
    assert (info.subject, info.scopes) == ("bob", ["read:notes"])
    error = refusal(with_keys(key), key.token(aud="https://elsewhere.example"))
    assert error.code is BearerAuthExceptionCode.INVALID_AUDIENCE
    assert error.response is not None
    assert error.response.status == 401


@pytest.mark.parametrize("form", ["mapping", "pairs", "bytes"])
def test_the_facts_of_a_request(key: SigningKey, form: str) -> None:
    headers = key.bearer(sub="bob")
    forms: dict[str, Any] = {
        "mapping": headers,
        "pairs": list(headers.items()),
        "bytes": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    assert ask(with_keys(key), method="GET", target="/notes", headers=forms[form]).subject == "bob"


def test_a_refusal_carries_what_the_gate_would_have_answered(key: SigningKey) -> None:
    guarded = with_keys(key).bearer_auth_middleware("jwt", resource=RESOURCE)(Recorder())
    expected = asyncio.run(Exchange().run(guarded, http_scope()))
    error = refusal(with_keys(key), headers={})
    assert error.code is BearerAuthExceptionCode.MISSING_AUTH_HEADER
    assert error.response is not None
    assert (error.response.status, error.response.body) == (expected.status, expected.body)
    assert dict(error.response.headers)["WWW-Authenticate"] == expected.headers["www-authenticate"]


def test_operations_are_judged(key: SigningKey) -> None:
    auth, operations = with_keys(key), {"tools/call": {"delete": ["delete:notes"], "ping": "anonymous"}}

    def request(tool: str) -> dict[str, Any]:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool}}
        return {"body": json.dumps(message).encode(), "operations": operations}

    assert ask(auth, headers=key.bearer(), **request("read")).subject == "alice"
    error = refusal(auth, headers=key.bearer(), **request("delete"))
    assert error.cause.missing_scopes == ["delete:notes"]
    assert ask(auth, headers={}, **request("ping")) is None


def test_a_server_that_does_not_answer_is_a_503(authorization_server: AuthorizationServer) -> None:
    authorization_server.misbehaviour[METADATA] = lambda handler: handler.answer(500, b"")
    error = refusal(with_discovery(authorization_server.issuer), authorization_server.token())
    assert error.response is not None
    assert error.response.status == 503
    assert "Retry-After" in dict(error.response.headers)


def test_a_gate_is_made_once_for_the_same_options(key: SigningKey) -> None:
    auth = with_keys(key)
    for _ in range(3):
        ask(auth, key.token(), required_scopes=["read:notes"])
    ask(auth, key.token())
    assert len(auth._guards) == 2


def test_it_needs_one_of_a_token_and_a_request(key: SigningKey) -> None:
    for wrong in ({}, {"token": "x", "headers": {}}):
        with pytest.raises(TypeError):
            ask(with_keys(key), **wrong)
