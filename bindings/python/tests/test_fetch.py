"""One fetch and its bounds, against a server that does what it should not."""

import asyncio
import gzip
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import httpx
import pytest
from mcpauth import utils
from mcpauth.config import AuthServerType
from mcpauth.exceptions import MCPAuthAuthServerException, MCPAuthConfigException
from support.auth import with_discovery
from support.authorization_server import KEYS, METADATA, AuthorizationServer

TOTAL_SECONDS = 5.0  # what the engine gives a fetch


def fetch(server: AuthorizationServer, **more: Any) -> Any:
    return utils.fetch_server_config(server.issuer, AuthServerType.OIDC, **more)


def test_a_document_is_fetched_whole_and_as_it_is(authorization_server: AuthorizationServer) -> None:
    config = fetch(authorization_server)
    assert config.type is AuthServerType.OIDC
    assert config.metadata.issuer == authorization_server.issuer
    assert config.metadata.model_extra == {"x_unknown": {"kept": None}}
    assert authorization_server.headers["accept-encoding"] == "identity"


def test_the_sync_function_blocks_also_inside_a_running_loop(authorization_server: AuthorizationServer) -> None:
    async def inside() -> Any:
        return fetch(authorization_server)

    assert asyncio.run(inside()).metadata.issuer == authorization_server.issuer


def test_the_async_twin_lets_the_loop_run(authorization_server: AuthorizationServer) -> None:
    authorization_server.hold()

    async def both() -> Any:
        query = asyncio.create_task(utils.fetch_server_config_async(authorization_server.issuer, "oidc"))
        await asyncio.to_thread(authorization_server.arrived.wait, 10)
        assert not query.done()
        authorization_server.release()
        return await query

    assert asyncio.run(both()).metadata.issuer == authorization_server.issuer


def test_by_well_known_url(authorization_server: AuthorizationServer) -> None:
    config = utils.fetch_server_config_by_well_known_url(authorization_server.issuer + METADATA, "oidc")
    assert config.metadata is not None
    assert config.metadata.issuer == authorization_server.issuer


def test_a_document_can_be_corrected_before_it_is_read(authorization_server: AuthorizationServer) -> None:
    config = fetch(
        authorization_server, transpile_data=lambda document: {**document, "response_types_supported": ["code"]}
    )
    assert config.metadata.response_types_supported == ["code"]


def test_a_document_that_is_no_metadata_is_refused(authorization_server: AuthorizationServer) -> None:
    authorization_server.documents[METADATA]["scopes_supported"] = 7
    with pytest.raises(MCPAuthAuthServerException) as caught:
        fetch(authorization_server)
    assert caught.value.code == "invalid_server_metadata"


def drip(handler: Any) -> None:
    """One byte now and then: every single read is quick, the whole never ends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    stop = Event()
    while not stop.wait(0.2):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def drip_body(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    stop = Event()
    while not stop.wait(0.2):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def hang(handler: Any) -> None:
    Event().wait(20)


@pytest.mark.parametrize("misbehave", [drip, drip_body, hang])
def test_the_deadline_is_for_the_whole(
    authorization_server: AuthorizationServer, misbehave: Callable[[Any], None]
) -> None:
    authorization_server.misbehaviour[METADATA] = misbehave
    started = time.monotonic()
    with pytest.raises(MCPAuthConfigException) as caught:
        fetch(authorization_server)
    assert time.monotonic() - started < TOTAL_SECONDS + 1
    assert caught.value.code == "fetch_server_config_error"


def redirect(handler: Any) -> None:
    handler.answer(302, b"", Location="/elsewhere")


def compressed(handler: Any) -> None:
    handler.answer(200, gzip.compress(b"{}"), Content_Encoding="gzip")


def huge(handler: Any) -> None:
    handler.answer(200, b'{"issuer": "' + b"x" * 2**22 + b'"}')


def broken(handler: Any) -> None:
    handler.wfile.write(b"\x00\x01")


def error(handler: Any) -> None:
    handler.answer(500, b"{}")


@pytest.mark.parametrize("misbehave", [redirect, compressed, huge, broken, error])
def test_what_may_not_be_read_is_a_failure(
    authorization_server: AuthorizationServer, misbehave: Callable[[Any], None]
) -> None:
    authorization_server.misbehaviour[METADATA] = misbehave
    with pytest.raises(MCPAuthConfigException):
        fetch(authorization_server)
    assert authorization_server.asked["/elsewhere"] == 0


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(MCPAuthConfigException):
        utils.fetch_server_config("http://127.0.0.1:1", "oidc")


@pytest.mark.parametrize("issuer", ["", "not a url", "ftp://as.example.com", "http://as.example.com"])
def test_a_url_that_may_not_be_fetched_is_refused(issuer: str) -> None:
    with pytest.raises(MCPAuthConfigException):
        utils.fetch_server_config(issuer, "oidc")


def test_an_own_client_is_used(authorization_server: AuthorizationServer) -> None:
    with httpx.Client(headers={"X-Mine": "yes"}) as client:
        fetch(authorization_server, http_client=client)
    assert authorization_server.headers["x-mine"] == "yes"
    assert authorization_server.asked == {METADATA: 1}
    assert KEYS not in authorization_server.asked


def test_an_async_client_is_used_by_the_async_functions(authorization_server: AuthorizationServer) -> None:
    async def with_client() -> Any:
        async with httpx.AsyncClient(headers={"X-Mine": "yes"}) as client:
            return await utils.fetch_server_config_async(authorization_server.issuer, "oidc", http_client=client)

    assert asyncio.run(with_client()).metadata.issuer == authorization_server.issuer
    assert authorization_server.headers["x-mine"] == "yes"


@pytest.mark.parametrize("misbehave", [redirect, compressed, huge, broken, error, drip_body])
def test_an_async_client_keeps_the_same_bounds(
    authorization_server: AuthorizationServer, misbehave: Callable[[Any], None]
) -> None:
    authorization_server.misbehaviour[METADATA] = misbehave

    async def with_client() -> None:
        async with httpx.AsyncClient(follow_redirects=True) as client:
            await utils.fetch_server_config_async(authorization_server.issuer, "oidc", http_client=client)

    started = time.monotonic()
    with pytest.raises(MCPAuthConfigException):
        asyncio.run(with_client())
    assert time.monotonic() - started < TOTAL_SECONDS + 1
    assert authorization_server.asked["/elsewhere"] == 0


def test_what_is_asynchronous_is_refused_where_nothing_can_be_awaited() -> None:
    client: Any = httpx.AsyncClient()
    with pytest.raises(TypeError, match="http_client is asynchronous"):
        utils.fetch_server_config("https://as.example.com", "oidc", http_client=client)

    async def transpile(document: dict[str, Any]) -> dict[str, Any]:
        return document

    wrong: Any = transpile
    with pytest.raises(TypeError, match="transpile_data is asynchronous"):
        utils.fetch_server_config("https://as.example.com", "oidc", wrong)


def test_a_correction_that_turns_out_to_be_asynchronous_is_refused(authorization_server: AuthorizationServer) -> None:
    async def transpile(document: dict[str, Any]) -> dict[str, Any]:
        return document

    wrong: Any = lambda document: transpile(document)  # noqa: E731
    with pytest.raises(TypeError, match="transpile_data is asynchronous"):
        fetch(authorization_server, transpile_data=wrong)


def test_a_correction_may_be_asynchronous_where_it_is_awaited(authorization_server: AuthorizationServer) -> None:
    async def transpile(document: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0)
        return {**document, "response_types_supported": ["code"]}

    config = asyncio.run(utils.fetch_server_config_async(authorization_server.issuer, "oidc", transpile))
    assert config.metadata is not None
    assert config.metadata.response_types_supported == ["code"]


def test_a_client_that_is_none_is_refused_at_once() -> None:
    client: Any = object()
    with pytest.raises(TypeError, match="object"):
        with_discovery("https://as.example.com", http_client=client)
