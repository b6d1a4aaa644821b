"""One request's permission, kept where the code that serves the request can find it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import cached_property

from starlette.types import Scope

from mcpauth import _mcp_sdk
from mcpauth._auth_info import AuthInfo
from mcpauth._mcpauth import Allow

__all__ = ["Caller", "CurrentCaller"]


class Caller:
    """The caller of one request. Nothing is read from the token's claims before someone looks."""

    def __init__(self, allow: Allow, message: Scope | None) -> None:
        self._allow = allow
        self.message = message
        """The MCP message during whose handling this request came in, if any; see `CurrentCaller.auth_info`."""

    @cached_property
    def auth_info(self) -> AuthInfo | None:
        """None when the request was let through without a token."""
        allow = self._allow
        if allow.anonymous:
            return None
        return AuthInfo.with_claims(
            allow.claims or b"{}",
            token=allow.token,
            issuer=allow.issuer,
            subject=allow.subject,
            client_id=allow.client_id,
            scopes=allow.scopes,
            audience=allow.audience,
            expires_at=allow.expires_at,
        )


class CurrentCaller:
    """Remembers the caller while a request is served: one for each `MCPAuth`, so that two never mix."""

    _numbers = itertools.count(1)

    def __init__(self) -> None:
        self._variable: ContextVar[Caller | None] = ContextVar("mcpauth_caller", default=None)
        self._key = f"mcpauth.caller.{next(self._numbers)}"

    @contextmanager
    def serving(self, scope: Scope, allow: Allow) -> Iterator[None]:
        """Everything that runs inside sees this caller; nothing that runs afterwards does."""
        caller = Caller(allow, _mcp_sdk.message_scope())
        scope[self._key] = caller
        token = self._variable.set(caller)
        try:
            with _mcp_sdk.serving(scope, allow, caller.auth_info) if _mcp_sdk.is_loaded() else nullcontext():
                yield
        finally:
            self._variable.reset(token)

    @property
    def auth_info(self) -> AuthInfo | None:
        """The caller of this request.

        A handler of mcp 1.x runs in the task that opened the session, with the context of the request that opened it:
        only the request that carried the message knows the caller. mcp 2.x runs each message in the context of the
        request that carried it, and so does everything that is no MCP handler. A handler may itself make a request
        to an application in the same process; there the newer request counts.
        """
        caller, message = self._variable.get(), _mcp_sdk.message_scope()
        if message is not None and (caller is None or caller.message is not message):
            caller = message.get(self._key)
        return caller.auth_info if caller else None
