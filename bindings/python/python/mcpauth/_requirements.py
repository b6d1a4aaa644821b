"""Scopes that are declared beside a tool."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeVar
from weakref import WeakSet

__all__ = ["Requirement", "Requirements", "guarded"]

T = TypeVar("T")


class Requirement(NamedTuple):
    """What one operation needs beside what every request needs."""

    method: str
    name: str
    scopes: tuple[str, ...]
    resource: str | None


class _Listener(Protocol):
    def rebuild(self) -> None: ...


class Requirements:
    """The requirements of one `MCPAuth`, and the guards that enforce them."""

    def __init__(self) -> None:
        self._all: list[Requirement] = []
        self._listeners: WeakSet[Any] = WeakSet()

    def of(self, resource: str | None) -> list[Requirement]:
        """Those that hold for a resource."""
        return [one for one in self._all if one.resource in (None, resource)]

    def add(self, requirement: Requirement) -> None:
        """Guards that were made before know it from now on."""
        self._all.append(requirement)
        try:
            for listener in list(self._listeners):
                listener.rebuild()
        except Exception:
            self._all.remove(requirement)
            raise

    def tell(self, listener: _Listener) -> None:
        """The guard is rebuilt whenever a requirement comes."""
        self._listeners.add(listener)


def guarded(tool: Callable[..., T], check: Callable[[], None]) -> Callable[..., T]:
    """The tool behind a check of its own, for when the gate does not know it by the name it was declared with."""
    if inspect.iscoroutinefunction(tool):

        @functools.wraps(tool)
        async def checked_async(*args: Any, **kwargs: Any) -> Any:
            check()
            return await tool(*args, **kwargs)

        return checked_async  # type: ignore[return-value]

    @functools.wraps(tool)
    def checked(*args: Any, **kwargs: Any) -> T:
        check()
        return tool(*args, **kwargs)

    return checked
