"""A FastAPI dependency on the engine."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi.openapi.models import HTTPBearer
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from mcpauth import _mcpauth as native
from mcpauth._asgi import BufferedBody, response
from mcpauth._auth_info import AuthInfo
from mcpauth._caller import Caller
from mcpauth._guard import Guard

__all__ = ["FastAPIAuth"]


class RefusedRequest(HTTPException):
    """Carries the engine's answer through FastAPI; see `FastAPIAuth`."""

    def __init__(self, answer: native.Respond) -> None:
        super().__init__(answer.status, answer.code, dict(answer.headers))
        self.answer = answer


class FastAPIAuth(SecurityBase):
    """`Annotated[AuthInfo, Security(auth, scopes=[...])]`: the caller, with these scopes beside those of the gate."""

    def __init__(self, guard: Guard) -> None:
        self.scheme_name = "mcpauth"
        self.model = HTTPBearer(bearerFormat="JWT", description="An OAuth 2.0 access token (RFC 6750).")
        self._guard = guard

    async def __call__(self, connection: HTTPConnection, scopes: SecurityScopes) -> AsyncIterator[AuthInfo | None]:
        """The dependency itself."""
        _answer_refusals(connection)
        caller = await self._caller(connection)
        refusal = caller.require(scopes.scopes)
        if refusal is not None:
            raise RefusedRequest(refusal)
        self._guard.caller.begin(connection.scope, caller)
        try:
            yield caller.auth_info
        finally:
            self._guard.caller.end(caller)

    async def _caller(self, connection: Any) -> Caller:
        body = BufferedBody.of(connection.body) if hasattr(connection, "body") else None
        answer = await self._guard.decide(native.RequestFacts.of(connection.scope), body)
        if isinstance(answer, native.Respond):
            raise RefusedRequest(answer)
        return answer


def _answer_refusals(connection: HTTPConnection) -> None:
    """Makes the engine's bytes the response; the handler that FastAPI has for its exceptions would wrap them.

    Where Starlette keeps its handlers elsewhere, status and headers are still the engine's.
    """
    handlers, _ = connection.scope.get("starlette.exception_handlers", ({}, {}))
    handlers.setdefault(RefusedRequest, _respond)


def _respond(_: Any, refused: RefusedRequest) -> Response:
    return response(refused.answer)
