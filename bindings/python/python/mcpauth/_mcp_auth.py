"""The one object that an application makes."""

import warnings
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from enum import Enum
from functools import partial
from time import monotonic, time
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

from typing_extensions import Unpack

from mcpauth import _mcpauth as native
from mcpauth._advice import advise
from mcpauth._asgi import BufferedBody, given_facts, response
from mcpauth._audience import DangerouslyAny
from mcpauth._auth_info import AuthInfo
from mcpauth._authorization_server import AuthServerConfig
from mcpauth._caller import CurrentCaller
from mcpauth._configured import refused
from mcpauth._engine import Engine
from mcpauth._gate import BearerAuthMiddleware, bearer_auth_middleware
from mcpauth._guard import Guard
from mcpauth._listing import visible
from mcpauth._options import GateOptions, PolicyOptions, gate_key
from mcpauth._protected_resource import ResourceServerConfig
from mcpauth._refusal import refusal
from mcpauth._requirements import Requirement, Requirements, guarded
from mcpauth._verifier import VerifyAccessTokenFunction
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthBearerAuthException

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Router
    from starlette.types import ASGIApp

    from mcpauth._fastapi import FastAPIAuth
    from mcpauth._fetch import Client
    from mcpauth._metadata_route import MetadataRoute

__all__ = ["MCPAuth"]

T = TypeVar("T")
Resources = ResourceServerConfig | Sequence[ResourceServerConfig]
Mode = Literal["jwt"] | VerifyAccessTokenFunction


class _Default(Enum):
    DEFAULT = "the engine's default"

    def __repr__(self) -> str:
        return "DEFAULT"


_DEFAULT: Final = _Default.DEFAULT


class MCPAuth:
    """Guards MCP servers: one engine, one key cache, one place for the current caller."""

    def __init__(
        self,
        server: AuthServerConfig | None = None,
        protected_resources: Resources | None = None,
        context_var: ContextVar[AuthInfo | None] | None = None,
        *,
        http_client: "Client | None" = None,
        token_cache_size: int | None = None,
    ) -> None:
        """Reads the configuration; nothing is fetched yet.

        Args:
            server: The authorization server, in the authorization-server mode of earlier versions. Deprecated.
            protected_resources: The resource that is protected here, or several.
            context_var: A variable that also holds the caller, for the length of each request.
            http_client: Fetches metadata and keys, for a private certificate authority or a proxy; by default a plain
                `httpx.Client`, which follows the proxy variables of the environment. An `httpx.Client` is used from
                other threads, an `httpx.AsyncClient` on the event loop that first needs it. A process that forks must
                not have used it before.
            token_cache_size: How many verified tokens are remembered at most, so that a token that comes again costs
                less; 0 to 65,536, by default 4,096. Updates keep it.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem with its place.
        """
        self._token_cache_size = token_cache_size
        self._configuration = self._configured(server, protected_resources)
        self._engine = Engine(self._configuration, http_client)
        advise(self._configuration)
        self._caller = CurrentCaller(context_var)
        self._requirements = Requirements()
        self._guards: dict[str | bytes, Guard] = {}
        self._usual_guard: Guard | None = None
        """That of `authenticate` without options."""
        if server is not None:
            _deprecated("server=", "describe the protected resource with protected_resources=")

    @property
    def auth_info(self) -> AuthInfo | None:
        """The caller of the request that is being served, also inside a long-lived MCP session; None outside of one."""
        return self._caller.auth_info

    def require_auth_info(self) -> AuthInfo:
        """The caller of the request that is being served.

        Raises:
            MCPAuthBearerAuthException: MISSING_AUTH_HEADER; nobody has been authenticated here.
        """
        info = self._caller.auth_info
        if info is None:
            raise MCPAuthBearerAuthException(BearerAuthExceptionCode.MISSING_AUTH_HEADER)
        return info

    def resource_metadata_router(self) -> "Router":
        """Serves the protected resource metadata (RFC 9728); spread its `routes` in front of your own.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG in authorization-server mode, which has no resources.
        """
        from starlette.routing import Router

        from mcpauth._metadata_route import MetadataRoute

        self._require_mode(legacy=False, instead="metadata_route()")
        return Router(routes=[MetadataRoute(self._engine)])

    def metadata_route(self) -> "MetadataRoute":
        """Serves the authorization server's metadata (RFC 8414), in authorization-server mode. Deprecated.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG when there are protected resources.
        """
        from mcpauth._metadata_route import MetadataRoute

        _deprecated("metadata_route()", "use resource_metadata_router()")
        self._require_mode(legacy=True, instead="resource_metadata_router()")
        return MetadataRoute(self._engine)

    def metadata_endpoint(self) -> "Callable[[Request], Awaitable[Response]]":
        """`metadata_route` as an endpoint function, for a route of your own. Deprecated."""
        _deprecated("metadata_endpoint()", "use resource_metadata_router()")
        self._require_mode(legacy=True, instead="resource_metadata_router()")
        engine = self._engine

        async def metadata(request: "Request") -> "Response":
            return response(await engine.metadata(native.RequestFacts.of(request.scope)))

        return metadata

    def bearer_auth_middleware(
        self,
        mode_or_verify: Mode,
        audience: str | Sequence[str] | DangerouslyAny | None = None,
        required_scopes: Sequence[str] | None = None,
        show_error_details: bool | _Default = _DEFAULT,  # noqa: FBT001 - the documented signature
        leeway: float | _Default = _DEFAULT,
        resource: str | None = None,
        **policy: Unpack[PolicyOptions],
    ) -> type[BearerAuthMiddleware]:
        """A middleware class for `starlette.middleware.Middleware`, on a `Mount` or around a whole application.

        Args:
            mode_or_verify: `"jwt"`: access tokens are JWTs of a trusted authorization server. A function: verifies
                them, synchronously (in a thread) or not; the engine checks issuer, audience, time and scopes of what
                it returns.
            audience: Whom a token must be issued for, exactly; one of several. By default the resource identifier.
            required_scopes: Scopes that every request needs, all of them.
            show_error_details: Put expected and actual values into error responses. By default False.
            leeway: Seconds by which clocks may differ (RFC 7519 section 4.1.4). By default 60, at most 600.
            resource: The resource identifier of the guarded application; none in authorization-server mode.
            policy: See `PolicyOptions`.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
            ValueError: The mode is unknown.
        """
        given = {
            "audience": audience,
            "required_scopes": required_scopes,
            "show_error_details": None if show_error_details is _DEFAULT else show_error_details,
            "leeway": None if leeway is _DEFAULT else leeway,
            "resource": resource,
            **policy,
        }
        return bearer_auth_middleware(self._guard(mode_or_verify, given))

    def protect(
        self,
        app: "ASGIApp",
        mode_or_verify: Mode = "jwt",
        *,
        server: object = None,
        **options: Unpack[GateOptions],
    ) -> BearerAuthMiddleware:
        """Guards a whole application, such as `mcp.streamable_http_app()`, and serves the metadata at its root.

        Lifespan events reach the application. Declared operations that its MCP server does not have are reported when
        it has started.

        Args:
            app: Any ASGI application.
            mode_or_verify: As for `bearer_auth_middleware`.
            server: The MCP server, where it cannot be found through the routes of the application.
            options: See `GateOptions`.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
        """
        return bearer_auth_middleware(self._guard_for(mode_or_verify, options))(app, server)

    def fastapi(self, mode_or_verify: Mode = "jwt", **options: Unpack[GateOptions]) -> "FastAPIAuth":
        """A dependency for FastAPI: `Annotated[AuthInfo, Security(auth, scopes=["read:notes"])]`.

        A refusal is the engine's own response. Scheme and scopes are in the OpenAPI document.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
            ImportError: FastAPI is not installed.
        """
        from mcpauth._fastapi import FastAPIAuth

        return FastAPIAuth(self._guard_for(mode_or_verify, options))

    async def authenticate(
        self,
        token: str | None = None,
        mode_or_verify: Mode = "jwt",
        *,
        method: str = "POST",
        target: str = "/",
        headers: Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]] | None = None,
        body: bytes | None = None,
        **options: Unpack[GateOptions],
    ) -> AuthInfo | None:
        """Decides on a request of any framework, or on a token alone.

        Args:
            token: An access token, where there is no request to speak of. Otherwise give the request:
            mode_or_verify: As for `bearer_auth_middleware`.
            method: Its HTTP method.
            target: Its path and query, as they came.
            headers: Its headers, all of them; pairs where a name comes twice.
            body: Its body, where `operations` are declared.
            options: See `GateOptions`. Give the same ones each time: a gate is made for each combination.

        Returns:
            The caller; None when the request may pass without one.

        Raises:
            MCPAuthBearerAuthException: It may not pass; `response` is what to answer.
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem.
        """
        if (token is None) == (headers is None):
            raise TypeError("authenticate() needs either a token or the headers of a request")
        guard = self._usual_guard if mode_or_verify == "jwt" and not options else None
        if guard is None:
            guard = self._guard_of_call(mode_or_verify, options)
        if token is not None:
            started = monotonic()
            answer = guard.gate.check_token(token, None, time())
            allow = guard.allowed(answer, started)
            if allow is None:
                settled = await guard.settle_token(answer, token, started)
                if isinstance(settled, native.Respond):
                    raise refusal(settled)
                allow = settled
            return None if allow.anonymous else AuthInfo.of(allow)
        facts = given_facts(method, target, headers or ())
        decided = await guard.decide(facts, BufferedBody.given(body or b""))
        if isinstance(decided, native.Respond):
            raise refusal(decided)
        return decided.auth_info

    def requires(
        self, *scopes: str, name: str | None = None, method: str = "tools/call", resource: str | None = None
    ) -> Callable[[T], T]:
        """Declares, beside a tool, the scopes that calling it needs: `@mcp_auth.requires("delete:todos")`.

        The gate enforces them before the tool runs. Below `@mcp.tool(...)` the function checks them itself too, so that
        it is not open when the tool goes by another name than the function.

        Args:
            scopes: All of them are needed, beside the `required_scopes` of the gate.
            name: The name that clients call it by, where that is not the name of the function.
            method: `prompts/get` for a prompt.
            resource: The resource identifier, where another one has an operation of the same name.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `operations=` of a gate says something else.
        """
        if not scopes or not all(isinstance(scope, str) for scope in scopes):
            raise TypeError('requires() needs scopes: @mcp_auth.requires("delete:todos")')

        def declare(tool: Any) -> Any:
            known = name or (getattr(tool, "__name__", None) or tool.name)
            self._requirements.add(Requirement(method, known, scopes, resource))
            is_function = callable(tool) and hasattr(tool, "__name__")
            return guarded(tool, partial(self._check, scopes)) if is_function else tool

        return declare

    def visible(self, listing: T, method: str = "tools/call") -> T:
        """What of a list the current caller may use, for servers that do not want to show the rest.

        Args:
            listing: A list of tools, or the result of `tools/list` as an object of the SDK or as a dict, which is then
                also marked as private to the caller (`cacheScope`).
            method: `prompts/get` for prompts.
        """
        caller = self._caller.caller
        return listing if caller is None else visible(listing, lambda names: caller.visible(method, names))

    async def prefetch(self) -> bool:
        """Fetches metadata and keys before the first request needs them; `ready()` afterwards."""
        await self._engine.prefetch()
        return self.ready()

    def ready(self) -> bool:
        """Whether the keys of every issuer are here, for a readiness probe."""
        return self._engine.is_ready()

    def update(self, *, server: AuthServerConfig | None = None, protected_resources: Resources | None = None) -> None:
        """Replaces the configuration while requests are served: all of it, or nothing when something is wrong with it.

        Gates keep their options and go on for resources of the same identifier; keys of unchanged issuers stay.

        Raises:
            MCPAuthAuthServerException: INVALID_SERVER_CONFIG; `cause` lists every problem with its place.
        """
        configuration = self._configured(server, protected_resources)
        self._engine.update(configuration)
        advise(configuration)
        self._configuration = configuration

    def _configured(self, server: Any, protected_resources: Any) -> dict[str, Any]:
        given = {
            "server": server,
            "protected_resources": protected_resources,
            "token_cache_size": self._token_cache_size,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _guard(self, mode: Mode | Any, options: Mapping[str, Any]) -> Guard:
        if isinstance(mode, str) or not callable(mode):
            if mode != "jwt":
                raise ValueError(f"unknown mode {mode!r}: use 'jwt' or a function that verifies tokens")
            return Guard(self._engine, self._caller, self._requirements, options)
        return Guard(self._engine, self._caller, self._requirements, options, cast("VerifyAccessTokenFunction", mode))

    def _guard_of_call(self, mode: Any, options: Mapping[str, Any]) -> Guard:
        """The guard for the options of a call: made the first time, and the same for the same options."""
        key = gate_key(mode, options)
        guard = self._guards.get(key) or self._guards.setdefault(key, self._guard_for(mode, options))
        if mode == "jwt" and not options:
            self._usual_guard = guard
        return guard

    def _guard_for(self, mode: Any, options: Mapping[str, Any]) -> Guard:
        """A guard of the only resource, unless another is named."""
        resources = self._configuration.get("protected_resources")
        only = resources[0] if isinstance(resources, list | tuple) and len(resources) == 1 else resources
        resource = {"resource": only.metadata.resource} if isinstance(only, ResourceServerConfig) else {}
        return self._guard(mode, {**resource, **options})

    def _check(self, scopes: tuple[str, ...]) -> None:
        caller = self._caller.caller
        if caller is None:
            raise MCPAuthBearerAuthException(BearerAuthExceptionCode.MISSING_AUTH_HEADER)
        answer = caller.require(scopes)
        if answer is not None:
            raise refusal(answer)

    def _require_mode(self, *, legacy: bool, instead: str) -> None:
        if self._engine.is_legacy is not legacy:
            raise refused(f"not available in this mode: use {instead}")


def _deprecated(what: str, instead: str) -> None:
    warnings.warn(f"{what} is deprecated: {instead}", DeprecationWarning, stacklevel=3)
