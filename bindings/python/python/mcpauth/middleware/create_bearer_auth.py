"""A gate for a function that verifies tokens, without an `MCPAuth`: what earlier versions were made of."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from mcpauth._asgi import given_facts
from mcpauth._auth_info import AuthInfo
from mcpauth._authorization_server import AuthServerConfig, AuthServerType
from mcpauth._call import call
from mcpauth._caller import CurrentCaller
from mcpauth._clock import now
from mcpauth._engine import Engine
from mcpauth._gate import BearerAuthMiddleware, bearer_auth_middleware
from mcpauth._guard import Guard
from mcpauth._mcpauth import Respond
from mcpauth._protected_resource import ResourceServerConfig, ResourceServerMetadata
from mcpauth._refusal import refusal
from mcpauth._requirements import Requirements
from mcpauth._verifier import VerifyAccessTokenFunction
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthAuthServerException

__all__ = ["BearerAuthConfig", "BearerAuthExceptionCode", "create_bearer_auth", "get_bearer_token_from_headers"]
if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# Stands for every issuer that the application's own function accepts (RFC 2606 section 2: nobody has this name).
_ANY_ISSUER = "https://issuer.invalid"


class BearerAuthConfig(BaseModel):
    """What is checked of a token beside what the function says."""

    model_config = ConfigDict(extra="forbid")

    issuer: Any
    """The issuer, or a function that raises for one that is not trusted."""
    audience: str | list[str] | None = None
    """Whom a token must be issued for; by default the resource identifier, and nobody in particular without one."""
    required_scopes: list[str] | None = None
    """Scopes that every request needs, all of them."""
    resource: str | None = None
    """The resource identifier, for the challenge."""
    show_error_details: bool = False
    """Put expected and actual values into error responses."""


def create_bearer_auth(
    verify_access_token: VerifyAccessTokenFunction,
    config: BearerAuthConfig,
    context_var: ContextVar[AuthInfo | None],
) -> type[BearerAuthMiddleware]:
    """A middleware class for `starlette.middleware.Middleware`.

    Args:
        verify_access_token: Verifies a token, synchronously (in a thread) or not.
        config: What else is checked.
        context_var: Holds the caller for the length of each request.

    Raises:
        TypeError: The function is none, or the issuer is neither a URL nor a function.
        MCPAuthAuthServerException: INVALID_SERVER_CONFIG; something else in the configuration cannot be used.
    """
    if not callable(verify_access_token):
        raise TypeError("verify_access_token must be a function")
    if not isinstance(config.issuer, str) and not callable(config.issuer):
        raise TypeError("issuer must be a URL or a function")
    issuer, accept = (config.issuer, None) if isinstance(config.issuer, str) else (_ANY_ISSUER, config.issuer)
    accepted = _Accepted(verify_access_token, accept, context_var)
    options = config.model_dump(exclude={"issuer"}, exclude_none=True)
    try:
        engine = Engine(_configuration(issuer, config.resource), None)
    except MCPAuthAuthServerException as error:
        if any(problem["pointer"].endswith("/issuer") for problem in error.cause["problems"]):
            raise TypeError("issuer must be a URL") from error
        raise
    guard = Guard(engine, CurrentCaller(), Requirements(), options, accepted.verify)
    base = bearer_auth_middleware(guard)

    class CreatedBearerAuth(base):  # type: ignore[misc, valid-type]
        def __init__(self, app: "ASGIApp", server: object = None) -> None:
            super().__init__(accepted.around(app), server or app)

    return CreatedBearerAuth


def get_bearer_token_from_headers(headers: Mapping[str, str]) -> str:
    """The token of an `Authorization` header, as the gate reads it (RFC 6750 section 2.1).

    Raises:
        MCPAuthBearerAuthException: There is none, or it cannot be told which.
    """
    facts = given_facts("POST", "/", headers)
    gate = Engine(_configuration(_ANY_ISSUER, None), None).gate({"verify": "custom"})
    answer = gate.check(facts.method, facts.target, facts.headers, None, None, now())
    if isinstance(answer, Respond):
        raise refusal(answer)
    return str(answer.token)  # type: ignore[union-attr]


class _Accepted:
    """Whom the application's functions have accepted, between the gate and the application."""

    def __init__(
        self,
        verify: VerifyAccessTokenFunction,
        accept: Callable[[str], Any] | None,
        context_var: ContextVar[AuthInfo | None],
    ) -> None:
        self._verify = verify
        self._accept = accept
        self._context_var = context_var
        self._caller: ContextVar[AuthInfo | None] = ContextVar("mcpauth_accepted", default=None)

    async def verify(self, token: str) -> Any:
        """In the task of the request, so that `around` sees whom it has accepted."""
        info = await call(self._verify, token)
        if not isinstance(info, AuthInfo):
            return info
        self._caller.set(info)
        if self._accept is None:
            return info
        await call(self._accept, info.issuer)
        return info.model_copy(update={"issuer": _ANY_ISSUER, "claims": {**info.claims, "iss": info.issuer}})

    def around(self, app: "ASGIApp") -> "ASGIApp":
        """The application, with the caller in the variable it has chosen."""

        async def with_caller(scope: "Scope", receive: "Receive", send: "Send") -> None:
            info = self._caller.get()
            token = self._context_var.set(info.model_copy(deep=True) if info else None)
            try:
                await app(scope, receive, send)
            finally:
                self._context_var.reset(token)

        return with_caller


def _configuration(issuer: str, resource: str | None) -> dict[str, Any]:
    server = AuthServerConfig(issuer=issuer, type=AuthServerType.OAUTH)
    if resource is None:
        return {"server": server}
    metadata = ResourceServerMetadata(resource=resource, authorization_servers=[server])
    return {"protected_resources": [ResourceServerConfig(metadata=metadata)]}
