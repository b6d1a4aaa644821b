"""What is checked once the application has started: does every declared operation exist?"""

from typing import TYPE_CHECKING

from mcpauth._guard import Guard
from mcpauth._logger import logger
from mcpauth._registered import mcp_server_of, registered_names

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Send

__all__ = ["Startup"]


class Startup:
    """Reports, once, declared names that the MCP server does not have: most likely they are misspelt."""

    def __init__(self, guard: Guard, app: "ASGIApp", server: object) -> None:
        self._guard = guard
        self._app = app
        self._server = server
        self.is_done = False
        """Whether the first request, or the start, has come."""

    def watching(self, send: "Send") -> "Send":
        """A `send` for the lifespan, which tells when the application is up."""

        async def send_and_look(message: "Message") -> None:
            if message["type"] == "lifespan.startup.complete":
                await self.once()
            await send(message)

        return send_and_look

    async def once(self) -> None:
        """A mounted application sees no lifespan: its first request comes here."""
        if self.is_done:
            return
        self.is_done = True
        server = self._server or mcp_server_of(self._app)
        declared = self._guard.gate.declared()
        if server is None or not declared:
            return
        for method in sorted({method for method, _ in declared}):
            known = await registered_names(server, method)
            missing = [name for of, name in declared if of == method and known is not None and name not in known]
            if missing:
                logger.warning("%s: scopes are declared for %s, which the server does not have", method, missing)
