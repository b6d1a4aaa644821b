"""A fetch in a thread of its own.

A thread, because whoever waits for a key must not depend on who asked first: not on that request, which may be
cancelled, nor on its event loop, which may end. And no event loop is ever blocked by it.
"""

import socket
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from threading import Thread
from typing import TYPE_CHECKING, Any

from mcpauth._fetch import Body, Exchange, Reply
from mcpauth._mcpauth import Fetch

if TYPE_CHECKING:
    import httpx

__all__ = ["FetchInThread"]


class FetchInThread:
    """Fetches with an `httpx.Client`, or with a new one each time."""

    def __init__(self, client: "httpx.Client | None") -> None:
        self._client = client

    def start(self, fetch: Fetch) -> "Future[Reply | None]":
        """See `Fetcher`."""
        exchange = _ThreadExchange(fetch, self._client)
        exchange.begin()
        return exchange.reply


class _ThreadExchange(Exchange):
    def __init__(self, fetch: Fetch, client: "httpx.Client | None") -> None:
        super().__init__(fetch)
        self._client = client
        self._stream: Any = None

    def begin(self) -> None:
        thread = Thread(target=self._run, name="mcpauth-fetch", daemon=True)
        try:
            self.watch()
            thread.start()
        except RuntimeError as error:  # the process has no thread left, or ends
            self.fail(error)

    def expire(self) -> None:
        super().expire()
        # The reading thread ends too: a close from here would not wake it, a shutdown does.
        raw = self._stream.get_extra_info("socket") if self._stream is not None else None
        if raw is not None:
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        try:
            reply = self._exchange()
        except Exception as error:
            self.fail(error)
        else:
            self.settle(reply)

    def _exchange(self) -> Reply:
        import httpx  # not needed before, and it costs a fifth of a second

        # A client for one exchange keeps no connection that a fork would share.
        owned = httpx.Client() if self._client is None else nullcontext(self._client)
        fetch = self.fetch
        with (
            owned as client,
            client.stream(
                fetch.method,
                fetch.url,
                headers=fetch.headers,
                content=fetch.body or None,
                timeout=self.seconds_left,
                follow_redirects=False,
                extensions={"trace": self._trace},
            ) as response,
        ):
            body = Body(response, fetch.max_bytes)
            for chunk in response.iter_raw():
                body.add(chunk)
            return Reply(response.status_code, response.headers.raw, body.whole())

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = details["return_value"]
