"""A fetch with an `httpx.AsyncClient`, on the event loop that the client belongs to.

The fetch is a task of its own there: the request that began it may be cancelled. Who waits on another loop, or when the
loop ends before the response has come, is served by the deadline at the latest.
"""

import asyncio
import os
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from mcpauth._fetch import Body, Exchange, Reply
from mcpauth._mcpauth import Fetch

if TYPE_CHECKING:
    import httpx

__all__ = ["FetchOnLoop"]


class FetchOnLoop:
    """Fetches on the loop that first used the client; on the loop of today when that one does not run any more."""

    def __init__(self, client: "httpx.AsyncClient") -> None:
        self._client = client
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._tasks: set[Future[None]] = set()

    def start(self, fetch: Fetch) -> "Future[Reply | None]":
        """See `Fetcher`."""
        exchange = Exchange(fetch)
        exchange.watch()
        run = self._run(exchange)
        try:
            self._keep(run)
        except RuntimeError as error:  # there is no loop, or it has just ended
            run.close()
            exchange.fail(error)
        return exchange.reply

    def _keep(self, run: Coroutine[Any, Any, None]) -> None:
        # A loop keeps weak references to its tasks only.
        task = asyncio.run_coroutine_threadsafe(run, self._home())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _home(self) -> asyncio.AbstractEventLoop:
        # After a fork the loop of the parent looks as if it were running.
        if self._loop is None or self._process != os.getpid() or not self._loop.is_running():
            self._loop, self._process = asyncio.get_running_loop(), os.getpid()
        return self._loop

    async def _run(self, exchange: Exchange) -> None:
        try:
            exchange.settle(await asyncio.wait_for(self._exchange(exchange), exchange.seconds_left))
        except BaseException as error:
            exchange.fail(error)
            if not isinstance(error, Exception):  # the loop ends
                raise

    async def _exchange(self, exchange: Exchange) -> Reply:
        fetch = exchange.fetch
        async with self._client.stream(
            fetch.method,
            fetch.url,
            # Kept open, the connection would still be the client's when another loop uses it.
            headers=[*fetch.headers, ("connection", "close")],
            content=fetch.body or None,
            timeout=exchange.seconds_left,
            follow_redirects=False,
        ) as response:
            body = Body(response, fetch.max_bytes)
            async for chunk in response.aiter_raw():
                body.add(chunk)
            return Reply(response.status_code, response.headers.raw, body.whole())
