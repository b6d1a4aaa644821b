"""Fetches in the air: one for each thing the engine asks for, however many requests wait for it."""

import os
from collections import deque
from concurrent.futures import Future
from threading import Lock
from typing import Protocol
from weakref import WeakSet

from mcpauth._clock import now
from mcpauth._fetch import Fetcher, Reply
from mcpauth._mcpauth import Fetch

__all__ = ["Flights"]

# More than there are issuers in any one engine; see `Flights.join`.
_REMEMBERED = 64


class _Supplied(Protocol):
    def supply(self, id: int, status: int, headers: list[tuple[bytes, bytes]], body: bytes, now: int) -> None: ...  # noqa: A002
    def supply_failure(self, id: int, now: int) -> None: ...  # noqa: A002


class Flights:
    """The fetches of one engine."""

    def __init__(self, engine: _Supplied, fetcher: Fetcher) -> None:
        self._engine = engine
        self._fetcher = fetcher
        self._forget()
        _every.add(self)

    def join(self, fetch: Fetch) -> "Future[None]":
        """A future that is done when the engine has what it asked for, or knows that it cannot have it."""
        with self._lock:
            flight = self._in_the_air.get(fetch.id)
            if flight is not None:
                return flight
            flight = Future()
            flight.set_running_or_notify_cancel()
            if fetch.id in self._landed:  # between the engine's question and ours; ask it again
                flight.set_result(None)
                return flight
            self._in_the_air[fetch.id] = flight
        reply = self._fetcher.start(fetch)
        reply.add_done_callback(lambda reply: self._land(fetch.id, flight, reply.result()))
        return flight

    def _land(self, fetch_id: int, flight: "Future[None]", reply: Reply | None) -> None:
        try:
            self._supply(fetch_id, reply)
        except Exception as error:  # the requests that wait for it fail with it
            self._remove(fetch_id)
            flight.set_exception(error)
        else:
            self._remove(fetch_id)
            flight.set_result(None)

    def _supply(self, fetch_id: int, reply: Reply | None) -> None:
        if reply is None:
            self._engine.supply_failure(fetch_id, now())
        else:
            self._engine.supply(fetch_id, reply.status, reply.headers, reply.body, now())

    def _remove(self, fetch_id: int) -> None:
        with self._lock:
            self._landed.append(fetch_id)
            self._in_the_air.pop(fetch_id, None)

    def _forget(self) -> None:
        self._lock = Lock()
        self._in_the_air: dict[int, Future[None]] = {}
        self._landed: deque[int] = deque(maxlen=_REMEMBERED)


_every: "WeakSet[Flights]" = WeakSet()


def _after_fork() -> None:
    # The threads stayed with the parent, and one of them may hold the lock: the child begins its own fetches.
    for flights in _every:
        flights._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
