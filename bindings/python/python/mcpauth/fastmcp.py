"""FastMCP's own authorization (`fastmcp` on PyPI, 4.x) by the engine."""

from typing import Any

from fastmcp import settings
from fastmcp.server.auth import AccessToken, AuthProvider
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import Unpack

from mcpauth import _mcpauth as native
from mcpauth._asgi import response
from mcpauth._gate import BearerAuthMiddleware, bearer_auth_middleware
from mcpauth._mcp_auth import MCPAuth, Mode
from mcpauth._mcp_sdk import access_token
from mcpauth._options import GateOptions
from mcpauth._refusal import refusal

__all__ = ["MCPAuthProvider"]


class MCPAuthProvider(AuthProvider):
    """`FastMCP("notes", auth=MCPAuthProvider(mcp_auth))`: the whole gate at the MCP endpoints, and the metadata.

    FastMCP asks for a token behind the gate once more, so operations cannot be anonymous here; use
    `MCPAuth.protect(mcp.http_app())` for that. Other routes of the application stay public, as always with FastMCP.
    """

    def __init__(self, mcp_auth: MCPAuth, mode_or_verify: Mode = "jwt", **options: Unpack[GateOptions]) -> None:
        """Makes a gate.

        Args:
            mcp_auth: Where the resource and its authorization servers are configured.
            mode_or_verify: As for `MCPAuth.bearer_auth_middleware`.
            options: See `GateOptions`.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
        """
        # Scopes are the gate's business; FastMCP would judge them once more, without the hierarchy.
        super().__init__()
        self._guard = mcp_auth._guard_for(mode_or_verify, options)

    async def verify_token(self, token: str) -> AccessToken | None:
        """The token as FastMCP knows it; None when it is not good.

        Raises:
            MCPAuthBearerAuthException: It cannot be told now: the authorization server does not answer.
        """
        answer = await self._guard.decide_token(token)
        if not isinstance(answer, native.Respond):
            verified = access_token(answer)
            return None if verified is None else AccessToken.model_validate(verified.model_dump())
        if answer.is_server_error:
            raise refusal(answer)
        return None

    def get_routes(self, mcp_path: str | None = None) -> list[Route]:
        """The metadata documents (RFC 9728 section 3)."""
        self.set_mcp_path(mcp_path)
        engine = self._guard.engine

        async def metadata(request: Request) -> Response:
            return response(await engine.metadata(native.RequestFacts.of(request.scope)))

        methods = ["GET", "HEAD", "OPTIONS"]
        return [Route(path, metadata, methods=methods) for path in engine.metadata_paths() if "{" not in path]

    def get_middleware(self) -> list[Any]:
        """The gate, and behind it what FastMCP itself reads the caller from."""
        return [Middleware(_AtPath, provider=self, gate=bearer_auth_middleware(self._guard)), *super().get_middleware()]

    def guards(self, path: str) -> bool:
        """Whether a path of the application is one of MCP: the endpoint, or where messages go when that is of SSE."""
        return path == self._mcp_path or path.startswith(settings.message_path.rstrip("/"))


class _AtPath:
    def __init__(self, app: ASGIApp, provider: MCPAuthProvider, gate: type[BearerAuthMiddleware]) -> None:
        self._app = app
        self._provider = provider
        self._gated = gate(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_request = scope["type"] in {"http", "websocket"}
        app = self._app if is_request and not self._provider.guards(_route_path(scope)) else self._gated
        await app(scope, receive, send)


def _route_path(scope: Scope) -> str:
    """The path within the application, as its router sees it."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))
