"""The caller as a dependency of FastAPI."""

import asyncio
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Security
from fastapi.responses import JSONResponse
from mcpauth import AuthInfo, MCPAuth
from support.asgi import Exchange, http_scope
from support.auth import with_keys
from support.recorder import Recorder
from support.tokens import RESOURCE, SigningKey


def application(auth: MCPAuth, **options: Any) -> FastAPI:
    app = FastAPI()
    caller = auth.fastapi(**options)

    @app.get("/notes")
    async def read(info: Annotated[AuthInfo, Security(caller, scopes=["read:notes"])]) -> dict[str, Any]:
        assert auth.auth_info is info
        return {"subject": info.subject}

    @app.delete("/notes")
    def delete(info: Annotated[AuthInfo, Security(caller, scopes=["delete:notes"])]) -> dict[str, Any]:
        assert auth.auth_info is info
        return {"subject": info.subject}

    @app.post("/notes")
    async def write(note: dict[str, Any], info: Annotated[AuthInfo, Security(caller)]) -> AuthInfo:
        return info.model_copy(update={"token": ""})

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418)

    return app


def ask(app: FastAPI, method: str, headers: dict[str, str], path: str = "/notes", **more: Any) -> httpx.Response:
    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://api.example.com") as client:
            return await client.request(method, path, headers=headers, **more)

    return asyncio.run(exchange())


def test_the_endpoint_gets_the_caller(key: SigningKey) -> None:
    auth = with_keys(key)
    app = application(auth)
    assert ask(app, "GET", key.bearer(sub="bob")).json() == {"subject": "bob"}
    assert ask(app, "DELETE", key.bearer(scope="delete:notes")).json() == {"subject": "alice"}
    assert auth.auth_info is None


def test_an_endpoint_may_read_its_body_and_answer_with_the_caller(key: SigningKey) -> None:
    answer = ask(application(with_keys(key)), "POST", key.bearer(extra=[1]), json={"text": "x"}).json()
    assert (answer["subject"], answer["claims"]["extra"]) == ("alice", [1])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}])
def test_a_refusal_is_the_engines_own_response(key: SigningKey, headers: dict[str, str]) -> None:
    guarded = with_keys(key).bearer_auth_middleware("jwt", resource=RESOURCE)(Recorder())
    expected = asyncio.run(Exchange().run(guarded, http_scope("GET", headers=headers)))
    answer = ask(application(with_keys(key)), "GET", headers)
    assert (answer.status_code, answer.content) == (expected.status, expected.body)
    assert {name: answer.headers[name] for name in expected.headers} == expected.headers


def test_a_missing_scope_is_a_complete_challenge(key: SigningKey) -> None:
    answer = ask(application(with_keys(key), required_scopes=["read:notes"]), "DELETE", key.bearer())
    assert answer.status_code == 403
    assert answer.json()["missing_scopes"] == ["delete:notes"]
    assert 'scope="read:notes delete:notes"' in answer.headers["www-authenticate"]
    assert "resource_metadata=" in answer.headers["www-authenticate"]


def test_the_openapi_document_has_scheme_and_scopes(key: SigningKey) -> None:
    document = application(with_keys(key)).openapi()
    assert document["paths"]["/notes"]["delete"]["security"] == [{"mcpauth": ["delete:notes"]}]
    assert document["components"]["securitySchemes"]["mcpauth"]["scheme"] == "bearer"


def test_operations_are_judged_by_the_body_that_the_endpoint_reads_too(key: SigningKey) -> None:
    app = application(with_keys(key), operations={"tools/call": {"delete": ["delete:notes"]}})

    def call(tool: str) -> int:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool}}
        return ask(app, "POST", key.bearer(), json=message).status_code

    assert (call("read"), call("delete")) == (200, 403)


def test_other_exceptions_are_none_of_our_business(key: SigningKey) -> None:
    assert ask(application(with_keys(key)), "GET", {}, "/teapot").status_code == 418


def test_an_application_may_answer_refusals_itself(key: SigningKey) -> None:
    app = application(with_keys(key))

    @app.exception_handler(401)
    async def unauthorized(request: Any, error: HTTPException) -> JSONResponse:
        return JSONResponse({"own": True}, 401, error.headers)

    answer = ask(app, "GET", {})
    assert answer.json() == {"own": True}
    assert "resource_metadata=" in answer.headers["www-authenticate"]


def test_refusals_are_only_reported_when_that_is_asked_for(key: SigningKey, caplog: pytest.LogCaptureFixture) -> None:
    app = application(with_keys(key), report_only=True)
    assert [ask(app, "DELETE", key.bearer()).status_code for _ in range(3)] == [200] * 3
    [told] = [record for record in caplog.records if record.name == "mcpauth" and record.levelname == "WARNING"]
    assert told.getMessage().startswith("403 insufficient_scope")
