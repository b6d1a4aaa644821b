"""Scopes per operation, wherever they are declared, and the application's last word."""

import asyncio
import json
from typing import Any

import pytest
from mcpauth import AuthInfo, MCPAuth
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthAuthServerException, MCPAuthBearerAuthException
from mcpauth.types import Operation
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send
from support.asgi import Exchange, body, http_scope
from support.auth import with_keys
from support.recorder import Recorder
from support.tokens import RESOURCE, SigningKey


def call(tool: str, method: str = "tools/call") -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"name": tool}}).encode()


class Setting:
    """One gate; `status(tool, scope)` sends a call."""

    def __init__(self, key: SigningKey, app: Any = None, **options: Any) -> None:
        self.key = key
        self.auth = with_keys(key)
        self.app = app or Recorder(self.auth)
        self.guarded = self.auth.bearer_auth_middleware("jwt", resource=RESOURCE, **options)(self.app)

    def send(self, message: bytes, scope: str | None = "", **claims: Any) -> Exchange:
        headers = {} if scope is None else self.key.bearer(scope=scope, **claims)
        return asyncio.run(Exchange(*body(message)).run(self.guarded, http_scope(headers=headers)))

    def status(self, tool: str, scope: str | None = "", **claims: Any) -> int:
        return self.send(call(tool), scope, **claims).status


# ---- a function that tells the scopes ----


def own_or_any(info: AuthInfo | None, operation: Operation) -> list[str]:
    assert operation == ("tools/call", "delete_note")
    return [] if info and info.subject == "owner" else ["delete:any"]


async def own_or_any_async(info: AuthInfo | None, operation: Operation) -> list[str]:
    await asyncio.sleep(0)
    return own_or_any(info, operation)


@pytest.mark.parametrize("function", [own_or_any, own_or_any_async])
@pytest.mark.parametrize("place", ["name", "method"])
def test_a_function_may_tell_the_scopes_of_an_operation(key: SigningKey, function: Any, place: str) -> None:
    operations = {"tools/call": {"delete_note": function} if place == "name" else function}
    setting = Setting(key, operations=operations, required_scopes=["read:notes"])
    assert setting.status("delete_note", "read:notes", sub="owner") == 200
    assert setting.status("delete_note", "read:notes delete:any") == 200
    refused = setting.send(call("delete_note"), "read:notes")
    assert refused.status == 403
    assert 'scope="read:notes delete:any"' in refused.headers["www-authenticate"]


def test_an_operation_with_a_function_is_a_declared_one(key: SigningKey) -> None:
    setting = Setting(key, operations={"tools/call": {"delete_note": lambda *_: []}}, undeclared="deny")
    assert (setting.status("delete_note"), setting.status("read_note")) == (200, 403)


def test_a_batch_needs_what_all_of_it_needs(key: SigningKey) -> None:
    setting = Setting(key, operations={"tools/call": lambda info, operation: [f"use:{operation.name}"]})
    batch = b"[" + call("a") + b"," + call("b") + b"]"
    assert setting.send(batch, "use:a").status == 403
    assert setting.send(batch, "use:a use:b").status == 200


def test_operations_may_be_anonymous(key: SigningKey) -> None:
    setting = Setting(key, operations={"tools/call": {"ping": "anonymous"}})
    assert (setting.status("ping", None), setting.status("other", None)) == (200, 401)


# ---- a last word ----


@pytest.mark.parametrize("answer", [True, False, None, 1, "yes"])
def test_only_true_lets_a_request_pass(key: SigningKey, answer: Any) -> None:
    async def later(*_: Any) -> Any:
        return answer

    for authorize in (lambda info, operation: answer, later):
        refused = Setting(key, authorize=authorize).send(call("any"))
        assert refused.status == (200 if answer is True else 403)
        assert "www-authenticate" not in refused.headers


def test_it_knows_who_wants_what(key: SigningKey) -> None:
    seen: list[Any] = []

    def authorize(info: AuthInfo | None, operation: Operation | None) -> bool:
        seen.append((info and info.subject, operation))
        return True

    setting = Setting(key, authorize=authorize)
    setting.status("read_note", sub="bob")
    scope = http_scope("GET", headers=key.bearer(sub="bob"))
    asyncio.run(Exchange().run(setting.guarded, scope))
    assert seen == [("bob", Operation("tools/call", "read_note")), ("bob", None)]


def test_it_is_asked_each_time_also_for_a_token_that_was_seen(key: SigningKey) -> None:
    blocked: set[str] = set()
    setting = Setting(key, authorize=lambda info, operation: info.subject not in blocked)
    assert setting.status("any", sub="bob") == 200
    blocked.add("bob")
    assert setting.status("any", sub="bob") == 403


def test_it_is_not_asked_about_what_the_engine_refuses(key: SigningKey) -> None:
    asked: list[Any] = []

    def authorize(*arguments: Any) -> bool:
        asked.append(arguments)
        return True

    setting = Setting(key, authorize=authorize, required_scopes=["read:notes"])
    assert (setting.status("any", None), setting.status("any", "")) == (401, 403)
    assert asked == []


def failing(*_: Any) -> bool:
    raise RuntimeError("database")


def refusing(*_: Any) -> bool:
    raise MCPAuthBearerAuthException(BearerAuthExceptionCode.INVALID_TOKEN)


def test_a_function_that_fails_lets_nobody_in(key: SigningKey) -> None:
    wrong: dict[str, Any] = {"tools/call": failing}
    assert Setting(key, authorize=failing).status("any") == 500
    assert Setting(key, operations=wrong).status("any") == 500
    assert Setting(key, authorize=refusing).status("any") == 403


# ---- beside the tool ----


def test_scopes_may_stand_beside_the_tool(key: SigningKey) -> None:
    setting = Setting(key, required_scopes=["read:notes"])

    @setting.auth.requires("delete:notes")
    def delete_note() -> str:
        return "deleted"

    @setting.auth.requires("admin", name="wipe-all")
    async def wipe() -> str:
        return "wiped"

    refused = setting.send(call("delete_note"), "read:notes")
    assert refused.status == 403
    assert 'scope="read:notes delete:notes"' in refused.headers["www-authenticate"]
    assert setting.status("delete_note", "read:notes delete:notes") == 200
    assert setting.status("wipe-all", "read:notes") == 403
    assert setting.status("read_note", "read:notes") == 200


def test_they_add_to_what_operations_declares(key: SigningKey) -> None:
    setting = Setting(key, operations={"tools/call": {"delete_note": ["delete:notes"]}})

    @setting.auth.requires("admin")
    def delete_note() -> None: ...

    assert setting.status("delete_note", "delete:notes") == 403
    assert setting.status("delete_note", "admin") == 403
    assert setting.status("delete_note", "delete:notes admin") == 200


@pytest.mark.parametrize("needs", ["anonymous", lambda *_: []])
def test_two_declarations_that_do_not_fit_are_refused_and_change_nothing(key: SigningKey, needs: Any) -> None:
    setting = Setting(key, operations={"tools/call": {"delete_note": needs}})
    with pytest.raises(MCPAuthAuthServerException, match="delete_note"):
        setting.auth.requires("admin", name="delete_note")(lambda: None)
    assert setting.status("delete_note", "") == 200


def test_scopes_may_be_those_of_one_resource_only(key: SigningKey) -> None:
    setting = Setting(key)
    setting.auth.requires("admin", name="a", resource="https://elsewhere.example/")(lambda: None)
    setting.auth.requires("admin", name="b", resource=RESOURCE)(lambda: None)
    assert (setting.status("a"), setting.status("b")) == (200, 403)


def calling(auth: MCPAuth, tool: Any, results: list[Any]) -> Any:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            result = tool()
            results.append(await result if asyncio.iscoroutine(result) else result)
        except MCPAuthBearerAuthException as error:
            results.append(error)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return auth.bearer_auth_middleware("jwt", resource=RESOURCE)(app)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_tool_that_goes_by_another_name_is_not_open(key: SigningKey, is_async: bool) -> None:
    auth = with_keys(key)

    def delete_note() -> str:
        return "deleted"

    async def delete_note_async() -> str:
        return "deleted"

    tool = auth.requires("delete:notes")(delete_note_async if is_async else delete_note)
    results: list[Any] = []
    app = calling(auth, tool, results)
    for scope in ("read:notes", "delete:notes"):
        asyncio.run(Exchange(*body(call("delete-note"))).run(app, http_scope(headers=key.bearer(scope=scope))))
    refused, done = results
    assert isinstance(refused, MCPAuthBearerAuthException)
    assert refused.code is BearerAuthExceptionCode.MISSING_REQUIRED_SCOPES
    assert refused.response is not None
    assert refused.response.status == 403
    assert done == "deleted"


def test_outside_of_a_guarded_request_it_is_closed(key: SigningKey) -> None:
    tool: Any = with_keys(key).requires("delete:notes")(lambda: "deleted")
    with pytest.raises(MCPAuthBearerAuthException):
        tool()


def test_the_decorator_wants_scopes(key: SigningKey) -> None:
    requires: Any = with_keys(key).requires
    for wrong in ((), (lambda: None,)):
        with pytest.raises(TypeError, match="requires"):
            requires(*wrong)


# ---- lists ----


class Tool(BaseModel):
    name: str


class ListToolsResult(BaseModel):
    tools: list[Tool]
    next_cursor: str | None = None
    cache_scope: str | None = None


def listed(key: SigningKey, listing: Any, scope: str | None, **options: Any) -> Any:
    seen: list[Any] = []
    auth = with_keys(key)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(auth.visible(listing))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    operations = {"tools/call": {"delete": ["delete:notes"]}, "tools/list": "anonymous"}
    guarded = auth.bearer_auth_middleware("jwt", resource=RESOURCE, **{"operations": operations, **options})(app)
    headers = {} if scope is None else key.bearer(scope=scope)
    asyncio.run(Exchange(*body(call("", "tools/list"))).run(guarded, http_scope(headers=headers)))
    return seen[0]


def test_a_list_shows_what_its_reader_may_use(key: SigningKey) -> None:
    tools = [Tool(name="read"), Tool(name="delete")]
    assert listed(key, tools, "") == [Tool(name="read")]
    assert listed(key, tools, "delete:notes") == tools
    assert listed(key, tools, None) == []
    assert listed(key, ["read", "delete"], "") == ["read"]


def test_a_filtered_result_is_private_to_its_reader(key: SigningKey) -> None:
    result = ListToolsResult(tools=[Tool(name="read"), Tool(name="delete")], next_cursor="c")
    assert listed(key, result, "") == ListToolsResult(tools=[Tool(name="read")], next_cursor="c", cache_scope="private")
    plain = {"tools": [{"name": "read"}, {"name": "delete"}], "ttlMs": 1}
    assert listed(key, plain, "") == {"tools": [{"name": "read"}], "ttlMs": 1, "cacheScope": "private"}
    assert len(result.tools) == 2


def test_outside_of_a_guarded_request_a_list_stays_as_it_is(key: SigningKey) -> None:
    assert with_keys(key).visible(["a"]) == ["a"]
