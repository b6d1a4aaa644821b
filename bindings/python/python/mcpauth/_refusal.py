"""A refusal as an exception, for where the application itself sends the answer."""

import json
from dataclasses import dataclass

from mcpauth._mcpauth import Respond
from mcpauth.exceptions import BearerAuthExceptionCode, MCPAuthBearerAuthException, MCPAuthBearerAuthExceptionDetails

__all__ = ["RefusalResponse", "is_trouble", "refusal"]


@dataclass(frozen=True)
class RefusalResponse:
    """The response that tells a client why, and what to do about it; to be sent as it is."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def is_trouble(answer: Respond) -> bool:
    """Whether it is not the request that is wrong but something on our side (RFC 9110 section 15.6)."""
    return answer.status >= 500


def refusal(answer: Respond) -> MCPAuthBearerAuthException:
    """The exception for an answer of the engine; `code` is the `error` of its body."""
    body = json.loads(answer.body) if answer.body else {}
    error = body.get("error", answer.code)
    try:
        code = BearerAuthExceptionCode(error)
    except ValueError:
        code = error
    cause = body.get("cause") or {}
    known = {name: cause[name] for name in ("expected", "actual") if name in cause}
    details = MCPAuthBearerAuthExceptionDetails(missing_scopes=body.get("missing_scopes"), **known)
    exception = MCPAuthBearerAuthException(code, details)
    exception.response = RefusalResponse(answer.status, answer.headers, answer.body)
    return exception
