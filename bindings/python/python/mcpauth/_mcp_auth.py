"""The one object that an application makes."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from starlette.routing import Router

from mcpauth._audience import DANGEROUSLY_ANY, DangerouslyAny
from mcpauth._auth_info import AuthInfo
from mcpauth._caller import CurrentCaller
from mcpauth._engine import Engine
from mcpauth._gate import BearerAuthMiddleware, Guard
from mcpauth._log import DecisionLog
from mcpauth._metadata_route import MetadataRoute
from mcpauth._protected_resource import ResourceServerConfig
from mcpauth.exceptions import AuthServerExceptionCode, MCPAuthAuthServerException

if TYPE_CHECKING:
    from mcpauth._fetch import Client

__all__ = ["MCPAuth"]


class _Default(Enum):
    DEFAULT = "the engine's default"

    def __repr__(self) -> str:
        return "DEFAULT"


_DEFAULT: Final = _Default.DEFAULT


class MCPAuth:
    """Guards MCP servers: one engine, one key cache, one place for the current caller."""

    def __init__(
        self,
        server: None = None,
        protected_resources: ResourceServerConfig | Sequence[ResourceServerConfig] | None = None,
        *,
        http_client: "Client | None" = None,
    ) -> None:
        """Reads the configuration; nothing is fetched yet.

        Args:
            server: The authorization-server mode of earlier versions; not available.
            protected_resources: The resource that is protected here, or several.
            http_client: Fetches metadata and keys, for a private certificate authority or a proxy; by default a plain
                `httpx.Client`, which follows the proxy variables of the environment. An `httpx.Client` is used from
                other threads, an `httpx.AsyncClient` on the event loop that first needs it. A process that forks must
                not have used it before.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem with its place.
        """
        if server is not None:
            raise _refused(
                "server= (authorization-server mode) is not available: describe the protected resource with "
                "protected_resources=ResourceServerConfig(...)"
            )
        configuration: dict[str, Any] = {}
        if protected_resources is not None:
            configuration["protected_resources"] = protected_resources
        self._engine = Engine(configuration, http_client)
        self._caller = CurrentCaller()

    @property
    def auth_info(self) -> AuthInfo | None:
        """The caller of the request that is being served, also inside a long-lived MCP session; None outside of one."""
        return self._caller.auth_info

    def resource_metadata_router(self) -> Router:
        """Serves the protected resource metadata (RFC 9728); spread its `routes` in front of your own."""
        return Router(routes=[MetadataRoute(self._engine)])

    def bearer_auth_middleware(
        self,
        mode_or_verify: Literal["jwt"],
        audience: str | Sequence[str] | DangerouslyAny | None = None,
        required_scopes: Sequence[str] | None = None,
        show_error_details: bool | _Default = _DEFAULT,  # noqa: FBT001 - the documented signature
        leeway: float | _Default = _DEFAULT,
        resource: str | None = None,
        *,
        operations: Mapping[str, Sequence[str] | Mapping[str, Sequence[str]]] | None = None,
        undeclared: Literal["base", "deny"] | None = None,
        cors: bool | _Default = _DEFAULT,
        trust_operation_headers: bool | _Default = _DEFAULT,
    ) -> type[BearerAuthMiddleware]:
        """A middleware class for `starlette.middleware.Middleware`, on a `Mount` or around a whole application.

        Args:
            mode_or_verify: `"jwt"`: access tokens are JWTs of a trusted authorization server.
            audience: Whom a token must be issued for, exactly; one of several. By default the resource identifier.
            required_scopes: Scopes that every request needs, all of them.
            show_error_details: Put expected and actual values into error responses. By default False.
            leeway: Seconds by which clocks may differ (RFC 7519 section 4.1.4). By default 60, at most 600.
            resource: The resource identifier of the guarded application.
            operations: Scopes by MCP method, and by tool, prompt or resource name below it.
            undeclared: What becomes of an operation that is not in `operations`: `"base"` (default): `required_scopes`
                are enough; `"deny"`: it is refused.
            cors: Answer preflights and let browsers read refusals. By default True.
            trust_operation_headers: Believe `Mcp-Method` and `Mcp-Name` without reading the body. By default False.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
            ValueError: The mode is unknown.
        """
        _require_jwt(mode_or_verify)
        options = {
            "audience": {"dangerously_any": True} if audience is DANGEROUSLY_ANY else audience,
            "required_scopes": required_scopes,
            "show_error_details": show_error_details,
            # Seconds are whole in the engine's configuration; 60.0 is 60 there too.
            "leeway": int(leeway) if isinstance(leeway, float) and leeway.is_integer() else leeway,
            "resource": resource,
            "operations": operations,
            "undeclared": undeclared,
            "cors": cors,
            "trust_operation_headers": trust_operation_headers,
        }
        given = {name: value for name, value in options.items() if value is not None and value is not _DEFAULT}
        gate = self._engine.gate(given)
        guard = Guard(self._engine, gate, self._caller, DecisionLog(gate.policy()))
        return type(BearerAuthMiddleware.__name__, (BearerAuthMiddleware,), {"guard": guard})


def _require_jwt(mode: Any) -> None:
    if callable(mode):
        raise _refused("a custom verifier is not available: use 'jwt' and list the issuers under authorization_servers")
    if mode != "jwt":
        raise ValueError(f"unknown mode {mode!r}: use 'jwt'")


def _refused(description: str) -> MCPAuthAuthServerException:
    cause = {"error_description": description}
    return MCPAuthAuthServerException(AuthServerExceptionCode.INVALID_SERVER_CONFIG, cause)
