"""One ASGI exchange, by hand: what a server would not let a test see or do."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]


def http_scope(method: str = "POST", path: str = "/notes", headers: dict[str, str] | None = None, **more: Any) -> Scope:
    pairs = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": pairs,
        "root_path": "",
        **more,
    }


class Exchange:
    """Plays the server for one request: hands out messages, collects what is sent."""

    def __init__(self, *messages: Message) -> None:
        self.unread = list(messages or [{"type": "http.request", "body": b"", "more_body": False}])
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        return self.unread.pop(0) if self.unread else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def run(self, app: ASGIApp, scope: Scope) -> "Exchange":
        await app(scope, self.receive, self.send)
        return self

    @property
    def status(self) -> int:
        status = self.sent[0]["status"]
        assert isinstance(status, int)
        return status

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def body(*chunks: bytes) -> list[Message]:
    """A request body in chunks."""
    last = len(chunks) - 1
    return [{"type": "http.request", "body": chunk, "more_body": index < last} for index, chunk in enumerate(chunks)]
