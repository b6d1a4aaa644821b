"""The official SDK (`mcp` on PyPI, 1.x and 2.x): its own places for a caller are filled too, when it is there.

That turns on what the SDK does with them: `get_access_token()`, and the check that a session is used only by the
principal (issuer, subject, client) that opened it. Nothing here imports `mcp` unless the application already has.
"""

import sys
from contextvars import Token
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mcpauth._lazy_model import LazyModel
from mcpauth._mcpauth import Allow

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["Sdk", "access_token", "leave", "loaded", "message_scope"]


def loaded() -> "Sdk | None":
    """The SDK, when the application serves MCP with it."""
    return _sdk() if "mcp.server" in sys.modules else None


def message_scope() -> "Scope | None":
    """The ASGI scope of the request that carried the MCP message which is being handled, in mcp 1.x.

    mcp 2.x has no such variable and needs none: mcp/shared/_context_streams.py restores the sender's context.
    """
    module = sys.modules.get("mcp.server.lowlevel.server")
    if module is None:
        return None
    variable = getattr(module, "request_ctx", None)
    context = variable.get(None) if variable is not None else None
    return getattr(getattr(context, "request", None), "scope", None)


def leave(token: "Token[Any]") -> None:
    """The SDK's variable is again what it was before `Sdk.enter`."""
    token.var.reset(token)


def access_token(allow: Allow) -> Any:
    """The verified token as the SDK's class; None for an anonymous caller.

    Raises:
        ImportError: The SDK is not there, or from before it knew authorization.
    """
    return None if allow.anonymous else (_sdk() or Sdk()).access_token(allow)


class Sdk:
    """The SDK's own places for a caller."""

    def __init__(self) -> None:
        middleware = "mcp.server.auth.middleware"
        access_token: Any = import_module("mcp.server.auth.provider").AccessToken
        user: Any = import_module(f"{middleware}.bearer_auth").AuthenticatedUser
        members = {"__doc__": access_token.__doc__, "_fill": staticmethod(_fill)}
        self._access_token: Any = type("AccessToken", (LazyModel, access_token), members)
        self._user: Any = type("AuthenticatedUser", (_LazyUser, user), {"__doc__": user.__doc__})
        self._credentials: Any = import_module("starlette.authentication").AuthCredentials
        self._variable: Any = import_module(f"{middleware}.auth_context").auth_context_var

    def access_token(self, allow: Allow) -> Any:
        """The SDK's session check reads `client_id`, `subject` and `claims["iss"]`."""
        return self._access_token.of(allow)

    def enter(self, scope: "Scope", allow: Allow) -> "Token[Any]":
        """Fills `scope["user"]`, `scope["auth"]` and the SDK's context variable, for the length of a request."""
        user = None
        if not allow.anonymous:
            user = self._user.__new__(self._user)
            user.access_token = self._access_token.of(allow)
            scope["user"], scope["auth"] = user, self._credentials(allow.scopes)
        token: Token[Any] = self._variable.set(user)
        return token


class _LazyUser:
    """Its token is there; the rest is made of it, as the SDK would, when somebody looks."""

    def __getattr__(self, name: str) -> Any:
        token = vars(self).get("access_token")
        if token is None or name not in {"username", "scopes"}:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        vars(self).setdefault("username", token.client_id)
        vars(self).setdefault("scopes", token.scopes)
        return vars(self)[name]


def _fill(allow: Allow, members: dict[str, Any]) -> None:
    read = {
        "token": allow.token,
        "client_id": allow.client_id or allow.subject,
        "scopes": allow.scopes,
        # The SDK compares it with the clock and knows no leeway; what we let through must not fail there.
        "expires_at": None if allow.expires_at is None else allow.expires_at + (allow.leeway or 0),
        "resource": allow.resource,
        "subject": allow.subject,
    }
    for name, value in read.items():
        members.setdefault(name, value)


@cache
def _sdk() -> Sdk | None:
    try:
        return Sdk()
    except (ImportError, AttributeError):  # an SDK from before it knew authorization
        return None
