"""A function of the application verifies tokens; the engine judges what it says."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from mcpauth import AuthInfo, MCPAuth
from mcpauth.exceptions import AuthServerExceptionCode as ServerCode
from mcpauth.exceptions import (
    BearerAuthExceptionCode,
    MCPAuthAuthServerException,
    MCPAuthBearerAuthException,
    MCPAuthBearerAuthExceptionDetails,
    MCPAuthTokenVerificationException,
    MCPAuthTokenVerificationExceptionCode,
)
from support.asgi import Exchange, http_scope
from support.auth import with_keys
from support.recorder import Recorder
from support.tokens import ISSUER, RESOURCE, SigningKey

OPAQUE = {"Authorization": "Bearer opaque-t0ken"}


def info(**more: Any) -> AuthInfo:
    given = {"issuer": ISSUER, "subject": "alice", "audience": RESOURCE, "scopes": ["read:notes"], "claims": {"n": 1}}
    return AuthInfo(token="opaque-t0ken", **{**given, **more})


def ask(auth: MCPAuth, verify: Any, **options: Any) -> tuple[Exchange, Recorder]:
    app = Recorder(auth)
    guarded = auth.bearer_auth_middleware(verify, resource=RESOURCE, **options)(app)
    return asyncio.run(Exchange().run(guarded, http_scope(headers=OPAQUE))), app


async def asynchronous(token: str) -> AuthInfo:
    await asyncio.sleep(0)
    return info()


class AsynchronousObject:
    async def __call__(self, token: str) -> AuthInfo:
        return info()


@pytest.mark.parametrize(
    "verify", [lambda token: info(), asynchronous, lambda token: asynchronous(token), AsynchronousObject()]
)
def test_it_may_be_synchronous_or_not(key: SigningKey, verify: Any) -> None:
    answer, app = ask(with_keys(key), verify)
    assert (answer.status, app.subjects) == (200, ["alice"])


def test_the_caller_has_what_it_said_and_the_token_that_was_sent(key: SigningKey) -> None:
    _, app = ask(with_keys(key), lambda token: info(client_id="app", expires_at=int(time.time()) + 60))
    [caller] = app.callers
    assert caller is not None
    assert (caller.token, caller.client_id, caller.scopes) == ("opaque-t0ken", "app", ["read:notes"])
    assert caller.claims == {"n": 1}


def test_a_synchronous_one_runs_in_a_thread_and_the_loop_goes_on(key: SigningKey) -> None:
    go = threading.Event()

    def verify(token: str) -> AuthInfo:
        assert go.wait(10)
        return info()

    app = with_keys(key).bearer_auth_middleware(verify, resource=RESOURCE)(Recorder())

    async def both() -> int:
        waiting = asyncio.create_task(Exchange().run(app, http_scope(headers=OPAQUE)))
        await asyncio.sleep(0.05)  # the loop is free for this, or the test hangs
        go.set()
        return (await waiting).status

    assert asyncio.run(both()) == 200


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        (None, 401, "invalid_token"),
        (info(issuer="https://elsewhere.example"), 401, "invalid_issuer"),
        (info(audience="https://elsewhere.example"), 401, "invalid_audience"),
        (info(audience=None), 401, "invalid_audience"),
        (info(scopes=[]), 403, "missing_required_scopes"),
        (info(expires_at=1), 401, "invalid_token"),
        (True, 500, "server_error"),
        ({"issuer": ISSUER}, 500, "server_error"),
        (object(), 500, "server_error"),
    ],
)
def test_issuer_audience_scopes_and_time_are_still_checked(key: SigningKey, said: Any, status: int, error: str) -> None:
    answer, app = ask(with_keys(key), lambda token: said, required_scopes=["read:notes"])
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)
    assert app.scopes == []


def raising(error: Exception) -> Callable[[str], AuthInfo]:
    def verify(token: str) -> AuthInfo:
        raise error

    return verify


@pytest.mark.parametrize(
    ("raised", "status", "error"),
    [
        (MCPAuthTokenVerificationException(MCPAuthTokenVerificationExceptionCode.INVALID_TOKEN), 401, "invalid_token"),
        (
            MCPAuthTokenVerificationException(MCPAuthTokenVerificationExceptionCode.TOKEN_VERIFICATION_FAILED),
            401,
            "token_verification_failed",
        ),
        (
            MCPAuthBearerAuthException(
                BearerAuthExceptionCode.MISSING_REQUIRED_SCOPES,
                MCPAuthBearerAuthExceptionDetails(missing_scopes=["write:notes"]),
            ),
            403,
            "missing_required_scopes",
        ),
        (MCPAuthAuthServerException(ServerCode.MISSING_JWKS_URI), 500, "server_error"),
        (RuntimeError("database"), 500, "server_error"),
    ],
)
def test_what_it_raises_decides_the_answer(key: SigningKey, raised: Exception, status: int, error: str) -> None:
    answer, app = ask(with_keys(key), raising(raised))
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)
    assert app.scopes == []


def test_the_scopes_that_it_misses_are_in_the_challenge(key: SigningKey) -> None:
    details = MCPAuthBearerAuthExceptionDetails(missing_scopes=["write:notes"])
    missing = MCPAuthBearerAuthException(BearerAuthExceptionCode.MISSING_REQUIRED_SCOPES, details)
    answer, _ = ask(with_keys(key), raising(missing), required_scopes=["read:notes"])
    assert 'scope="read:notes write:notes"' in answer.headers["www-authenticate"]


def test_a_token_in_the_exception_does_not_reach_the_log(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    ask(with_keys(key), raising(RuntimeError("cannot read opaque-t0ken")))
    assert "cannot read" in caplog.text
    assert "opaque-t0ken" not in caplog.text


def test_it_is_not_asked_about_what_is_no_token(key: SigningKey) -> None:
    asked: list[str] = []

    def verify(token: str) -> AuthInfo:
        asked.append(token)
        return info()

    app = with_keys(key).bearer_auth_middleware(verify, resource=RESOURCE)(Recorder())
    for header in ("Basic x", "Bearer", "Bearer a b"):
        answer = asyncio.run(Exchange().run(app, http_scope(headers={"Authorization": header})))
        assert answer.status == 401
    assert asked == []


def test_what_it_keeps_for_itself_is_not_what_the_application_gets(key: SigningKey) -> None:
    kept = info()
    auth = with_keys(key)
    _, first = ask(auth, lambda token: kept)
    [caller] = first.callers
    assert caller is not None
    caller.scopes.append("admin")
    caller.claims["n"] = 2
    _, second = ask(auth, lambda token: kept)
    [caller] = second.callers
    assert caller is not None
    assert (caller.scopes, caller.claims) == (["read:notes"], {"n": 1})
