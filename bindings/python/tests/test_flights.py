"""Many requests, one fetch: whoever waits for it, on whichever loop, and whatever becomes of the one who began it."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from mcpauth import MCPAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from support.asgi import Exchange, http_scope
from support.auth import with_discovery
from support.authorization_server import KEYS, METADATA, AuthorizationServer
from support.tokens import RESOURCE

ONCE = {METADATA: 1, KEYS: 1}


async def ok(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def gate(auth: MCPAuth) -> ASGIApp:
    return auth.bearer_auth_middleware("jwt", resource=RESOURCE)(ok)


async def status(app: ASGIApp, headers: dict[str, str]) -> int:
    return (await Exchange().run(app, http_scope(headers=headers))).status


def test_fifty_requests_make_one_fetch_of_each_document(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))

    async def crowd() -> list[int]:
        return await asyncio.gather(*(status(app, authorization_server.bearer(sub=f"u{n}")) for n in range(50)))

    assert set(asyncio.run(crowd())) == {200}
    assert authorization_server.asked == ONCE


def test_other_routes_answer_while_the_keys_are_fetched(authorization_server: AuthorizationServer, serve: Any) -> None:
    auth = with_discovery(authorization_server.issuer)
    guard = Middleware(auth.bearer_auth_middleware("jwt", resource=RESOURCE))
    health = Route("/health", lambda request: PlainTextResponse("fine"))
    authorization_server.hold()
    with serve(Starlette(routes=[health, Mount("/", app=ok, middleware=[guard])])) as url, ThreadPoolExecutor() as pool:
        waiting = pool.submit(httpx.post, f"{url}/notes", headers=authorization_server.bearer(), timeout=30)
        assert authorization_server.arrived.wait(10)
        assert httpx.get(f"{url}/health", timeout=2).text == "fine"
        assert not waiting.done()
        authorization_server.release()
        assert waiting.result().status_code == 200


def test_cancelling_the_request_that_began_strands_nobody(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))
    authorization_server.hold()

    async def cancel_the_first() -> int:
        first = asyncio.create_task(status(app, authorization_server.bearer()))
        await asyncio.to_thread(authorization_server.arrived.wait, 10)
        second = asyncio.create_task(status(app, authorization_server.bearer()))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        authorization_server.release()
        return await asyncio.wait_for(second, 10)

    assert asyncio.run(cancel_the_first()) == 200
    assert authorization_server.asked == ONCE


def test_a_second_event_loop_waits_for_the_same_fetch(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))
    authorization_server.hold()
    with ThreadPoolExecutor() as pool:
        loops = [pool.submit(asyncio.run, status(app, authorization_server.bearer())) for _ in range(3)]
        assert authorization_server.arrived.wait(10)
        authorization_server.release()
        assert [loop.result(10) for loop in loops] == [200, 200, 200]
    assert authorization_server.asked == ONCE


def test_the_end_of_the_loop_that_began_strands_nobody(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))
    authorization_server.hold()

    async def give_up() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(status(app, authorization_server.bearer()), 0.2)

    asyncio.run(give_up())
    with ThreadPoolExecutor() as pool:
        later = pool.submit(asyncio.run, status(app, authorization_server.bearer()))
        authorization_server.release()
        assert later.result(10) == 200
    assert authorization_server.asked == ONCE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_fetches_for_itself(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))
    headers = authorization_server.bearer()
    authorization_server.hold()
    with ThreadPoolExecutor() as pool:
        parent = pool.submit(asyncio.run, status(app, headers))
        assert authorization_server.arrived.wait(10)
        child = os.fork()
        if child == 0:  # no cleanup of pytest's may run here
            signal.alarm(20)
            os._exit(0 if asyncio.run(status(app, headers)) == 200 else 1)
        authorization_server.release()
        assert parent.result(10) == 200
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert authorization_server.asked[METADATA] == 2


def test_an_async_client_serves_two_loops_and_outlives_the_first(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer, http_client=httpx.AsyncClient()))
    authorization_server.hold()
    with ThreadPoolExecutor() as pool:
        loops = [pool.submit(asyncio.run, status(app, authorization_server.bearer())) for _ in range(3)]
        assert authorization_server.arrived.wait(10)
        authorization_server.release()
        assert [loop.result(10) for loop in loops] == [200, 200, 200]
    assert authorization_server.asked == ONCE


def test_cancelling_a_request_does_not_cancel_the_fetch_of_an_async_client(
    authorization_server: AuthorizationServer,
) -> None:
    app = gate(with_discovery(authorization_server.issuer, http_client=httpx.AsyncClient()))
    authorization_server.hold()

    async def cancel_the_first() -> int:
        first = asyncio.create_task(status(app, authorization_server.bearer()))
        await asyncio.to_thread(authorization_server.arrived.wait, 10)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        authorization_server.release()
        return await asyncio.wait_for(status(app, authorization_server.bearer()), 10)

    assert asyncio.run(cancel_the_first()) == 200
    assert authorization_server.asked == ONCE


def test_an_async_client_whose_loop_has_ended_is_used_on_the_next(authorization_server: AuthorizationServer) -> None:
    client = httpx.AsyncClient()
    for _ in range(2):
        app = gate(with_discovery(authorization_server.issuer, http_client=client))
        assert asyncio.run(status(app, authorization_server.bearer())) == 200


def test_an_authorization_server_that_is_down_is_a_503_and_asked_once(
    authorization_server: AuthorizationServer, caplog: pytest.LogCaptureFixture
) -> None:
    authorization_server.misbehaviour[METADATA] = lambda handler: handler.answer(500, b"")
    app = gate(with_discovery(authorization_server.issuer))

    async def crowd() -> list[Exchange]:
        scope = http_scope(headers=authorization_server.bearer())
        return [await Exchange().run(app, dict(scope)) for _ in range(10)]

    answers = asyncio.run(crowd())
    assert {answer.status for answer in answers} == {503}
    assert all("retry-after" in answer.headers for answer in answers)
    assert "www-authenticate" not in answers[0].headers
    asked = authorization_server.asked[METADATA]
    assert asked == 1
    warnings = [record for record in caplog.records if record.levelname == "WARNING" and record.name == "mcpauth"]
    assert len(warnings) == 1


def test_keys_that_were_fetched_are_kept(authorization_server: AuthorizationServer) -> None:
    app = gate(with_discovery(authorization_server.issuer))

    async def one_by_one() -> set[int]:
        return {await status(app, authorization_server.bearer(sub=f"u{n}")) for n in range(20)}

    assert asyncio.run(one_by_one()) == {200}
    assert authorization_server.asked == ONCE
