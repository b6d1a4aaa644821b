"""The ASGI side of a request: what the engine must see of it, and how its answers go out."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from mcpauth._mcpauth import RequestFacts, Respond

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Message, Receive, Scope, Send

__all__ = [
    "BufferedBody",
    "ClientDisconnected",
    "RequestFacts",
    "deny_websocket",
    "given_facts",
    "respond",
    "response",
    "watching_start",
]

_Header: TypeAlias = tuple[str | bytes, str | bytes]
_RawHeader: TypeAlias = tuple[bytes, bytes]


def given_facts(method: str, target: str, headers: "Mapping[str, str] | Iterable[_Header]") -> RequestFacts:
    """Those of a request that is no ASGI request."""
    pairs = cast("Iterable[_Header]", headers.items() if isinstance(headers, Mapping) else headers)
    return RequestFacts(method, target, [(_bytes(name).lower(), _bytes(value)) for name, value in pairs])


class ClientDisconnected(Exception):  # noqa: N818 - nobody's error
    """The client went away before its body was complete."""


class BufferedBody:
    """Reads a request body ahead and hands it to the application as if nobody had."""

    def __init__(self, receive: "Receive") -> None:
        self._receive = receive
        self._messages: deque[Message] = deque()
        self._ahead = bytearray()
        self._complete = False

    @classmethod
    def given(cls, body: bytes) -> "BufferedBody":
        """A body that is there already."""

        async def whole() -> bytes:
            return body

        return cls.of(whole)

    @classmethod
    def of(cls, body: Callable[[], Awaitable[bytes]]) -> "BufferedBody":
        """A body that somebody else has, or will read whole."""

        async def receive() -> "Message":
            return {"type": "http.request", "body": await body(), "more_body": False}

        return cls(receive)

    async def read(self, limit: int) -> bytes:
        """The whole body, or its first `limit` + 1 bytes if it is larger."""
        while not self._complete and len(self._ahead) <= limit:
            message = await self._receive()
            if message["type"] != "http.request":
                raise ClientDisconnected
            self._messages.append(message)
            self._ahead += message.get("body", b"")
            self._complete = not message.get("more_body", False)
        return bytes(self._ahead[: limit + 1])

    async def receive(self) -> "Message":
        """The messages that were read ahead, as they were, then the stream itself."""
        return self._messages.popleft() if self._messages else await self._receive()


async def respond(scope: "Scope", send: "Send", answer: Respond) -> None:
    """Sends the engine's bytes."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.raw_headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})


def response(answer: Respond) -> "Response":
    """The engine's bytes as a response of Starlette."""
    from starlette.responses import Response

    result = Response(answer.body, answer.status)
    result.raw_headers = answer.raw_headers
    return result


async def deny_websocket(scope: "Scope", send: "Send", answer: Respond) -> None:
    """Refuses a handshake: with the engine's bytes where the server can send them, else with its own plain 403."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    start = {"type": "websocket.http.response.start", "status": answer.status, "headers": answer.raw_headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": answer.body})


def watching_start(send: "Send", added: list[_RawHeader], started: Callable[[list[_RawHeader]], None]) -> "Send":
    """A `send` that adds headers to the application's response, but for those it has set itself, and tells them."""

    # Not a coroutine of its own: a stream of many small chunks would pay for one each.
    def send_and_tell(message: "Message") -> Awaitable[None]:
        if message["type"] == "http.response.start":
            own = message.get("headers", ())
            if added or not isinstance(own, list):  # what is not a list may be read only once
                own = list(own)
                names = {bytes(name).lower() for name, _ in own}
                message = {**message, "headers": own + [header for header in added if header[0] not in names]}
            started(own)
        return send(message)

    return send_and_tell


def _bytes(text: str | bytes) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text
