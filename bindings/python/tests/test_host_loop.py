"""The small parts of the host loop that a real engine does not reach."""

import asyncio
import json
from collections import UserDict
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from mcpauth import _engine, _mcpauth
from mcpauth._asgi import watching_start
from mcpauth._json import to_json
from mcpauth._mcpauth import RequestFacts
from mcpauth.config import ResourceServerMetadata
from starlette.types import Receive, Scope, Send
from support.asgi import Exchange, http_scope
from support.auth import with_keys
from support.tokens import RESOURCE, SigningKey


def test_an_engine_that_asks_for_ever_lets_nobody_in(key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    class NeedBody:
        max = 1

    engine = with_keys(key)._engine
    monkeypatch.setattr(_engine, "native", SimpleNamespace(Fetch=_mcpauth.Fetch, NeedBody=NeedBody))
    undecided: Any = NeedBody()
    with pytest.raises(RuntimeError):
        asyncio.run(engine.settle(undecided, lambda content, verdict: undecided, None, None))


def test_headers_of_the_engine_join_the_response_unless_it_has_them() -> None:
    started: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        send = watching_start(send, [(b"vary", b"Origin"), (b"x-own", b"engine")], started.append)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Own", b"application")]})
        await send({"type": "http.response.body", "body": b""})

    answer = asyncio.run(Exchange().run(app, http_scope()))
    assert answer.headers == {"X-Own": "application", "vary": "Origin"}
    assert started == [[(b"X-Own", b"application")]]


def test_headers_of_the_application_may_come_as_an_iterator() -> None:
    started: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        send = watching_start(send, [], started.append)
        await send({"type": "http.response.start", "status": 200, "headers": iter([(b"x-own", b"application")])})
        await send({"type": "http.response.body", "body": b""})

    answer = asyncio.run(Exchange().run(app, http_scope()))
    assert answer.headers == {"x-own": "application"}
    assert started == [[(b"x-own", b"application")]]


def test_a_decoded_path_is_encoded_as_the_standard_library_does() -> None:
    every = "/" + "".join(map(chr, range(256))) + "\u20ac\U0001f600"
    scope = http_scope("GET", "/")
    del scope["raw_path"]
    scope.update(path=every, query_string="q=\xe9".encode("latin-1"))
    assert RequestFacts.of(scope).target == quote(every, safe="/:@!$&'()*+,;=-._~") + "?q=\xe9"
    scope["raw_path"] = b"/a%2Fb\xe9?x"
    assert RequestFacts.of(scope).target == "/a%2Fb\xe9?q=\xe9"


def test_a_scope_of_another_kind_than_dict_is_read_too() -> None:
    scope = UserDict(http_scope("GET", "/a", headers={"X-Own": "1"}))
    facts = RequestFacts.of(scope)
    assert (facts.method, facts.target, facts.headers) == ("GET", "/a", [(b"x-own", b"1")])
    del scope["method"]
    assert RequestFacts.of(scope).method == "GET"
    del scope["headers"]
    with pytest.raises(KeyError):
        RequestFacts.of(scope)


def test_the_query_is_part_of_the_target() -> None:
    scope = http_scope("GET", "/a%2Fb", query_string=b"x=%20y")
    assert RequestFacts.of(scope).target == "/a%2Fb?x=%20y"


def test_members_without_a_value_are_left_out_but_not_those_of_the_application() -> None:
    own: Any = {"x_null": None, "x_list": [None]}
    metadata = ResourceServerMetadata(resource=RESOURCE, jwks_uri=None, **own)
    assert json.loads(to_json(metadata)) == {"resource": RESOURCE, **own}


def test_headers_must_be_bytes(key: SigningKey) -> None:
    wrong: Any = [("host", "api.example.com")]
    with pytest.raises(TypeError):
        with_keys(key)._engine.is_metadata(RequestFacts("GET", "/", wrong))
