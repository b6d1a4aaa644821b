"""An application that remembers what it was given and answers 200."""

from mcpauth import AuthInfo, MCPAuth
from starlette.types import Message, Receive, Scope, Send


class Recorder:
    def __init__(self, auth: MCPAuth | None = None) -> None:
        self.auth = auth
        self.messages: list[Message] = []
        self.scopes: list[Scope] = []
        self.callers: list[AuthInfo | None] = []

    @property
    def subjects(self) -> list[str | None]:
        return [info.subject if info else None for info in self.callers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        self.callers.append(self.auth.auth_info if self.auth else None)
        if scope["type"] != "http":
            return
        while True:
            self.messages.append(await receive())
            if not self.messages[-1].get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})
