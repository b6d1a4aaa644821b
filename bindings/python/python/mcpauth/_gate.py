"""The gate in front of an application: pure ASGI, so that streaming, context variables and lifespan behave."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mcpauth import _mcpauth as native
from mcpauth._asgi import BufferedBody, ClientDisconnected, RequestFacts, adding_headers, deny_websocket, respond
from mcpauth._caller import CurrentCaller
from mcpauth._engine import Engine
from mcpauth._log import DecisionLog

__all__ = ["BearerAuthMiddleware", "Guard"]


@dataclass(frozen=True)
class Guard:
    """What every copy of one middleware class shares."""

    engine: Engine
    gate: native.Gate
    caller: CurrentCaller
    log: DecisionLog


class BearerAuthMiddleware:
    """Lets a request through to `app` when the engine allows it, and answers it otherwise.

    Exceptions of the application pass through untouched.
    """

    guard: Guard

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        else:
            # A protocol that nobody has thought about is not let through.
            raise NotImplementedError(f"mcpauth does not know how to guard {scope['type']!r}")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        guard, request, body = self.guard, RequestFacts.of(scope), BufferedBody(receive)
        # Around a whole application the gate stands before the metadata, which must be had without a token
        # (RFC 9728 section 3.1).
        document = guard.engine.metadata(request)
        if document is not None:
            await respond(scope, send, document)
            return
        try:
            answer = await guard.engine.decide(guard.gate, request, body)
        except ClientDisconnected:
            return
        if isinstance(answer, native.Respond):
            guard.log.record(answer)
            await respond(scope, send, answer)
            return
        with guard.caller.serving(scope, answer):
            await self.app(scope, body.receive, adding_headers(send, answer.headers))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        guard = self.guard
        answer = await guard.engine.decide(guard.gate, RequestFacts.of(scope), None)
        if isinstance(answer, native.Respond):
            guard.log.record(answer)
            await deny_websocket(scope, send, answer)
            return
        with guard.caller.serving(scope, answer):
            await self.app(scope, receive, send)
