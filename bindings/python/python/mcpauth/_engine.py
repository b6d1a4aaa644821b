"""The host loop: ask the engine; fetch or buffer what it asks for; ask again."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from mcpauth import _mcpauth as native
from mcpauth._asgi import BufferedBody, RequestFacts
from mcpauth._flights import Flights
from mcpauth._json import to_json
from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException

if TYPE_CHECKING:
    import httpx

__all__ = ["Engine", "configured"]

T = TypeVar("T")

# A decision takes two fetches and a body at most; an engine that still asks after this would ask for ever.
_ROUNDS = 8


class Engine:
    """The engine of one `MCPAuth`, with the means to get what it asks for."""

    def __init__(self, configuration: dict[str, Any], client: "httpx.Client | None") -> None:
        self._native = configured(native.Engine, to_json(configuration))
        self._flights = Flights(self._native, client)

    def gate(self, options: dict[str, Any]) -> native.Gate:
        """A policy for one resource."""
        return configured(self._native.gate, to_json(options))

    def metadata(self, request: RequestFacts) -> native.Respond | None:
        """The metadata document that a request asks for, if it asks for one."""
        answer = self._native.metadata(request.method, request.target, request.headers, int(time.time()))
        return None if isinstance(answer, native.Fetch) else answer

    def metadata_paths(self) -> list[str]:
        """Where metadata documents live."""
        return self._native.metadata_paths()

    async def decide(
        self, gate: native.Gate, request: RequestFacts, body: BufferedBody | None
    ) -> native.Allow | native.Respond:
        """The engine's decision; the body is read only when it asks for it."""
        content: bytes | None = None
        for _ in range(_ROUNDS):
            answer = gate.check(request.method, request.target, request.headers, content, None, int(time.time()))
            if isinstance(answer, native.Fetch):
                await asyncio.wrap_future(self._flights.join(answer))
            elif isinstance(answer, native.NeedBody):
                content = await body.read(answer.max) if body else b""
            elif isinstance(answer, native.NeedVerdict):
                raise RuntimeError("no gate of this package verifies tokens with a function")
            else:
                return answer
        raise RuntimeError("the mcpauth engine came to no decision")


def configured(make: Callable[[str], T], text: str) -> T:
    """What the engine makes of a configuration, or the exception that tells what is wrong with it."""
    try:
        return make(text)
    except ValueError as error:
        cause = json.loads(str(error))
        raise MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_CONFIG, cause) from None
