"""The host loop: ask the engine; fetch or buffer what it asks for; ask again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from mcpauth import _mcpauth as native
from mcpauth._asgi import BufferedBody
from mcpauth._clock import now
from mcpauth._configured import configured
from mcpauth._fetch import fetcher
from mcpauth._flights import Flights
from mcpauth._json import to_json
from mcpauth._verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from concurrent.futures import Future

    from mcpauth._fetch import Client

__all__ = ["Answer", "Ask", "Engine"]

Ask: TypeAlias = "Callable[[bytes | None, str | None], Answer]"
Answer: TypeAlias = native.Allow | native.Respond | native.Fetch | native.NeedBody | native.NeedVerdict

_SESSION = b"mcp-session-id"
_SESSION_BYTES = len(_SESSION)

# A decision takes two fetches and a body at most; an engine that still asks after this would ask for ever.
_ROUNDS = 8


class Engine:
    """The engine of one `MCPAuth`, with the means to get what it asks for."""

    def __init__(self, configuration: dict[str, Any], client: "Client | None") -> None:
        self._native = configured(native.Engine, to_json(configuration))
        self._flights = Flights(self._native, fetcher(client))

    def gate(self, options: dict[str, Any]) -> native.Gate:
        """A policy for one resource."""
        return configured(self._native.gate, to_json(options))

    def is_metadata(self, request: native.RequestFacts) -> bool:
        """Whether a request asks for a metadata document."""
        return self._ask_metadata(request) is not None

    async def metadata(self, request: native.RequestFacts) -> native.Respond:
        """The metadata document that a request asks for."""
        for _ in range(_ROUNDS):
            answer = self._ask_metadata(request)
            if isinstance(answer, native.Respond):
                return answer
            if answer is None:  # another configuration since `is_metadata`
                break
            await _landed(self._flights.join(answer))
        raise _undecided()

    def _ask_metadata(self, request: native.RequestFacts) -> native.Respond | native.Fetch | None:
        return self._native.metadata(request.method, request.target, request.headers, now())

    def metadata_paths(self) -> list[str]:
        """Where metadata documents live."""
        return self._native.metadata_paths()

    def open_session(self, allow: native.Allow, headers: list[tuple[bytes, bytes]]) -> None:
        """Remembers whose session it is that a response opens, if it opens one."""
        for name, value in headers:
            if len(name) == _SESSION_BYTES and bytes(name).lower() == _SESSION:
                self._native.open_session(value, allow)

    @property
    def is_legacy(self) -> bool:
        """Whether there is a server in place of protected resources."""
        return self._native.is_legacy

    def update(self, configuration: dict[str, Any]) -> None:
        """Another configuration from now on, or none of it."""
        configured(self._native.update, to_json(configuration))

    async def prefetch(self) -> None:
        """Fetches what some issuer still lacks, as far as it may be asked for now."""
        while (fetch := self._native.pending(now())) is not None:
            await _landed(self._flights.join(fetch))

    def is_ready(self) -> bool:
        """Whether every issuer has keys."""
        return self._native.is_ready(now())

    async def settle(
        self, answer: Answer, ask: Ask, body: BufferedBody | None, verifier: Verifier | None
    ) -> native.Allow | native.Respond | None:
        """What an answer ends in; None when the application's function, which is to verify the token, has failed.

        The body is read, and the function asked, only when the engine asks for it.
        """
        content: bytes | None = None
        verdict: str | None = None
        for _ in range(_ROUNDS):
            if isinstance(answer, native.Fetch):
                await _landed(self._flights.join(answer))
            elif isinstance(answer, native.NeedBody):
                content = await body.read(answer.max) if body else b""
            elif isinstance(answer, native.NeedVerdict):
                verdict = await verifier.verdict(answer.token) if verifier else None
                if verdict is None:
                    return None
            else:
                return answer
            answer = ask(content, verdict)
        raise _undecided()


def _landed(flight: "Future[None]") -> "Awaitable[None]":
    import asyncio  # who waits for a fetch has it; who imports this package may not want it yet

    return asyncio.wrap_future(flight)


def _undecided() -> RuntimeError:
    return RuntimeError("the mcpauth engine came to no decision")
