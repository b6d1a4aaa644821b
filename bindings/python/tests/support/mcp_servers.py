"""The same MCP server on either major version of the official SDK."""

import asyncio
import json
from importlib import import_module
from importlib.metadata import version
from typing import Any

import httpx
from mcpauth import MCPAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from support.tokens import RESOURCE

LEEWAY = 60
MAJOR = int(version("mcp").split(".")[0])


class Meeting:
    """Holds everybody who comes until all are there."""

    def __init__(self, size: int) -> None:
        self._missing = size
        self._complete = asyncio.Event()

    async def join(self) -> None:
        self._missing -= 1
        if self._missing <= 0:
            self._complete.set()
        await asyncio.wait_for(self._complete.wait(), 10)


class IdentityServer:
    """Its tools tell who called: by `auth_info`, and by the SDK's own place."""

    def __init__(self, auth: MCPAuth) -> None:
        self.auth = auth
        self.meeting = Meeting(1)
        self.calls = 0
        self.inner_headers: dict[str, str] = {}
        self._mcp = _server(self._who, self._who_sync, self._who_inside)

    def streamable_http(self) -> Starlette:
        """Stateful sessions at /mcp."""
        app = streamable_http(self._mcp)
        return self._guarded(app, lifespan=lambda _: self._mcp.session_manager.run())

    def sse(self) -> Starlette:
        """Sessions at /sse, messages at /messages/."""
        return self._guarded(self._mcp.sse_app())

    def _guarded(self, app: Any, **more: Any) -> Starlette:
        guard = Middleware(self.auth.bearer_auth_middleware("jwt", resource=RESOURCE))
        routes = [*self.auth.resource_metadata_router().routes, Mount("/", app=app, middleware=[guard])]
        return Starlette(routes=routes, **more)

    async def _who(self, scope: dict[str, Any]) -> str:
        before = self._caller(scope)
        self.calls += 1
        await self.meeting.join()
        assert self._caller(scope) == before
        return json.dumps(before)

    def _who_sync(self) -> str:
        info = self.auth.auth_info
        return json.dumps(info and {"subject": info.subject, "scopes": info.scopes})

    async def _who_inside(self) -> str:
        """Asks an application in the same process, as somebody else."""

        async def answer(_: Request) -> PlainTextResponse:
            return PlainTextResponse(self._who_sync())

        guard = self.auth.bearer_auth_middleware("jwt", resource=RESOURCE)
        transport = httpx.ASGITransport(guard(Starlette(routes=[Route("/", answer)])))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://inside", headers=self.inner_headers
        ) as client:
            inner = (await client.get("/")).json()
        return json.dumps({"inner": inner, "outer": json.loads(self._who_sync())})

    def _caller(self, scope: dict[str, Any]) -> dict[str, Any]:
        info, user = self.auth.auth_info, scope["user"]
        assert info is not None
        assert info.token == user.access_token.token
        assert user.access_token.expires_at == (info.expires_at or 0) + LEEWAY
        assert user.access_token.claims["iss"] == info.issuer
        assert scope["auth"].scopes == info.scopes
        return {"subject": info.subject, "scopes": info.scopes}


def mcp_server(name: str) -> Any:
    """The SDK's high-level server."""
    if MAJOR == 1:
        return import_module("mcp.server.fastmcp").FastMCP(name, json_response=True)
    return import_module("mcp.server.mcpserver").MCPServer(name)


def _server(who: Any, who_sync: Any, who_inside: Any) -> Any:
    module = import_module("mcp.server.fastmcp" if MAJOR == 1 else "mcp.server.mcpserver")
    server = mcp_server("identity")

    async def whoami(ctx: Any) -> str:
        return str(await who(ctx.request_context.request.scope))

    def whoami_sync() -> str:
        return str(who_sync())

    async def whoami_inside() -> str:
        return str(await who_inside())

    whoami.__annotations__["ctx"] = module.Context  # the SDK finds the context by its type
    server.add_tool(whoami)
    server.add_tool(whoami_sync)
    server.add_tool(whoami_inside)
    return server


def streamable_http(server: Any) -> Any:
    """Its application, with answers that are no streams."""
    return server.streamable_http_app() if MAJOR == 1 else server.streamable_http_app(json_response=True)
