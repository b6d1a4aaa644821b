"""A whole application behind a gate, and what is said about it when it starts."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from mcpauth import MCPAuth
from mcpauth.config import AuthServerConfig, ResourceServerConfig, ResourceServerMetadata
from mcpauth.exceptions import MCPAuthAuthServerException
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from support.asgi import Exchange, http_scope
from support.auth import with_keys
from support.mcp_servers import MAJOR, mcp_server, streamable_http
from support.mcp_sessions import HttpSession
from support.recorder import Recorder
from support.tokens import ISSUER, RESOURCE, SigningKey

METADATA = "/.well-known/oauth-protected-resource/notes"


def starlette(started: list[str]) -> Starlette:
    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        started.append("up")
        yield
        started.append("down")

    return Starlette(routes=[Route("/notes", lambda request: PlainTextResponse("notes"))], lifespan=lifespan)


def fastapi(started: list[str]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        started.append("up")
        yield
        started.append("down")

    app = FastAPI(lifespan=lifespan)

    @app.get("/notes")
    async def notes() -> str:
        return "notes"

    return app


@pytest.mark.parametrize("framework", [starlette, fastapi])
def test_it_guards_everything_but_the_metadata_and_threads_the_lifespan(
    key: SigningKey, serve: Any, framework: Any
) -> None:
    started: list[str] = []
    with serve(with_keys(key).protect(framework(started))) as url:
        assert started == ["up"]
        assert httpx.get(url + METADATA).json()["resource"] == RESOURCE
        assert httpx.get(f"{url}/notes").status_code == 401
        assert "notes" in httpx.get(f"{url}/notes", headers=key.bearer()).text
    assert started == ["up", "down"]


def test_an_mcp_server_of_either_major_is_served_and_guarded(key: SigningKey, serve: Any) -> None:
    auth = with_keys(key)
    server = mcp_server("notes")
    server.add_tool(lambda: auth.require_auth_info().subject, name="whoami", description="")
    with serve(auth.protect(streamable_http(server))) as url:
        assert httpx.get(url + METADATA).json()["resource"] == RESOURCE
        assert httpx.post(f"{url}/mcp").status_code == 401
        assert HttpSession(url, key.bearer(sub="bob")).call_text(key.bearer(sub="bob"), "whoami") == "bob"


def test_the_only_resource_is_the_default_and_one_of_two_is_not(key: SigningKey) -> None:
    def resource(path: str) -> ResourceServerConfig:
        server = AuthServerConfig(issuer=ISSUER, jwks=key.jwks)
        metadata = ResourceServerMetadata(resource=f"https://a.example{path}", authorization_servers=[server])
        return ResourceServerConfig(metadata=metadata)

    MCPAuth(protected_resources=[resource("/a")]).protect(Recorder())
    two = MCPAuth(protected_resources=[resource("/a"), resource("/b")])
    two.protect(Recorder(), resource="https://a.example/b")
    with pytest.raises(MCPAuthAuthServerException):
        two.protect(Recorder())


def test_an_unknown_option_is_refused_by_its_name(key: SigningKey) -> None:
    wrong: Any = {"required_scope": ["read:notes"]}
    with pytest.raises(MCPAuthAuthServerException, match="required_scope"):
        with_keys(key).protect(Recorder(), **wrong)


def test_every_option_of_a_gate_reaches_the_engine(key: SigningKey) -> None:
    app = with_keys(key).protect(
        Recorder(),
        required_claims=["tenant"],
        acr_values=["gold"],
        max_age=60,
        allowed_origins=["https://app.example"],
        wide_audience=["https://wide.example"],
        required_scopes=["read:notes"],
        cors=False,
        trust_operation_headers=True,
        show_error_details=True,
        leeway=0,
    )

    def status(headers: dict[str, str]) -> int:
        return asyncio.run(Exchange().run(app, http_scope(headers=headers))).status

    good = {"tenant": "t", "acr": "gold", "auth_time": 0x7FFFFFFF, "aud": "https://wide.example"}
    assert status({**key.bearer(**good), "Origin": "https://elsewhere.example"}) == 403
    assert status(key.bearer(**{**good, "tenant": None})) == 401
    assert status(key.bearer(**{**good, "acr": "tin"})) == 401
    assert status(key.bearer(**{**good, "aud": RESOURCE})) in {200, 401}


def test_it_can_be_mounted_with_its_lifespan(key: SigningKey, serve: Any) -> None:
    auth = with_keys(key)
    server = mcp_server("notes")
    server.add_tool(lambda: auth.require_auth_info().subject, name="whoami", description="")
    guarded = auth.protect(streamable_http(server))
    routes = [*auth.resource_metadata_router().routes, Mount("/below", app=guarded)]
    with serve(Starlette(routes=routes, lifespan=guarded.lifespan)) as url:
        assert httpx.get(url + METADATA).status_code == 200
        session = HttpSession(f"{url}/below", key.bearer(sub="bob"))
        assert session.call_text(key.bearer(sub="bob"), "whoami") == "bob"


def test_a_broad_scope_holds_the_narrow_ones(key: SigningKey) -> None:
    metadata = ResourceServerMetadata(
        resource=RESOURCE, authorization_servers=[AuthServerConfig(issuer=ISSUER, jwks=key.jwks)]
    )
    hierarchy = {"notes": ["read:notes"]}
    auth = MCPAuth(protected_resources=ResourceServerConfig(metadata, scope_hierarchy=hierarchy))
    app = auth.protect(Recorder(), required_scopes=["read:notes"])
    for scope, status in (("notes", 200), ("other", 403)):
        answer = asyncio.run(Exchange().run(app, http_scope(headers=key.bearer(scope=scope))))
        assert answer.status == status


# ---- lists ----


def test_a_server_may_list_only_what_the_caller_can_use(key: SigningKey, serve: Any) -> None:
    auth = with_keys(key)
    kind: Any = type(mcp_server("notes"))

    class Discreet(kind):  # type: ignore[misc]
        async def list_tools(self) -> Any:
            return auth.visible(await super().list_tools())

    server = Discreet("notes", json_response=True) if MAJOR == 1 else Discreet("notes")
    server.add_tool(lambda: "", name="read", description="")
    server.add_tool(lambda: "", name="delete", description="")
    with serve(auth.protect(streamable_http(server), operations={"tools/call": {"delete": ["delete:notes"]}})) as url:
        session = HttpSession(url, key.bearer())
        assert session.names(key.bearer()) == ["read"]
        assert session.names(key.bearer(scope="delete:notes")) == ["read", "delete"]
        assert session.names(key.bearer()) == ["read"]


# ---- declared names ----


def declaring(auth: MCPAuth, app: Any, **more: Any) -> Any:
    operations = {"tools/call": {"whoami": ["a"], "misspelt": ["a"]}, "prompts/get": {"nothing": ["a"]}}
    return auth.protect(app, operations=operations, **more)


def reported(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "scopes are declared" in record.getMessage()]


def server_with_a_tool() -> Any:
    server = mcp_server("notes")
    server.add_tool(lambda: "", name="whoami", description="")
    return server


def test_a_declared_name_that_no_tool_has_is_reported_at_start(
    key: SigningKey, serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    auth = with_keys(key)
    auth.requires("a", name="also misspelt")(lambda: None)
    with serve(declaring(auth, streamable_http(server_with_a_tool()))):
        assert len(reported(caplog)) == 2
    tools, prompts = sorted(reported(caplog), reverse=True)
    assert "misspelt" in tools
    assert "also misspelt" in tools
    assert "whoami" not in tools
    assert "nothing" in prompts


def test_a_mounted_application_is_looked_at_with_its_first_request(
    key: SigningKey, serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server = server_with_a_tool()
    guard = with_keys(key).bearer_auth_middleware(
        "jwt", resource=RESOURCE, operations={"tools/call": {"misspelt": ["a"]}}
    )
    mount = Mount("/", app=streamable_http(server), middleware=[Middleware(guard)])
    with serve(Starlette(routes=[mount], lifespan=lambda app: server.session_manager.run())) as url:
        assert reported(caplog) == []
        for _ in range(2):
            httpx.post(f"{url}/mcp")
    assert len(reported(caplog)) == 1


def test_a_server_that_cannot_be_found_may_be_given(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    for more in ({}, {"server": server_with_a_tool()}):
        asyncio.run(Exchange().run(declaring(with_keys(key), Recorder(), **more), http_scope()))
    assert len(reported(caplog)) == 2


def test_a_server_that_cannot_list_is_no_trouble(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        async def list_tools(self) -> list[Any]:
            raise RuntimeError

        list_prompts = list_tools

    with caplog.at_level(logging.DEBUG, "mcpauth"):
        asyncio.run(Exchange().run(declaring(with_keys(key), Recorder(), server=Broken()), http_scope()))
    assert reported(caplog) == []
