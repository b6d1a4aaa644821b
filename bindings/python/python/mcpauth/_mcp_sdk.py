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

from mcpauth._auth_info import AuthInfo
from mcpauth._lazy_claims import LazyClaims
from mcpauth._mcpauth import Allow

__all__ = ["is_loaded", "message_scope", "serving"]


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
def serving(scope: Scope, allow: Allow, auth_info: AuthInfo | None) -> Iterator[None]:
    """Fills `scope["user"]`, `scope["auth"]` and the SDK's context variable for the length of a request."""
    sdk = _sdk()
    if sdk is None:
        yield
        return
    user = None
    if auth_info is not None:
        user = sdk.authenticated_user(allow, auth_info)
        scope["user"], scope["auth"] = user, AuthCredentials(auth_info.scopes)
    token = sdk.variable.set(user)
    try:
        yield
    finally:
        sdk.variable.reset(token)


class _Sdk:
    def __init__(self) -> None:
        middleware = "mcp.server.auth.middleware"
        self._user: Any = import_module(f"{middleware}.bearer_auth").AuthenticatedUser
        access_token: Any = import_module("mcp.server.auth.provider").AccessToken
        self._access_token: Any = type("AccessToken", (LazyClaims, access_token), {"__doc__": access_token.__doc__})
        self.variable: Any = import_module(f"{middleware}.auth_context").auth_context_var

    def authenticated_user(self, allow: Allow, auth_info: AuthInfo) -> Any:
        """The caller as the SDK's class; its session check reads `client_id`, `subject` and `claims["iss"]`."""
        return self._user(
            self._access_token.with_claims(
                allow.claims or b"{}",
                token=auth_info.token,
                client_id=auth_info.client_id or auth_info.subject,
                scopes=auth_info.scopes,
                # The SDK compares it with the clock and knows no leeway; what we let through must not fail there.
                expires_at=(allow.expires_at or 0) + (allow.leeway or 0),
                resource=allow.resource,
                subject=auth_info.subject,
            )
        )


@cache
def _sdk() -> _Sdk | None:
    try:
        return _Sdk()
    except (ImportError, AttributeError):  # an SDK from before it knew authorization
        return None
