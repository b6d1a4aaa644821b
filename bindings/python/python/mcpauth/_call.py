"""Calling a function of the application that may be synchronous or asynchronous."""

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["call"]


async def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Its result. A synchronous function runs in a thread, with a copy of the context: it may block."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004
        return await function(*arguments)
    import asyncio  # who awaits has it; who imports this package may not want it yet

    result = await asyncio.to_thread(function, *arguments)
    return await result if inspect.isawaitable(result) else result
