"""A token that comes again is not verified again, and what one request does to its caller is seen by no other."""

import asyncio
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from mcpauth import AuthInfo, MCPAuth, _lazy_model
from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException
from starlette.types import Receive, Scope, Send
from support.asgi import Exchange, http_scope
from support.auth import with_keys
from support.tokens import RESOURCE, SigningKey

SIZES = [pytest.param(None, id="remembered"), pytest.param(0, id="not remembered")]
CLAIMS = {"list": [1], "nested": {"list": [{"deep": [2]}]}, "roles": ["reader"]}

App = Callable[[Scope, Receive, Send], Any]


def run(auth: MCPAuth, app: App, headers: dict[str, str], times: int = 1) -> None:
    guarded = auth.bearer_auth_middleware("jwt", resource=RESOURCE)(app)
    for _ in range(times):
        asyncio.run(Exchange().run(guarded, http_scope(headers=headers)))


def spoil(info: Any) -> None:
    """Does to a caller whatever an application could, by mistake or not."""
    info.scopes.append("admin")
    info.scopes[0] = "root"
    info.claims["nested"]["list"][0]["deep"].append("admin")
    info.claims["nested"]["list"].append({})
    info.claims["list"].clear()
    info.claims["roles"] = "admin"
    del info.claims["sub"]
    info.subject = "mallory"
    info.client_id = "theirs"
    info.token = "another"
    info.expires_at = None
    info.claims = {}
    vars(info)["issuer"] = "https://evil.example"
    info.scopes = ["admin"]


@pytest.mark.parametrize("size", SIZES)
def test_what_one_request_does_to_its_caller_no_other_sees(key: SigningKey, size: int | None) -> None:
    auth = with_keys(key, token_cache_size=size)
    headers = key.bearer(**CLAIMS)
    seen: list[dict[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        info = auth.require_auth_info()
        seen.append(json.loads(json.dumps(info.model_dump())))
        if isinstance(info.audience, list):
            info.audience.append("https://elsewhere.example")
        spoil(info)
        assert auth.require_auth_info() is info
        assert info.subject == "mallory"

    run(auth, app, headers, 4)
    token = headers["Authorization"].split()[1]
    seen += [info.model_dump() for info in asyncio.run(authenticated(auth, token))]
    assert all(one == seen[0] for one in seen)
    assert seen[0]["subject"] == seen[0]["claims"]["sub"] == "alice"
    assert {name: seen[0]["claims"][name] for name in CLAIMS} == CLAIMS


async def authenticated(auth: MCPAuth, token: str) -> list[AuthInfo]:
    first = await auth.authenticate(token)
    second = await auth.authenticate(token)
    assert first is not None
    assert second is not None
    assert first is not second
    before = first.model_copy(deep=True)
    spoil(first)
    return [before, second]


@pytest.mark.parametrize("size", SIZES)
def test_two_users_whose_requests_run_at_the_same_time_see_themselves(key: SigningKey, size: int | None) -> None:
    auth = with_keys(key, token_cache_size=size)
    users = [key.bearer(sub="alice", scope="a"), key.bearer(sub="bob", scope="b")]
    told: list[tuple[str, str, list[str], str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        expected = dict(scope["headers"])[b"expected"].decode()
        for _ in range(3):
            await asyncio.sleep(0)  # the others run
            info = auth.require_auth_info()
            told.append((expected, info.subject, info.scopes, info.claims["sub"]))
            info.claims["sub"] = info.subject

    async def requests() -> None:
        guarded = auth.bearer_auth_middleware("jwt", resource=RESOURCE)(app)
        asked = [{**user, "Expected": name} for user, name in zip(users, ["alice", "bob"], strict=True)]
        await asyncio.gather(*[Exchange().run(guarded, http_scope(headers=headers)) for headers in asked * 20])

    asyncio.run(requests())
    assert len(told) == 120
    assert all((subject, scopes, claim) == (who, [who[0]], who) for who, subject, scopes, claim in told)


def test_threads_that_ask_at_the_same_time_each_get_their_own(key: SigningKey) -> None:
    auth = with_keys(key)
    token = key.token(**CLAIMS)

    def ask(number: int) -> AuthInfo | None:
        info = asyncio.run(auth.authenticate(token))
        assert info is not None
        info.claims["list"].append(number)
        info.scopes.append(str(number))
        return info

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            infos = [info for info in pool.map(ask, range(200)) if info is not None]
    finally:
        sys.setswitchinterval(interval)
    assert [info.claims["list"] for info in infos] == [[1, number] for number in range(200)]
    assert [info.scopes for info in infos] == [["read:notes", str(number)] for number in range(200)]


def test_claims_are_parsed_once_for_all_requests_with_a_token(key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def loads(text: str) -> Any:
        parsed.append(text)
        return json.loads(text)

    monkeypatch.setattr(_lazy_model, "json", SimpleNamespace(loads=loads))
    token, other = key.token(**CLAIMS), key.token(sub="bob")

    async def claims(auth: MCPAuth, *tokens: str) -> list[Any]:
        infos = [await auth.authenticate(token) for token in tokens]
        return [info and info.claims["sub"][0] for info in infos]

    remembering, forgetful = with_keys(key), with_keys(key, token_cache_size=0)
    assert asyncio.run(claims(remembering, token, token, other, token, other)) == [*"aabab"]
    assert len(parsed) == 2
    assert asyncio.run(claims(forgetful, token, token)) == [*"aa"]
    assert len(parsed) == 4


def test_an_update_forgets_whom_it_no_longer_trusts(key: SigningKey) -> None:
    auth = with_keys(key)
    token = key.token(**CLAIMS)
    info = asyncio.run(auth.authenticate(token))
    assert info is not None
    for _ in range(2):
        auth.update(**with_keys(SigningKey("k1"))._configuration)
        with pytest.raises(Exception, match="token"):
            asyncio.run(auth.authenticate(token))
    assert info.claims["list"] == [1]  # a request that is still served keeps its caller


def test_a_size_that_cannot_be_is_refused(key: SigningKey) -> None:
    with pytest.raises(MCPAuthAuthServerException) as caught:
        with_keys(key, token_cache_size=-1)
    assert caught.value.code == AuthServerExceptionCode.INVALID_SERVER_CONFIG


def test_the_sdks_own_objects_are_those_of_one_request(key: SigningKey) -> None:
    pytest.importorskip("mcp.server.auth.middleware.bearer_auth")
    from mcp.server.auth.middleware.auth_context import get_access_token
    from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
    from starlette.authentication import AuthCredentials

    auth = with_keys(key)
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        user, token, credentials = scope["user"], get_access_token(), scope["auth"]
        assert isinstance(user, AuthenticatedUser)
        assert isinstance(credentials, AuthCredentials)
        assert token is not None
        assert user.access_token is token
        assert user.scopes is token.scopes
        assert (user.is_authenticated, user.display_name, user.identity) == (True, "app", "app")
        assert (hasattr(user, "nothing"), hasattr(token, "nothing")) == (False, False)
        seen.append([json.loads(token.model_dump_json()), list(user.scopes), list(credentials.scopes), user.username])
        user.scopes.append("admin")
        credentials.scopes.append("admin")
        assert token.claims is not None
        token.claims["nested"]["list"].append(3)
        token.claims["iss"] = "https://evil.example"
        token.subject = "mallory"
        user.username = "mallory"

    headers = key.bearer(**CLAIMS)
    run(auth, app, headers, 3)
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0]["claims"]["nested"] == CLAIMS["nested"]
    assert seen[0][1:] == [["read:notes"], ["read:notes"], "app"]
