"""The gate in front of an application: pure ASGI, so that streaming, context variables and lifespan behave."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from mcpauth._asgi import BufferedBody, ClientDisconnected, deny_websocket, respond, watching_start
from mcpauth._guard import Guard
from mcpauth._mcpauth import RequestFacts, Respond
from mcpauth._startup import Startup

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["BearerAuthMiddleware", "bearer_auth_middleware"]


def bearer_auth_middleware(guard: Guard) -> type["BearerAuthMiddleware"]:
    """A class of its own for each guard, as frameworks want to make the middleware themselves."""
    return type(BearerAuthMiddleware.__name__, (BearerAuthMiddleware,), {"guard": guard})


class BearerAuthMiddleware:
    """Lets a request through to `app` when the engine allows it, and answers it otherwise.

    Exceptions of the application pass through untouched.
    """

    guard: Guard

    def __init__(self, app: "ASGIApp", server: object = None) -> None:
        self.app = app
        self._startup = Startup(self.guard, app, server)

    def lifespan(self, app: object) -> AbstractAsyncContextManager[Any]:
        """The lifespan of the application, for one that mounts it: `Starlette(lifespan=guarded.lifespan)`.

        Frameworks tell only the outermost application when they start and stop.
        """
        inner: Any = self.app
        context: AbstractAsyncContextManager[Any] = inner.router.lifespan_context(inner)
        return context

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """The ASGI entry: straight for a request that is decided at once."""
        if scope["type"] != "http":
            await self._not_http(scope, receive, send)
            return
        if not self._startup.is_done:
            await self._startup.once()
        guard, started = self.guard, monotonic()
        request = RequestFacts.of(scope)
        # Around a whole application the gate stands before the metadata, which must be had without a token
        # (RFC 9728 section 3.1).
        answer = guard.gate.serve(request, None, None, time())
        decided = guard.decided(answer, request, started)
        if decided is None:
            body = BufferedBody(receive)
            receive = body.receive
            try:
                decided = await guard.settle_served(answer, request, body, started)
            except ClientDisconnected:
                return
        if isinstance(decided, Respond):
            await respond(scope, send, decided)
            return
        allow, current = decided.allow, guard.caller
        open_session = partial(guard.engine.open_session, allow)
        current.begin(scope, decided)
        try:
            await self.app(scope, receive, watching_start(send, allow.raw_headers, open_session))
        finally:
            current.end(decided)

    async def _not_http(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, self._startup.watching(send))
        else:
            # A protocol that nobody has thought about is not let through.
            raise NotImplementedError(f"mcpauth does not know how to guard {scope['type']!r}")

    async def _websocket(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        decided = await self.guard.decide(RequestFacts.of(scope), None)
        if isinstance(decided, Respond):
            await deny_websocket(scope, send, decided)
            return
        current = self.guard.caller
        current.begin(scope, decided)
        try:
            await self.app(scope, receive, send)
        finally:
            current.end(decided)
