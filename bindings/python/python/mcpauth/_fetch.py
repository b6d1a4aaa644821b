"""One bounded HTTP exchange, in a thread of its own.

A thread, because whoever waits for a key must not depend on who asked first: not on that request, which may be
cancelled, nor on its event loop, which may end. And no event loop is ever blocked by it.
"""

import logging
import socket
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import nullcontext, suppress
from threading import Thread, Timer
from typing import TYPE_CHECKING, Any, NamedTuple

from mcpauth._mcpauth import Fetch

if TYPE_CHECKING:
    import httpx

__all__ = ["Reply", "require_sync", "start"]

_logger = logging.getLogger("mcpauth")


class Reply(NamedTuple):
    """The response to a fetch, whatever its status."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def require_sync(client: "httpx.Client | None") -> "httpx.Client | None":
    """Refuses an `httpx.AsyncClient`, which belongs to one event loop; a fetch belongs to none."""
    if client is not None:
        import httpx

        if not isinstance(client, httpx.Client):
            raise TypeError(f"http_client must be an httpx.Client, not {type(client).__name__}")
    return client


def start(fetch: Fetch, client: "httpx.Client | None") -> "Future[Reply | None]":
    """Begins a fetch. The future is done when its time is over at the latest; None means that it failed."""
    exchange = _Exchange(fetch, client)
    exchange.begin()
    return exchange.reply


class _Refused(Exception):  # noqa: N818 - it says what happened
    """The response is not one that may be read."""


class _Exchange:
    def __init__(self, fetch: Fetch, client: "httpx.Client | None") -> None:
        # Running from the start: a waiter that is cancelled must not cancel it for the others.
        self.reply: Future[Reply | None] = Future()
        self.reply.set_running_or_notify_cancel()
        self._fetch = fetch
        self._client = client
        self._seconds = fetch.timeout_ms / 1000
        self._deadline = time.monotonic() + self._seconds
        self._stream: Any = None
        # httpx limits each read, which a server that drips can stretch for ever; this limits the whole.
        self._timer = Timer(self._seconds, self._expire)
        self._timer.daemon = True

    def begin(self) -> None:
        thread = Thread(target=self._run, name="mcpauth-fetch", daemon=True)
        try:
            self._timer.start()
            thread.start()
        except RuntimeError as error:  # the process has no thread left, or ends
            self._fail(error)

    def _run(self) -> None:
        try:
            reply = self._exchange()
        except Exception as error:  # whatever it was, the document is not there
            self._fail(error)
        else:
            self._settle(reply)

    def _expire(self) -> None:
        self._fail(TimeoutError(f"no complete response within {self._seconds:g} s"))
        # The reading thread ends too: a close from here would not wake it, a shutdown does.
        raw = self._stream.get_extra_info("socket") if self._stream is not None else None
        if raw is not None:
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

    def _fail(self, error: Exception) -> None:
        if not self.reply.done():
            _logger.warning("fetch of %s failed: %s: %s", self._fetch.url, type(error).__name__, error)
        self._settle(None)

    def _settle(self, reply: Reply | None) -> None:
        self._timer.cancel()
        with suppress(InvalidStateError):  # the deadline and the response may come together; the first one counts
            self.reply.set_result(reply)

    def _exchange(self) -> Reply:
        import httpx  # not needed before, and it costs a fifth of a second

        # A client for one exchange keeps no connection that a fork would share.
        owned = httpx.Client() if self._client is None else nullcontext(self._client)
        fetch = self._fetch
        with (
            owned as client,
            client.stream(
                fetch.method,
                fetch.url,
                headers=fetch.headers,
                content=fetch.body or None,
                timeout=max(self._deadline - time.monotonic(), 0.001),
                follow_redirects=False,
                extensions={"trace": self._trace},
            ) as response,
        ):
            return Reply(response.status_code, response.headers.raw, self._body(response))

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = details["return_value"]

    def _body(self, response: "httpx.Response") -> bytes:
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise _Refused("the response is compressed, which was not asked for")
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self._fetch.max_bytes:
                raise _Refused(f"the response is larger than {self._fetch.max_bytes} bytes")
        return bytes(body)
