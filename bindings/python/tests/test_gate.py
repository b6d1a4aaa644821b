"""The gate as an ASGI application: what passes, what is answered, and what the application below notices."""

import asyncio
import json
from contextvars import ContextVar
from typing import Any

import httpx
import pytest
from mcpauth import AuthInfo, AuthServerConfig, MCPAuth, ResourceServerConfig, ResourceServerMetadata
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthBearerAuthException
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from support.asgi import Exchange, body, http_scope
from support.auth import with_keys
from support.recorder import Recorder
from support.tokens import ISSUER, RESOURCE, SigningKey


def gate(auth: MCPAuth, app: ASGIApp, **options: Any) -> ASGIApp:
    return auth.bearer_auth_middleware("jwt", resource=RESOURCE, **options)(app)


def run(app: ASGIApp, scope: Scope, *messages: Message) -> Exchange:
    return asyncio.run(Exchange(*messages).run(app, scope))


def test_a_request_without_a_token_is_answered_with_the_engines_bytes(key: SigningKey) -> None:
    app = Recorder()
    answer = run(gate(with_keys(key), app, required_scopes=["read:notes"]), http_scope())
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == (
        'Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/notes", '
        'scope="read:notes"'
    )
    assert json.loads(answer.body)["error"] == "missing_auth_header"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert app.scopes == []


def test_a_head_request_gets_the_headers_alone(key: SigningKey) -> None:
    answer = run(gate(with_keys(key), Recorder()), http_scope("HEAD"))
    assert (answer.status, answer.body) == (401, b"")


def test_a_good_token_passes_and_the_caller_is_known_only_inside(key: SigningKey) -> None:
    async def exchange() -> None:
        auth = with_keys(key)
        app = Recorder(auth)
        answer = await Exchange().run(gate(auth, app), http_scope(headers=key.bearer(sub="bob", extra={"n": 1})))
        assert (answer.status, app.subjects) == (200, ["bob"])
        assert auth.auth_info is None

    asyncio.run(exchange())


def test_the_caller_has_what_the_token_says(key: SigningKey) -> None:
    auth = with_keys(key)
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(auth.auth_info)
        assert auth.auth_info is auth.auth_info

    token = key.token(sub="bob", scope="a b", azp="other", nested={"list": [1, None]})
    run(gate(auth, app), http_scope(headers={"Authorization": f"Bearer {token}"}))
    [info] = seen
    assert (info.token, info.subject, info.client_id, info.scopes) == (token, "bob", "app", ["a", "b"])
    assert info.claims["nested"] == {"list": [1, None]}
    assert info.expires_at == info.claims["exp"]
    assert token not in repr(info)


def test_two_instances_keep_their_callers_apart(key: SigningKey) -> None:
    outer, inner = with_keys(key), with_keys(key)
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((outer.auth_info, inner.auth_info))

    run(gate(outer, app), http_scope(headers=key.bearer()))
    [(first, second)] = seen
    assert first.subject == "alice"
    assert second is None


def test_an_own_variable_holds_the_caller_for_the_length_of_the_request(key: SigningKey) -> None:
    variable: ContextVar[AuthInfo | None] = ContextVar("own", default=None)
    server = AuthServerConfig(issuer=ISSUER, jwks=key.jwks)
    metadata = ResourceServerMetadata(resource=RESOURCE, authorization_servers=[server])
    auth = MCPAuth(None, ResourceServerConfig(metadata), variable)
    seen: list[AuthInfo | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(variable.get())
        assert auth.auth_info is variable.get()

    async def exchange() -> None:
        await Exchange().run(gate(auth, app), http_scope(headers=key.bearer()))
        assert variable.get() is None
        mine = AuthInfo(token="t", issuer=ISSUER, subject="test", claims={})
        variable.set(mine)  # as tests of an application do
        assert auth.auth_info is mine

    asyncio.run(exchange())
    assert seen[0] is not None
    assert seen[0].subject == "alice"


def test_no_request_can_change_what_another_sees(key: SigningKey) -> None:
    auth = with_keys(key)
    headers = key.bearer(nested={"list": [1]})
    seen: list[AuthInfo] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        info = auth.require_auth_info()
        seen.append(info.model_copy(deep=True))
        info.scopes.append("admin")
        info.claims["nested"]["list"].append(2)
        info.subject = "mallory"

    for _ in range(2):
        run(gate(auth, app), http_scope(headers=headers))
    assert seen[0] == seen[1]


def test_a_caller_can_be_required(key: SigningKey) -> None:
    with pytest.raises(MCPAuthBearerAuthException) as caught:
        with_keys(key).require_auth_info()
    assert caught.value.code is BearerAuthExceptionCode.MISSING_AUTH_HEADER


def test_exceptions_of_the_application_pass_untouched(key: SigningKey) -> None:
    class MineError(Exception):
        pass

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise MineError

    auth = with_keys(key)
    with pytest.raises(MineError):
        run(gate(auth, app), http_scope(headers=key.bearer()))
    assert auth.auth_info is None


def test_lifespan_reaches_the_application(key: SigningKey) -> None:
    app = Recorder()
    run(gate(with_keys(key), app), {"type": "lifespan"})
    assert [scope["type"] for scope in app.scopes] == ["lifespan"]


def test_an_unknown_protocol_is_not_let_through(key: SigningKey) -> None:
    app = Recorder()
    with pytest.raises(NotImplementedError):
        run(gate(with_keys(key), app), {"type": "quic"})
    assert app.scopes == []


def test_without_operations_the_body_is_never_touched(key: SigningKey) -> None:
    app = Recorder()
    messages = body(b"one", b"two", b"three")
    run(gate(with_keys(key), app), http_scope(headers=key.bearer()), *messages)
    assert app.messages == messages


OPERATIONS = {"tools/call": {"delete_note": ["delete:notes"]}}


def call(tool: str) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool}}).encode()


def test_with_operations_the_body_is_read_and_replayed_as_it_came(key: SigningKey) -> None:
    app = Recorder()
    text = call("read_note")
    messages = body(text[:10], text[10:11], text[11:])
    answer = run(gate(with_keys(key), app, operations=OPERATIONS), http_scope(headers=key.bearer()), *messages)
    assert answer.status == 200
    assert app.messages == messages


def test_an_operation_that_needs_more_is_refused_with_all_it_needs(key: SigningKey) -> None:
    guarded = gate(with_keys(key), Recorder(), operations=OPERATIONS, required_scopes=["read:notes"])
    answer = run(guarded, http_scope(headers=key.bearer()), *body(call("delete_note")))
    assert answer.status == 403
    assert 'scope="read:notes delete:notes"' in answer.headers["www-authenticate"]


def test_a_body_beyond_the_limit_is_refused_without_reading_it_all(key: SigningKey) -> None:
    async def exchange() -> None:
        endless = Exchange(*[{"type": "http.request", "body": b" " * 2**20, "more_body": True}] * 64)
        await endless.run(gate(with_keys(key), Recorder(), operations=OPERATIONS), http_scope(headers=key.bearer()))
        assert endless.status == 413
        assert endless.unread

    asyncio.run(exchange())


def test_a_client_that_leaves_in_the_middle_of_its_body_gets_nothing(key: SigningKey) -> None:
    app = Recorder()
    first = {"type": "http.request", "body": b"{", "more_body": True}
    guarded = gate(with_keys(key), app, operations=OPERATIONS)
    answer = run(guarded, http_scope(headers=key.bearer()), first, {"type": "http.disconnect"})
    assert (answer.sent, app.scopes) == ([], [])


def test_a_session_belongs_to_who_opened_it_whatever_serves_it(key: SigningKey) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Mcp-Session-Id", b"s1")]})
        await send({"type": "http.response.body", "body": b""})

    guarded = gate(with_keys(key), app)
    session = {"Mcp-Session-Id": "s1"}
    assert run(guarded, http_scope(headers=key.bearer(sub="alice"))).status == 200
    assert run(guarded, http_scope(headers={**key.bearer(sub="bob"), **session})).status == 404
    assert run(guarded, http_scope(headers={**key.bearer(sub="alice", scope="other"), **session})).status == 200


def websocket_scope(headers: dict[str, str], **more: Any) -> Scope:
    scope = http_scope(headers=headers, **more)
    del scope["method"]
    return {**scope, "type": "websocket", "subprotocols": []}


def test_a_websocket_without_a_token_is_closed(key: SigningKey) -> None:
    app = Recorder()
    answer = run(gate(with_keys(key), app), websocket_scope({}), {"type": "websocket.connect"})
    assert [message["type"] for message in answer.sent] == ["websocket.close"]
    assert app.scopes == []


def test_a_websocket_is_refused_with_the_engines_bytes_where_the_server_can(key: SigningKey) -> None:
    scope = websocket_scope({}, extensions={"websocket.http.response": {}})
    answer = run(gate(with_keys(key), Recorder()), scope, {"type": "websocket.connect"})
    assert [message["type"] for message in answer.sent] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert answer.status == 401
    assert "www-authenticate" in answer.headers


def test_a_websocket_with_a_token_reaches_the_application(key: SigningKey) -> None:
    auth = with_keys(key)
    app = Recorder(auth)
    run(gate(auth, app), websocket_scope(key.bearer()), {"type": "websocket.connect"})
    assert app.subjects == ["alice"]


def test_a_scope_without_raw_path_is_read_from_its_path(key: SigningKey) -> None:
    auth = with_keys(key, resource="https://api.example.com/caf%C3%A9")
    app = auth.bearer_auth_middleware("jwt", resource="https://api.example.com/caf%C3%A9")(Recorder())
    scope = http_scope("GET", "/.well-known/oauth-protected-resource/café")
    del scope["raw_path"]
    assert run(app, scope).status == 200


def test_headers_may_be_lists_as_some_servers_give_them(key: SigningKey) -> None:
    scope = http_scope(headers=key.bearer())
    scope["headers"] = [list(pair) for pair in scope["headers"]]
    assert run(gate(with_keys(key), Recorder()), scope).status == 200


def whole(auth: MCPAuth, *routes: Any) -> Starlette:
    guard = Middleware(auth.bearer_auth_middleware("jwt", resource=RESOURCE))
    return Starlette(routes=[*auth.resource_metadata_router().routes, *routes], middleware=[guard])


def test_around_a_whole_application_the_metadata_needs_no_token(key: SigningKey, serve: Any) -> None:
    auth = with_keys(key)
    with serve(whole(auth, Route("/notes", lambda request: PlainTextResponse("notes")))) as url:
        assert httpx.get(f"{url}/.well-known/oauth-protected-resource/notes").json()["resource"] == RESOURCE
        assert httpx.get(f"{url}/notes").status_code == 401
        assert httpx.get(f"{url}/notes", headers=key.bearer()).text == "notes"


def test_sync_endpoints_know_the_caller_too(key: SigningKey, serve: Any) -> None:
    auth = with_keys(key)

    def who(request: Any) -> JSONResponse:
        info = auth.auth_info
        return JSONResponse(info.subject if info else None)

    with serve(Starlette(routes=[Mount("/", routes=[Route("/who", who)], middleware=[middleware(auth)])])) as url:
        assert httpx.get(f"{url}/who", headers=key.bearer(sub="bob")).json() == "bob"


def middleware(auth: MCPAuth) -> Middleware:
    return Middleware(auth.bearer_auth_middleware("jwt", resource=RESOURCE))


def test_a_streamed_response_stays_a_stream(key: SigningKey, serve: Any) -> None:
    go = asyncio.Event()

    async def chunks() -> Any:
        yield b"first"
        await asyncio.wait_for(go.wait(), 10)
        yield b"second"

    async def second(request: Any) -> PlainTextResponse:
        go.set()
        return PlainTextResponse("go")

    auth = with_keys(key)
    stream = Mount(
        "/s", routes=[Route("/", lambda request: StreamingResponse(chunks()))], middleware=[middleware(auth)]
    )
    app = Starlette(routes=[Route("/go", second), stream])
    with (
        serve(app) as url,
        httpx.Client(headers=key.bearer()) as client,
        client.stream("GET", f"{url}/s/") as response,
    ):
        arriving = response.iter_raw()
        assert next(arriving) == b"first"
        httpx.get(f"{url}/go")
        assert next(arriving) == b"second"


def test_a_real_websocket_is_guarded_by_its_handshake(key: SigningKey, serve: Any) -> None:
    websockets = pytest.importorskip("websockets.sync.client")
    refused = pytest.importorskip("websockets.exceptions").InvalidStatus
    auth = with_keys(key)

    async def tell(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(auth.auth_info.subject if auth.auth_info else "nobody")
        await socket.close()

    routes = [Mount("/", routes=[WebSocketRoute("/ws", tell)], middleware=[middleware(auth)])]
    with serve(Starlette(routes=routes)) as url:
        address = url.replace("http", "ws") + "/ws"
        with pytest.raises(refused) as caught:
            websockets.connect(address)
        assert caught.value.response.status_code == 401
        assert "resource_metadata" in caught.value.response.headers["www-authenticate"]
        with websockets.connect(address, additional_headers=key.bearer(sub="bob")) as socket:
            assert socket.recv() == "bob"
