"""One bounded HTTP exchange: what every kind of client has in common."""

import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from mcpauth._logger import logger
from mcpauth._mcpauth import Fetch

if TYPE_CHECKING:
    import httpx

    Client: TypeAlias = httpx.Client | httpx.AsyncClient

__all__ = ["Body", "Exchange", "Fetcher", "Refused", "Reply", "fetcher"]


class Reply(NamedTuple):
    """The response to a fetch, whatever its status."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Fetcher(Protocol):
    """Begins fetches."""

    def start(self, fetch: Fetch) -> "Future[Reply | None]":
        """The future is done when the time of the fetch is over at the latest; None means that it failed."""
        ...


def fetcher(client: "Client | None") -> Fetcher:
    """The way to fetch with a client of the application's, or with one of our own.

    Raises:
        TypeError: It is no client of httpx.
    """
    from mcpauth._fetch_in_thread import FetchInThread

    if client is None:
        return FetchInThread(None)
    import httpx  # the application has imported it

    if isinstance(client, httpx.AsyncClient):
        from mcpauth._fetch_on_loop import FetchOnLoop

        return FetchOnLoop(client)
    if isinstance(client, httpx.Client):
        return FetchInThread(client)
    raise TypeError(f"http_client must be an httpx.Client or an httpx.AsyncClient, not {type(client).__name__}")


class Refused(Exception):  # noqa: N818 - it says what happened
    """The response is not one that may be read."""


class Exchange:
    """A fetch that has begun, and its deadline."""

    def __init__(self, fetch: Fetch) -> None:
        # Running from the start: a waiter that is cancelled must not cancel it for the others.
        self.reply: Future[Reply | None] = Future()
        self.reply.set_running_or_notify_cancel()
        self.fetch = fetch
        seconds = fetch.timeout_ms / 1000
        self._deadline = time.monotonic() + seconds
        self._late = TimeoutError(f"no complete response within {seconds:g} s")
        # httpx limits each read, which a server that drips can stretch for ever; this limits the whole.
        self._timer = Timer(seconds, self.expire)
        self._timer.daemon = True

    def watch(self) -> None:
        """Starts the deadline."""
        self._timer.start()

    @property
    def seconds_left(self) -> float:
        """Never zero, which would be no limit."""
        return max(self._deadline - time.monotonic(), 0.001)

    def expire(self) -> None:
        """The time is over."""
        self.fail(self._late)

    def fail(self, error: BaseException) -> None:
        """Whatever it was, the document is not there."""
        if not self.reply.done():
            logger.warning("fetch of %s failed: %s: %s", self.fetch.url, type(error).__name__, error)
        self.settle(None)

    def settle(self, reply: Reply | None) -> None:
        """The deadline and the response may come together; the first one counts."""
        self._timer.cancel()
        with suppress(InvalidStateError):
            self.reply.set_result(reply)


class Body:
    """Collects a response body within its limit."""

    def __init__(self, response: "httpx.Response", limit: int) -> None:
        if response.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Refused("the response is compressed, which was not asked for")
        self._chunks = bytearray()
        self._limit = limit

    def add(self, chunk: bytes) -> None:
        """One more piece."""
        self._chunks += chunk
        if len(self._chunks) > self._limit:
            raise Refused(f"the response is larger than {self._limit} bytes")

    def whole(self) -> bytes:
        """Everything that came."""
        return bytes(self._chunks)
