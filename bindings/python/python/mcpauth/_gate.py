"""The gate in front of an application: pure ASGI, so that streaming, context variables and lifespan behave."""

from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mcpauth import _mcpauth as native
from mcpauth._asgi import BufferedBody, ClientDisconnected, RequestFacts, deny_websocket, respond, watching_start
from mcpauth._guard import Guard
from mcpauth._startup import Startup

__all__ = ["BearerAuthMiddleware", "bearer_auth_middleware"]


def bearer_auth_middleware(guard: Guard) -> type["BearerAuthMiddleware"]:
    """A class of its own for each guard, as frameworks want to make the middleware themselves."""
    return type(BearerAuthMiddleware.__name__, (BearerAuthMiddleware,), {"guard": guard})


class BearerAuthMiddleware:
    """Lets a request through to `app` when the engine allows it, and answers it otherwise.

    Exceptions of the application pass through untouched.
    """

    guard: Guard

    def __init__(self, app: ASGIApp, server: object = None) -> None:
        self.app = app
        self._startup = Startup(self.guard, app, server)

    def lifespan(self, app: object) -> AbstractAsyncContextManager[Any]:
        """The lifespan of the application, for one that mounts it: `Starlette(lifespan=guarded.lifespan)`.

        Frameworks tell only the outermost application when they start and stop.
        """
        inner: Any = self.app
        context: AbstractAsyncContextManager[Any] = inner.router.lifespan_context(inner)
        return context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, self._startup.watching(send))
        else:
            # A protocol that nobody has thought about is not let through.
            raise NotImplementedError(f"mcpauth does not know how to guard {scope['type']!r}")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        guard, request, body = self.guard, RequestFacts.of(scope), BufferedBody(receive)
        # Around a whole application the gate stands before the metadata, which must be had without a token
        # (RFC 9728 section 3.1).
        if guard.engine.is_metadata(request):
            await respond(scope, send, await guard.engine.metadata(request))
            return
        await self._startup.once()
        try:
            answer = await guard.decide(request, body)
        except ClientDisconnected:
            return
        if isinstance(answer, native.Respond):
            await respond(scope, send, answer)
            return
        with guard.caller.serving(scope, answer):
            allow = answer.allow
            open_session = partial(guard.engine.open_session, allow)
            await self.app(scope, body.receive, watching_start(send, allow.headers, open_session))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self.guard.decide(RequestFacts.of(scope), None)
        if isinstance(answer, native.Respond):
            await deny_websocket(scope, send, answer)
            return
        with self.guard.caller.serving(scope, answer):
            await self.app(scope, receive, send)
