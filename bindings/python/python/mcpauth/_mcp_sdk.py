"""The official SDK (`mcp` on PyPI, 1.x and 2.x): its own places for a caller are filled too, when it is there.

That turns on what the SDK does with them: `get_access_token()`, and the check that a session is used only by the
principal (issuer, subject, client) that opened it. Nothing here imports `mcp` unless the application already has.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from starlette.authentication import AuthCredentials
from starlette.types import Scope

from mcpauth._lazy_claims import LazyClaims
from mcpauth._mcpauth import Allow

__all__ = ["access_token", "is_loaded", "message_scope", "serving"]


def is_loaded() -> bool:
    """Whether the application serves MCP with the official SDK."""
    return "mcp.server" in sys.modules and _sdk() is not None


def message_scope() -> Scope | None:
    """The ASGI scope of the request that carried the MCP message which is being handled, in mcp 1.x.

    mcp 2.x has no such variable and needs none: mcp/shared/_context_streams.py restores the sender's context.
    """
    module = sys.modules.get("mcp.server.lowlevel.server")
    variable = getattr(module, "request_ctx", None)
    context = variable.get(None) if variable is not None else None
    return getattr(getattr(context, "request", None), "scope", None)


@contextmanager
def serving(scope: Scope, allow: Allow) -> Iterator[None]:
    """Fills `scope["user"]`, `scope["auth"]` and the SDK's context variable for the length of a request."""
    sdk = _sdk()
    if sdk is None:
        yield
        return
    user = None
    if not allow.anonymous:
        user = sdk.user(sdk.access_token(allow))
        scope["user"], scope["auth"] = user, AuthCredentials(allow.scopes)
    token = sdk.variable.set(user)
    try:
        yield
    finally:
        sdk.variable.reset(token)


def access_token(allow: Allow) -> Any:
    """The verified token as the SDK's class; None for an anonymous caller.

    Raises:
        ImportError: The SDK is not there, or from before it knew authorization.
    """
    return None if allow.anonymous else (_sdk() or _Sdk()).access_token(allow)


class _Sdk:
    def __init__(self) -> None:
        middleware = "mcp.server.auth.middleware"
        access_token: Any = import_module("mcp.server.auth.provider").AccessToken
        self._access_token: Any = type("AccessToken", (LazyClaims, access_token), {"__doc__": access_token.__doc__})
        self.user: Any = import_module(f"{middleware}.bearer_auth").AuthenticatedUser
        self.variable: Any = import_module(f"{middleware}.auth_context").auth_context_var

    def access_token(self, allow: Allow) -> Any:
        """The SDK's session check reads `client_id`, `subject` and `claims["iss"]`."""
        return self._access_token.with_claims(
            allow.claims or b"{}",
            token=allow.token,
            client_id=allow.client_id or allow.subject,
            scopes=allow.scopes,
            # The SDK compares it with the clock and knows no leeway; what we let through must not fail there.
            expires_at=None if allow.expires_at is None else allow.expires_at + (allow.leeway or 0),
            resource=allow.resource,
            subject=allow.subject,
        )


@cache
def _sdk() -> _Sdk | None:
    try:
        return _Sdk()
    except (ImportError, AttributeError):  # an SDK from before it knew authorization
        return None
