"""One request's permission, kept where the code that serves the request can find it."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cached_property

from starlette.types import Scope

from mcpauth import _mcp_sdk
from mcpauth import _mcpauth as native
from mcpauth._asgi import RequestFacts
from mcpauth._auth_info import AuthInfo, auth_info

__all__ = ["Caller", "CurrentCaller"]


class Caller:
    """The caller of one request, and what the gate that let it pass says about more."""

    def __init__(
        self,
        allow: native.Allow,
        gate: native.Gate,
        request: RequestFacts,
        report: Callable[[native.Respond], None] | None,
    ) -> None:
        self.allow = allow
        self._gate = gate
        self._report = report
        self._facts = (request.method, request.target, request.headers)
        self.message: Scope | None = None
        """The MCP message during whose handling this request came in, if any; see `CurrentCaller.caller`."""

    @cached_property
    def auth_info(self) -> AuthInfo | None:
        """None when the request was let through without a token."""
        return None if self.allow.anonymous else auth_info(self.allow)

    def require(self, scopes: Sequence[str]) -> native.Respond | None:
        """The answer to send when the caller does not hold these scopes too; none where refusals are only reported."""
        answer = self._gate.require(*self._facts, self._held, list(scopes))
        if answer is not None and self._report is not None:
            self._report(answer)
            return None
        return answer

    def deny(self) -> native.Respond:
        """The answer to send when the application's own policy says no."""
        return self._gate.deny(*self._facts)

    def failure(self) -> native.Respond:
        """The answer to send when the application could not judge."""
        return self._gate.failure(*self._facts)

    def visible(self, method: str, names: list[str]) -> set[str]:
        """Those of the names that the caller may use."""
        return set(self._gate.visible(self._held, method, names))

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

    @contextmanager
    def serving(self, scope: Scope, caller: Caller) -> Iterator[None]:
        """Everything that runs inside sees this caller; nothing that runs afterwards does."""
        caller.message = _mcp_sdk.message_scope()
        scope[self._key] = caller
        token = self._variable.set(caller)
        own = self._own.set(caller.auth_info) if self._own else None
        try:
            with ExitStack() as stack:
                if _mcp_sdk.is_loaded():
                    stack.enter_context(_mcp_sdk.serving(scope, caller.allow))
                yield
        finally:
            self._variable.reset(token)
            if self._own and own:
                self._own.reset(own)

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
