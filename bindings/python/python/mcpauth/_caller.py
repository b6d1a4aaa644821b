"""One request's permission, kept where the code that serves the request can find it."""

import itertools
from collections.abc import Callable, Sequence
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

from mcpauth import _mcp_sdk
from mcpauth import _mcpauth as native
from mcpauth._auth_info import AuthInfo

if TYPE_CHECKING:
    from starlette.types import Scope

__all__ = ["Caller", "CurrentCaller"]


class Caller:
    """The caller of one request, and what the gate that let it pass says about more."""

    __slots__ = ("_gate", "_info", "_report", "_request", "allow", "message", "own_token", "sdk_token", "token")

    def __init__(
        self,
        allow: native.Allow,
        gate: native.Gate,
        request: native.RequestFacts,
        report: Callable[[native.Respond], None] | None,
    ) -> None:
        self.allow = allow
        self._gate = gate
        self._request = request
        self._report = report
        self._info: AuthInfo | None = None
        self.message: Scope | None = None
        """The MCP message during whose handling this request came in, if any; see `CurrentCaller.caller`."""
        self.token: Token[Caller | None]
        self.own_token: Token[AuthInfo | None] | None = None
        self.sdk_token: Token[Any] | None = None

    @property
    def auth_info(self) -> AuthInfo | None:
        """None when the request was let through without a token."""
        if self._info is None and not self.allow.anonymous:
            self._info = AuthInfo.of(self.allow)
        return self._info

    def require(self, scopes: Sequence[str]) -> native.Respond | None:
        """The answer to send when the caller does not hold these scopes too; none where refusals are only reported."""
        answer = self._gate.require(*self._facts(), self._held, list(scopes))
        if answer is not None and self._report is not None:
            self._report(answer)
            return None
        return answer

    def deny(self) -> native.Respond:
        """The answer to send when the application's own policy says no."""
        return self._gate.deny(*self._facts())

    def failure(self) -> native.Respond:
        """The answer to send when the application could not judge."""
        return self._gate.failure(*self._facts())

    def visible(self, method: str, names: list[str]) -> set[str]:
        """Those of the names that the caller may use."""
        return set(self._gate.visible(self._held, method, names))

    def _facts(self) -> tuple[str, str, Any]:
        return self._request.method, self._request.target, self._request.headers

    @property
    def _held(self) -> list[str] | None:
        # As the engine read them: the application may have changed its copy.
        return None if self.allow.anonymous else self.allow.scopes


class CurrentCaller:
    """Remembers the caller while a request is served: one for each `MCPAuth`, so that two never mix."""

    _numbers = itertools.count(1)

    def __init__(self, own: ContextVar[AuthInfo | None] | None = None) -> None:
        self._variable: ContextVar[Caller | None] = ContextVar("mcpauth_caller", default=None)
        self._own = own
        self._key = f"mcpauth.caller.{next(self._numbers)}"

    def begin(self, scope: "Scope", caller: Caller) -> None:
        """Everything that runs from now on sees this caller, until its `end`."""
        caller.message = _mcp_sdk.message_scope()
        sdk = _mcp_sdk.loaded()
        if sdk is not None:
            caller.sdk_token = sdk.enter(scope, caller.allow)
        if self._own is not None:
            caller.own_token = self._own.set(caller.auth_info)
        scope[self._key] = caller
        caller.token = self._variable.set(caller)

    def end(self, caller: Caller) -> None:
        """Nothing that runs afterwards sees it."""
        self._variable.reset(caller.token)
        del caller.token  # it knows the whole context
        if caller.own_token is not None:
            caller.own_token.var.reset(caller.own_token)
            caller.own_token = None
        if caller.sdk_token is not None:
            _mcp_sdk.leave(caller.sdk_token)
            caller.sdk_token = None

    @property
    def auth_info(self) -> AuthInfo | None:
        """The caller of this request; else what the application's own variable holds."""
        caller = self.caller
        if caller is not None:
            return caller.auth_info
        return self._own.get(None) if self._own else None

    @property
    def caller(self) -> Caller | None:
        """The caller of this request.

        A handler of mcp 1.x runs in the task that opened the session, with the context of the request that opened it:
        only the request that carried the message knows the caller. mcp 2.x runs each message in the context of the
        request that carried it, and so does everything that is no MCP handler. A handler may itself make a request
        to an application in the same process; there the newer request counts.
        """
        caller, message = self._variable.get(), _mcp_sdk.message_scope()
        if message is not None and (caller is None or caller.message is not message):
            caller = message.get(self._key)
        return caller
