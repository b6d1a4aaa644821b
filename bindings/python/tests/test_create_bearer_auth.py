"""The gate of earlier versions, for a function that verifies tokens."""

import asyncio
import json
from contextvars import ContextVar
from typing import Any

import pytest
from mcpauth import AuthInfo
from mcpauth.exceptions import (
    BearerAuthExceptionCode,
    MCPAuthAuthServerException,
    MCPAuthBearerAuthException,
    MCPAuthBearerAuthExceptionDetails,
)
from mcpauth.middleware.create_bearer_auth import BearerAuthConfig, create_bearer_auth, get_bearer_token_from_headers
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send
from support.asgi import Exchange, http_scope
from support.tokens import ISSUER, RESOURCE

VARIABLE: ContextVar[AuthInfo | None] = ContextVar("test", default=None)
INFO = AuthInfo(token="t", issuer=ISSUER, subject="alice", audience=RESOURCE, scopes=["a"], claims={})


def ask(verify: Any = lambda token: INFO, **config: Any) -> tuple[Exchange, list[AuthInfo | None]]:
    seen: list[AuthInfo | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(VARIABLE.get())
        await send({"type": "http.response.start", "status": 200, "headers": []})

    middleware = create_bearer_auth(verify, BearerAuthConfig(**{"issuer": ISSUER, **config}), VARIABLE)
    scope = http_scope(headers={"Authorization": "Bearer t0ken"})
    answer = asyncio.run(Exchange().run(middleware(app), scope))
    assert VARIABLE.get() is None
    return answer, seen


@pytest.mark.parametrize("resource", [None, RESOURCE])
def test_the_caller_is_in_the_variable_for_the_length_of_the_request(resource: str | None) -> None:
    answer, seen = ask(resource=resource)
    assert (answer.status, seen) == (200, [INFO])
    assert seen[0] is not INFO


@pytest.mark.parametrize(
    ("config", "status", "error"),
    [
        ({"issuer": "https://elsewhere.example"}, 401, "invalid_issuer"),
        ({"audience": "https://elsewhere.example"}, 401, "invalid_audience"),
        ({"required_scopes": ["a", "b"]}, 403, "missing_required_scopes"),
        ({"resource": "https://elsewhere.example/mcp"}, 401, "invalid_audience"),
    ],
)
def test_what_it_says_is_checked(config: dict[str, Any], status: int, error: str) -> None:
    answer, seen = ask(**config)
    assert (answer.status, json.loads(answer.body)["error"], seen) == (status, error, [])
    assert ("resource_metadata" in answer.headers["www-authenticate"]) is ("resource" in config)


def test_a_function_may_decide_on_the_issuer() -> None:
    def trusted(issuer: str) -> None:
        if issuer != ISSUER:
            details = MCPAuthBearerAuthExceptionDetails(expected=ISSUER, actual=issuer)
            raise MCPAuthBearerAuthException(BearerAuthExceptionCode.INVALID_ISSUER, details)

    answer, seen = ask(issuer=trusted)
    assert (answer.status, seen) == (200, [INFO])
    stranger = INFO.model_copy(update={"issuer": "https://elsewhere.example"})
    answer, seen = ask(lambda token: stranger, issuer=trusted)
    assert (answer.status, json.loads(answer.body)["error"], seen) == (401, "invalid_issuer", [])


def test_what_cannot_work_is_refused_at_once() -> None:
    for verify, issuer in ((None, ISSUER), (lambda token: INFO, "no url"), (lambda token: INFO, 7)):
        with pytest.raises(TypeError):
            ask(verify, issuer=issuer)
    with pytest.raises(MCPAuthAuthServerException):
        ask(resource="no url")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, BearerAuthExceptionCode.MISSING_AUTH_HEADER),
        ("Basic x", BearerAuthExceptionCode.INVALID_AUTH_HEADER_FORMAT),
        ("Bearer", BearerAuthExceptionCode.MISSING_BEARER_TOKEN),
        ("Bearer a b", BearerAuthExceptionCode.INVALID_TOKEN),
    ],
)
def test_the_token_of_a_header_is_read_as_the_gate_reads_it(header: str | None, code: BearerAuthExceptionCode) -> None:
    assert get_bearer_token_from_headers(Headers({"Authorization": "bearer t0ken"})) == "t0ken"
    with pytest.raises(MCPAuthBearerAuthException) as caught:
        get_bearer_token_from_headers({} if header is None else {"Authorization": header})
    assert caught.value.code is code
