"""The application's own function that verifies tokens, and what the engine is told of its verdict."""

import traceback
from collections.abc import Awaitable
from typing import Any, Protocol

from pydantic import BaseModel

from mcpauth._auth_info import AuthInfo
from mcpauth._call import call
from mcpauth._json import to_json
from mcpauth._logger import logger
from mcpauth.exceptions import MCPAuthBearerAuthExceptionDetails, MCPAuthException

__all__ = ["Verifier", "VerifyAccessTokenFunction"]


class VerifyAccessTokenFunction(Protocol):
    """Verifies an access token: is it genuine, and is its time not over?

    It may be synchronous, and then runs in a thread, or asynchronous. The engine checks what it returns: issuer,
    audience, time and scopes as for a JWT.

    Raises:
        MCPAuthTokenVerificationException: The token is not good.
        MCPAuthBearerAuthException: It is not good enough. Any other exception is answered with a server error.
    """

    def __call__(self, token: str, /) -> AuthInfo | Awaitable[AuthInfo | None] | None:
        """The caller, or None when the token is not good."""


class Verifier:
    """Asks the function and writes its verdict as the engine reads it."""

    def __init__(self, verify: VerifyAccessTokenFunction) -> None:
        self._verify = verify

    async def verdict(self, token: str) -> str | None:
        """The verdict as JSON; None when the function has failed."""
        try:
            info = await call(self._verify, token)
            return to_json({"auth_info": _described(info)})
        except MCPAuthException as error:
            return to_json({"error": error.code, **_details(error.cause)})
        except Exception as error:
            # The message of an exception of somebody else's may quote the token.
            trace = "".join(traceback.format_exception(error)).replace(token, "(token)")
            logger.error("the function that verifies tokens failed: %s", trace)
            return None


def _described(info: Any) -> Any:
    if not isinstance(info, BaseModel):
        return info
    return {name: value for name, value in info.model_dump(mode="json").items() if name != "token"}


def _details(cause: Any) -> dict[str, Any]:
    if not isinstance(cause, MCPAuthBearerAuthExceptionDetails):
        return {}
    known = {"missing_scopes": cause.missing_scopes, "expected": cause.expected, "actual": cause.actual}
    return {name: value for name, value in known.items() if value is not None}
